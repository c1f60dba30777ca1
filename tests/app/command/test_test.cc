// senne test: users' own cases against the whole pipeline; and what docs/testing.md and the
// examples say of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/app/command/without_servers.h"
#include "tests/integration/senne_process.h"

namespace senne::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Test : public ::testing::Test {
 protected:
  Ended test(const std::vector<std::string>& cases) {
    std::vector<std::string> arguments = {"test", "-c", "senne.yaml"};
    arguments.insert(arguments.end(), cases.begin(), cases.end());
    return place_.command(arguments);
  }
  Ended test_text(const std::string& text) {
    place_.put("c.yaml", text);
    return test({"c.yaml"});
  }
  static std::string senml(const std::string& name, const std::string& expected,
                           const std::string& value = "1") {
    return "  - {name: " + name + R"(, topic: senml/x, payload: '[{"n":"d-1/t","u":"Cel","v":)" +
           value + "}]', " + expected + "}\n";
  }

  SenneProcess place_{{{"senne.yaml", configuration_without_servers()}}};
};

TEST_F(Test, cases_that_pass_are_counted_and_the_status_is_0) {
  place_.put("a.yaml", "cases:\n" + senml("one", "expect: [{key: d-1}]"));
  place_.put("b.yaml", "cases:\n" + senml("two", "expect: [{value: {route: senml}}]") +
                           senml("three", "expect: {contains: [{key: d-1}]}"));
  const Ended ended = test({"b.yaml", "a.yaml"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out,
            "ok two (b.yaml:2)\nok three (b.yaml:3)\nok one (a.yaml:2)\n3 passed, 0 failed\n");
  EXPECT_THAT(ended.err, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(place_.folder() + "/data"));
}

TEST_F(Test, a_case_that_fails_shows_its_differences_and_the_record_and_the_rest_still_runs) {
  const Ended ended = test_text(
      "cases:\n" +
      senml("bad", "expect: [{key: d-2, value: {observations: [{number: 1.5}]}}, {key: d-3}]") +
      senml("good", "expect: [{key: d-1}]"));
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.out,
              StartsWith("FAILED bad (c.yaml:2)\n"
                         "  record 1: key: expected d-2, got \"d-1\"\n"
                         "  record 1: value.observations[0].number: expected 1.5, got 1\n"
                         "  record 2: missing, expected {\"key\":d-3}\n"
                         "  record 1 as it came: {\"topic\":\"urban.observations.v1\","));
  EXPECT_THAT(ended.out, HasSubstr("}\nok good (c.yaml:3)\n1 passed, 1 failed\n"));
  EXPECT_THAT(ended.err, IsEmpty());
}

TEST_F(Test, the_record_as_it_came_is_the_line_that_decode_prints) {
  const Ended decoded =
      place_.command({"decode", "-c", "senne.yaml", "--topic", "senml/x", "--user-property", "a=b",
                      "--received", "2026-01-01T00:00:00Z", "not json"});
  const Ended ended = test_text(
      "cases: [{name: n, topic: senml/x, payload: not json, user_properties: {a: b}, "
      "expect: []}]");
  EXPECT_EQ(decoded.status, 0);
  EXPECT_THAT(ended.out, HasSubstr("  record 1 as it came: " + decoded.out + "0 passed"));
}

TEST_F(Test, a_reason_for_nothing_must_be_the_one_expected) {
  const std::string join = R"(  - {name: n, topic: v3/a/devices/d/join, )"
                           R"(payload: '{"join_accept":{},)"
                           R"("end_device_ids":{"device_id":"d"}}', )";
  EXPECT_EQ(test_text("cases:\n" + join + "expect_suppressed: join}\n").status, 0);
  EXPECT_EQ(test_text("cases:\n" + join + "expect: []}\n").status, 0);
  const Ended other = test_text("cases:\n" + join + "expect_suppressed: location}\n");
  EXPECT_EQ(other.status, 1);
  EXPECT_EQ(other.out,
            "FAILED n (c.yaml:2)\n"
            "  suppressed: expected location, got join\n"
            "  no record came; suppressed: join\n"
            "0 passed, 1 failed\n");
  const Ended record = test_text("cases:\n" + senml("n", "expect_suppressed: join"));
  EXPECT_EQ(record.status, 1);
  EXPECT_THAT(record.out, HasSubstr("  suppressed: expected join, got nothing\n"
                                    "  record 1: not expected\n"
                                    "  record 1 as it came: {"));
}

