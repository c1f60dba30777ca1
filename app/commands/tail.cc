// senne tail: what leaves, as one JSON object a line.

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <memory>

#include "app/commands/command.h"
#include "app/logging/json_logger.h"
#include "pipeline/decode/time_text.h"
#include "sinks/kafka/consumer.h"
#include "sinks/record_json.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

struct TailOptions {
  std::string path;
  std::string topic;
  std::string from = "end";
  std::string bootstrap;
  std::uint64_t count = 0;  // 0: until a signal
};

Result<sinks::ReadFrom> read_from(const std::string& text) {
  if (text == "beginning") return sinks::FromBeginning{};
  if (text == "end") return sinks::FromEnd{};
  if (const auto instant = decode::parse_rfc3339(text)) return *instant;
  return fail(
      ErrorKind::configuration,
      fmt::format("--from {}: expected beginning, end or a time such as 2026-11-22T08:00:00Z",
                  text));
}

int tail(const TailOptions& options) {
  sinks::KafkaSettings kafka;
  if (!options.path.empty()) {
    const auto configuration = load_configuration(options.path);
    if (!configuration) return report(configuration.error());
    kafka = configuration->kafka;
  }
  if (!options.bootstrap.empty()) kafka.bootstrap_servers = options.bootstrap;
  if (kafka.bootstrap_servers.empty() || kafka.bootstrap_servers == "embedded") {
    return report({ErrorKind::configuration,
                   "which cluster? give -c FILE, or --bootstrap with the address that senne run or "
                   "demo prints"});
  }
  const auto from = read_from(options.from);
  if (!from) return report(from.error());
  // A name without the prefix is the natural thing to write.
  std::string topic = options.topic;
  if (!topic.starts_with(kafka.topic_prefix)) topic = kafka.topic_prefix + topic;

  block_signals();
  const SystemClock clock;
  JsonLogger logger(STDERR_FILENO, clock, Severity::warning);
  std::uint64_t shown = 0;
  std::string line;
  const auto done = sinks::read_topic(
      kafka, topic, *from,
      [&](const sinks::ConsumedRecord& record) {
        line.clear();
        sinks::append_record_json(line, record.topic, record.key, record.headers, record.value);
        line.push_back('\n');
        fmt::print("{}", line);
        flush_output();
        ++shown;
      },
      [&] {
        const bool enough = options.count > 0 && shown >= options.count;
        return !enough && wait_for_signal(0s) == 0;
      },
      logger);
  return done ? 0 : report(done.error());
}

}  // namespace

Command tail_command() {
  auto options = std::make_shared<TailOptions>();
  Option configuration = configuration_option(options->path);
  configuration.required = false;
  return {.name = "tail",
          .help = "what leaves, as JSON lines",
          .options = {configuration,
                      {.names = "topic",
                       .into = &options->topic,
                       .help = "the Kafka topic",
                       .value = "TOPIC",
                       .required = true},
                      {.names = "--from",
                       .into = &options->from,
                       .help = "beginning, end or a time",
                       .value = "WHERE"},
                      {.names = "--bootstrap",
                       .into = &options->bootstrap,
                       .help = "the cluster's address, instead of the configuration's",
                       .value = "ADDR"},
                      {.names = "-n,--count",
                       .into = &options->count,
                       .help = "end after so many records",
                       .value = "N"}},
          .action = [options] { return tail(*options); }};
}

}  // namespace senne::app
