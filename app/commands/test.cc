// senne test: whether users' own cases become the records that they expect. Touches no network.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "app/cases/case_file.h"
#include "app/cases/matching.h"
#include "app/commands/command.h"
#include "app/trial.h"
#include "core/check.h"
#include "ingest/route_table.h"

namespace senne::app {
namespace {

struct TestOptions {
  std::string path;
  std::vector<std::string> cases;
};

// A topic that no route takes is a mistake in the case, or in the configuration, unless the case is
// about that.
Result<void> check_routed(const std::vector<Case>& cases, const ingest::RouteTable& routes,
                          const std::string& configuration) {
  for (const Case& one : cases) {
    for (const CaseMessage& message : one.messages) {
      if (message.suppressed == name(SuppressedReason::no_route)) continue;
      if (routes.find(message.message.topic).value != RouteIndex::none) continue;
      return fail_at(message.topic_mark,
                     fmt::format("no route of {} matches topic {}; where that is meant, expect "
                                 "`expect_suppressed: no_route`",
                                 configuration, back_quoted(message.message.topic)));
    }
  }
  return {};
}

bool is_device_status(const Json& record) {
  return record["headers"]["ce_type"] == sinks::event_type(Topic::devices);
}

// Device states follow from time passing between messages, not from one of them: they count only
// where the case is about them.
Json records_of(const std::string& lines, bool device_states) {
  Json records = Json::array();
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    Json record = Json::parse(line, nullptr, false);
    SENNE_CHECK(record.is_object());
    if (device_states || !is_device_status(record)) records.push_back(std::move(record));
  }
  return records;
}

bool mentions(const Node& node, const std::string& text) {
  const auto in_it = [&](const auto& one) { return mentions(one, text); };
  return (node.kind == Node::Kind::scalar && node.text == text) ||
         std::any_of(node.items.begin(), node.items.end(), in_it) ||
         std::any_of(node.entries.begin(), node.entries.end(),
                     [&](const Entry& entry) { return mentions(entry.value, text); });
}

std::vector<std::string> differences(const CaseMessage& expected, const TrialOutcome& outcome,
                                     double tolerance, const std::string& device_topic) {
  const Json records = records_of(outcome.records, mentions(expected.expected, device_topic));
  if (!expected.suppressed) return app::differences(expected.expected, records, tolerance);
  std::vector<std::string> found;
  if (outcome.suppressed != *expected.suppressed) {
    found.push_back(fmt::format("suppressed: expected {}, got {}", *expected.suppressed,
                                outcome.suppressed.value_or("nothing")));
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    found.push_back(fmt::format("record {}: not expected", i + 1));
  }
  return found;
}

// What is printed of a message that did not become what is expected of it.
void append_difference(std::string& text, const std::string& which, const TrialOutcome& outcome,
                       const std::vector<std::string>& found) {
  for (const std::string& difference : found) text += fmt::format("  {}{}\n", which, difference);
  std::istringstream records(outcome.records);
  std::size_t count = 0;
  for (std::string line; std::getline(records, line);) {
    text += fmt::format("  {}record {} as it came: {}\n", which, ++count, line);
  }
  if (count > 0) return;
  text += fmt::format("  {}no record came; suppressed: {}\n", which,
                      outcome.suppressed.value_or("nothing"));
}

// The differences as text; empty: the case passed.
Result<std::string> try_case(const Case& one, const Configuration& configuration) {
  Trial trial(configuration);
  const std::string device_topic = sinks::topic_name(configuration.kafka, Topic::devices);
  std::string text;
  for (std::size_t i = 0; i < one.messages.size(); ++i) {
    const auto outcome = trial.put(one.messages[i].message);
    if (!outcome) return tl::unexpected(outcome.error());
    const auto found = differences(one.messages[i], *outcome, one.tolerance, device_topic);
    if (found.empty()) continue;
    const std::string which = one.messages.size() > 1 ? fmt::format("message {}, ", i + 1) : "";
    append_difference(text, which, *outcome, found);
  }
  return text;
}

Result<std::vector<Case>> read_all(const TestOptions& options, const Configuration& configuration) {
  const auto files = case_files(options.cases);
  if (!files) return tl::unexpected(files.error());
  const ingest::RouteTable routes(configuration.pipeline.routes);
  const TopicNames topics = topic_names(configuration.kafka);
  std::vector<Case> all;
  for (const std::string& file : *files) {
    auto cases = read_cases(file, topics);
    if (!cases) return cases;
    if (auto done = check_routed(*cases, routes, options.path); !done) {
      return tl::unexpected(done.error());
    }
    std::move(cases->begin(), cases->end(), std::back_inserter(all));
  }
  return all;
}

int test(const TestOptions& options) {
  const auto configuration = load_configuration(options.path);
  if (!configuration) return report(configuration.error());
  const auto cases = read_all(options, *configuration);
  if (!cases) return report(cases.error());
  std::size_t failed = 0;
  for (const Case& one : *cases) {
    const auto differs = try_case(one, *configuration);
    if (!differs) return report(differs.error());
    if (!differs->empty()) ++failed;
    fmt::print("{} {} ({}:{})\n{}", differs->empty() ? "ok" : "FAILED", one.name, *one.mark.file,
               one.mark.line, *differs);
  }
  fmt::print("{} passed, {} failed\n", cases->size() - failed, failed);
  flush_output();
  return failed == 0 ? 0 : 1;
}

}  // namespace

Command test_command() {
  auto options = std::make_shared<TestOptions>();
  return {.name = "test",
          .help = "whether messages become the records that cases expect; shows where not",
          .options = {configuration_option(options->path),
                      {.names = "cases",
                       .into = &options->cases,
                       .help = "files of cases; of a folder all *.yaml in it and below",
                       .value = "CASES...",
                       .required = true}},
          .action = [options] { return test(*options); }};
}

}  // namespace senne::app