TEST_F(Test, a_topic_that_no_route_takes_is_a_mistake_unless_that_is_the_case) {
  const std::string text = "cases:\n  - {name: n, topic: elsewhere, payload: x, ";
  const Ended mistake = test_text(text + "expect: []}\n");
  EXPECT_EQ(mistake.status, 2);
  EXPECT_EQ(mistake.err,
            "c.yaml:2:22: no route of senne.yaml matches topic `elsewhere`; where that is meant, "
            "expect `expect_suppressed: no_route`\n");
  EXPECT_THAT(mistake.out, IsEmpty());
  EXPECT_EQ(test_text(text + "expect_suppressed: no_route}\n").status, 0);
  EXPECT_EQ(test_text("cases:\n" + senml("n", "expect_suppressed: no_route")).status, 1);
}

TEST_F(Test, what_one_message_leaves_behind_is_there_for_the_next_but_not_for_the_next_case) {
  const std::string message =
      R"({topic: senml/x, payload: '[{"n":"d-1/t","u":"Cel","v":1,"t":1767225590}]', )";
  const std::string twice = "messages: [" + message + "expect: [{key: d-1}]}, " + message +
                            "expect_suppressed: duplicate}]}\n";
  const Ended ended = test_text("cases:\n  - {name: one, " + twice + "  - {name: two, " + twice);
  EXPECT_EQ(ended.status, 0) << ended.out;
  const Ended failed = test_text("cases:\n  - {name: one, messages: [" + message +
                                 "expect: [{}]}, " + message + "expect: [{}]}]}\n");
  EXPECT_EQ(failed.status, 1);
  EXPECT_EQ(failed.out,
            "FAILED one (c.yaml:2)\n"
            "  message 2, record 1: missing, expected {}\n"
            "  message 2, no record came; suppressed: duplicate\n"
            "0 passed, 1 failed\n");
}

TEST_F(Test, windows_close_as_time_passes_between_messages) {
  place_.put("senne.yaml", configuration_without_servers() +
                               "windows: [{name: 10s, length: 10s, lateness: 0s}]\n");
  const auto message = [](const std::string& second, const std::string& expected) {
    return "      - {topic: senml/x, received: 2026-01-01T00:00:" + second +
           R"(Z, payload: '[{"n":"d-1/temperature","u":"Cel","v":1)" + second + "}]', " + expected +
           "}\n";
  };
  const Ended ended = test_text(
      "cases:\n  - name: n\n    messages:\n" + message("02", "expect: [{key: d-1}]") +
      message("04", "expect: [{key: d-1}]") +
      message("20",
              "expect: [{topic: urban.aggregates.v1, value: {count: 2, statistics: {mean: "
              "103}}}, {key: d-1}]"));
  EXPECT_EQ(ended.status, 0) << ended.out;
}

TEST_F(Test, a_retained_message_without_a_time_of_its_own_is_kept_back) {
  EXPECT_EQ(test_text("cases:\n" + senml("n", "retained: true, expect_suppressed: retained")).out,
            "ok n (c.yaml:2)\n1 passed, 0 failed\n");
}

TEST_F(Test, the_time_of_receipt_does_not_depend_on_the_day) {
  EXPECT_EQ(
      test_text("cases:\n" + senml("n", "expect: [{value: {receiveTime: 2026-01-01T00:00:00Z}}]") +
                senml("m",
                      "received: 2026-05-01T00:00:00.5Z, expect: [{value: "
                      "{receiveTime: 2026-05-01T00:00:00.500Z}}]"))
          .out,
      "ok n (c.yaml:2)\nok m (c.yaml:3)\n2 passed, 0 failed\n");
}

TEST_F(Test, topics_carry_the_prefix_of_the_configuration) {
  std::string configuration = configuration_without_servers();
  configuration.replace(configuration.find("kafka: {"), 8, "kafka: {topic_prefix: \"try.\", ");
  place_.put("senne.yaml", configuration);
  EXPECT_EQ(
      test_text("cases:\n" + senml("n", "expect: [{topic: try.urban.observations.v1}]")).status, 0);
  EXPECT_EQ(test_text("cases:\n" + senml("n", "expect: [{topic: urban.observations.v1}]")).status,
            2);
}

TEST_F(Test, a_mistake_stops_everything_before_the_first_case) {
  place_.put("good.yaml", "cases:\n" + senml("n", "expect: [{}]"));
  std::filesystem::create_directories(place_.folder() + "/none");
  place_.put("bad.yaml", "cases:\n  - {name: n, topic: senml/x, payload: x}\n");
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"good.yaml", "bad.yaml"}, "bad.yaml:2:5: nothing is expected in cases[0]"},
      {{"good.yaml", "absent.yaml"}, "cannot read absent.yaml: No such file or directory"},
      {{"good.yaml", "none"}, "no case in none; expected files *.yaml"},
      {{}, "senne test: cases is required"},
      {{"senne.yaml"}, "senne.yaml:1:1: unknown key `instance`"},
  };
  for (const auto& [cases, says] : mistakes) {
    const Ended ended = test(cases);
    EXPECT_EQ(ended.status, 2) << says;
    EXPECT_THAT(ended.err, StartsWith(says));
    EXPECT_TRUE(is_one_line(ended.err)) << ended.err;
    EXPECT_THAT(ended.out, IsEmpty()) << says;
  }
}

TEST_F(Test, output_that_does_not_arrive_is_a_failure_also_of_cases_that_fail) {
  for (const char* expected : {"expect: [{}]", "expect: []"}) {
    place_.put("c.yaml", "cases:\n" + senml("n", expected));
    const Ended ended = place_.command({"test", "-c", "senne.yaml", "c.yaml"}, {}, "/dev/full");
    EXPECT_EQ(ended.status, 1);
    EXPECT_EQ(ended.err, "standard output: No space left on device\n");
  }
}

// Of the page: files as `# name` begins their blocks, and what a console shows for a command.
struct Page {
  std::map<std::string, std::string> files;
  std::vector<std::pair<std::string, std::string>> commands;
};

Page testing_page() {
  Page page;
  std::ifstream stream(SENNE_SOURCE_DIR "/docs/testing.md");
  std::string* into = nullptr;
  std::string fence;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("```")) {
      fence = line.substr(3);
      into = nullptr;
    } else if (fence == "yaml" && into == nullptr) {
      into = &page.files[line.substr(2)];
      *into = line + "\n";
    } else if (fence == "console" && line.starts_with("$ senne ")) {
      page.commands.emplace_back(line.substr(8), "");
      into = &page.commands.back().second;
    } else if (into != nullptr) {
      *into += line + "\n";
    }
  }
  return page;
}

TEST_F(Test, the_page_shows_what_happens) {
  const Page page = testing_page();
  EXPECT_GE(page.files.size(), 6u);
  ASSERT_EQ(page.commands.size(), 3u);
  std::filesystem::create_directories(place_.folder() + "/cases");
  // The first console shows the first of the files in the folder.
  for (const char* file : {"senne.yaml", "cases/school.yaml", "wrong.yaml", "mistaken.yaml"}) {
    ASSERT_TRUE(page.files.contains(file)) << file;
    place_.put(file, page.files.at(file));
  }
  for (const auto& [line, shown] : page.commands) {
    std::istringstream words(line);
    const std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
    const Ended ended = place_.command(arguments);
    EXPECT_EQ(ended.out + ended.err, shown) << line;
  }
  for (const auto& [file, text] : page.files) {
    if (!file.starts_with("cases/")) continue;
    place_.put(file, text);
    EXPECT_EQ(test({file}).status, 0) << file << "\n" << test({file}).out;
  }
}

TEST_F(Test, the_examples_pass) {
  const std::string examples = SENNE_SOURCE_DIR "/deploy/examples/";
  const Ended ended = place_.command({"test", "-c", examples + "senne.yaml", examples + "cases"});
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("3 passed, 0 failed\n"));
}

}  // namespace
}  // namespace senne::test
