#include "app/cases/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/user_properties.h"
#include "tests/support/temporary_folder.h"

namespace senne::app {
namespace {

using ::testing::ElementsAre;

const TopicNames topics = {"p.urban.observations.v1", "p.urban.aggregates.v1", "p.urban.devices.v1",
                           "p.urban.deadletter.v1"};

class CaseFile : public ::testing::Test {
 protected:
  Result<std::vector<Case>> read(const std::string& text) {
    folder_.write("c.yaml", text);
    return read_cases(folder_.file("c.yaml"), topics);
  }
  // Without the folder.
  std::string error_of(const std::string& text) {
    const auto cases = read(text);
    if (cases) return "no error";
    EXPECT_EQ(cases.error().kind, ErrorKind::configuration);
    std::string error = cases.error().message;
    const std::string prefix = folder_.path() + "/";
    if (error.starts_with(prefix)) error.erase(0, prefix.size());
    return error;
  }
  // Of one case with a name, a topic and these keys.
  std::string error_of_keys(const std::string& keys) {
    return error_of("cases:\n  - {name: n, topic: t, " + keys + "}\n");
  }
  Case one(const std::string& text) {
    const auto cases = read(text);
    EXPECT_TRUE(cases) << cases.error().message;
    return cases && cases->size() == 1 ? cases->front() : Case{};
  }

  test::TemporaryFolder folder_;
};

TEST_F(CaseFile, a_case_of_one_message_is_read_whole) {
  const Case got = one(R"(cases:
  - name: the whole
    topic: a/b
    payload: "x\n${HOME}"
    user_properties: {traceparent: "00-1", k: v}
    received: 2026-11-22T09:00:00+01:00
    retained: true
    tolerance: 0.5
    expect: [{topic: p.urban.observations.v1}]
)");
  EXPECT_EQ(got.name, "the whole");
  EXPECT_EQ(got.mark.line, 2);
  EXPECT_EQ(got.tolerance, 0.5);
  ASSERT_EQ(got.messages.size(), 1u);
  const TrialMessage& message = got.messages[0].message;
  EXPECT_EQ(message.topic, "a/b");
  EXPECT_EQ(message.payload, "x\n${HOME}") << "nothing is substituted";
  EXPECT_EQ(find_user_property(message.user_properties, "traceparent"), "00-1");
  EXPECT_EQ(find_user_property(message.user_properties, "k"), "v");
  EXPECT_EQ(to_nanos(message.received), 1'795'334'400'000'000'000);
  EXPECT_TRUE(message.retained);
  EXPECT_EQ(got.messages[0].expected.items.size(), 1u);
  EXPECT_FALSE(got.messages[0].suppressed);
}

TEST_F(CaseFile, what_is_left_out_has_its_default) {
  const Case got = one("cases: [{name: n, topic: t, payload: '', expect_suppressed: join}]\n");
  EXPECT_EQ(got.tolerance, 0);
  ASSERT_EQ(got.messages.size(), 1u);
  EXPECT_EQ(got.messages[0].message.payload, "");
  EXPECT_EQ(got.messages[0].message.received, case_time);
  EXPECT_EQ(to_nanos(case_time), 1'767'225'600'000'000'000) << "2026-01-01T00:00:00Z";
  EXPECT_FALSE(got.messages[0].message.retained);
  EXPECT_EQ(got.messages[0].suppressed, "join");
}

TEST_F(CaseFile, bytes_come_as_text_from_a_file_in_hexadecimal_or_in_base64) {
  const std::string bytes("\x00\xff\n\x7f", 4);
  folder_.write("sub.bin", bytes);
  for (const std::string payload : {"payload_file: sub.bin", "payload_hex: 00 fF 0a7f",
                                    "payload_base64: AP8KfwA=", "payload_hex: \"00ff\\n0a7f\""}) {
    const Case got = one("cases: [{name: n, topic: t, expect: [], " + payload + "}]\n");
    ASSERT_EQ(got.messages.size(), 1u) << payload;
    std::string wanted = bytes;
    if (payload.starts_with("payload_base64")) wanted.push_back('\0');
    EXPECT_EQ(got.messages[0].message.payload, wanted) << payload;
  }
}

TEST_F(CaseFile, a_message_of_several_is_received_with_the_one_before_it) {
  const Case got = one(R"(cases:
  - name: n
    messages:
      - {topic: a, payload: "", expect: [], received: 2026-11-22T08:00:00Z}
      - {topic: b, payload: "", expect: []}
      - {topic: c, payload: "", expect: [], received: 2026-11-22T08:00:05Z}
      - {topic: d, payload: "", expect_suppressed: duplicate}
)");
  ASSERT_EQ(got.messages.size(), 4u);
  const Instant first = got.messages[0].message.received;
  EXPECT_EQ(got.messages[1].message.received, first);
  EXPECT_EQ(got.messages[2].message.received, first + std::chrono::seconds{5});
  EXPECT_EQ(got.messages[3].message.received, first + std::chrono::seconds{5});
  EXPECT_EQ(got.messages[3].message.topic, "d");
}

TEST_F(CaseFile, a_first_message_may_be_older_than_the_default) {
  const Case got =
      one("cases: [{name: n, messages: [{topic: a, payload: '', expect: [], "
          "received: 2020-01-01T00:00:00Z}]}]\n");
  ASSERT_EQ(got.messages.size(), 1u);
  EXPECT_LT(got.messages[0].message.received, case_time);
}

struct Mistake {
  const char* text;
  const char* says;
};

TEST_F(CaseFile, a_mistake_names_its_place) {
  for (const Mistake& mistake : {
           Mistake{"", "c.yaml:1:1: no case; expected `cases:`"},
           {"# nothing\n", "c.yaml:1:1: no case; expected `cases:`"},
           {"[]", "c.yaml:1:1: expected a map"},
           {"cases: [\n", "c.yaml:2:1: not valid YAML: did not find expected node content"},
           {"cases:\n", "c.yaml:1:1: cases: expected a list of cases, got nothing"},
           {"cases: []\n", "c.yaml:1:8: cases: must not be empty"},
           {"case: []\n", "c.yaml:1:1: unknown key `case`; did you mean `cases`?"},
           {"cases: []\ncases: []\n",
            "c.yaml:2:1: duplicate key `cases`; it stands in line 1 already"},
           {"cases:\n  - {topic: t, payload: x, expect: []}\n",
            "c.yaml:2:5: missing key `name` in cases[0]"},
           {"cases:\n  - {name: n, payload: x, expect: []}\n",
            "c.yaml:2:5: missing key `topic` in cases[0]"},
           {"cases:\n  - {name: n, topic: a/+, payload: x, expect: []}\n",
            "c.yaml:2:22: cases[0].topic: expected a topic without wildcards, got `a/+`"},
           {"cases:\n  - {name: n, topic: a, payload: x, expect: []}\n"
            "  - {topic: a, payload: x, expect: [], name: n}\n",
            "c.yaml:3:46: cases[1].name: `n` is the name of the case in line 2 already"},
       }) {
    EXPECT_EQ(error_of(mistake.text), mistake.says);
  }
}

TEST_F(CaseFile, a_mistake_in_a_case_names_its_place) {
  for (const Mistake& mistake : {
           Mistake{"payload: x, expekt: []",
                   "c.yaml:2:37: unknown key `expekt` in cases[0]; did you mean `expect`?"},
           {"payload: x",
            "c.yaml:2:5: nothing is expected in cases[0]; expected `expect` or "
            "`expect_suppressed`"},
           {"payload: x, expect: [], expect_suppressed: join",
            "c.yaml:2:68: cases[0]: `expect` and `expect_suppressed` are both given; expected one "
            "of them"},
           {"expect: []",
            "c.yaml:2:5: no payload in cases[0]; expected one of `payload`, "
            "`payload_file`, `payload_hex` and `payload_base64`"},
           {"payload: x, expect: [], payload_hex: 00",
            "c.yaml:2:62: cases[0]: `payload` and `payload_hex` are both given; expected one of "
            "them"},
           {"payload_hex: 0g, expect: []",
            "c.yaml:2:38: cases[0].payload_hex: expected "
            "hexadecimal digits of whole bytes, got `0g`"},
           {"payload_hex: 012, expect: []",
            "c.yaml:2:38: cases[0].payload_hex: expected "
            "hexadecimal digits of whole bytes, got `012`"},
           {"payload_base64: '?', expect: []",
            "c.yaml:2:41: cases[0].payload_base64: expected base64, got `?` in quotes"},
           {"payload: {a: 1}, expect: []",
            "c.yaml:2:34: cases[0].payload: expected text, in quotes or as a block, got a map"},
           {"payload_file: absent.json, expect: []",
            "c.yaml:2:39: cases[0].payload_file: cannot read `absent.json`: No such file or "
            "directory"},
           {"payload: x, received: today, expect: []",
            "c.yaml:2:47: cases[0].received: expected a time such as 2026-11-22T08:00:00Z, got "
            "`today`"},
           {"payload: x, retained: 'true', expect: []",
            "c.yaml:2:47: cases[0].retained: expected `true` or `false`, got `true` in quotes"},
           {"payload: x, tolerance: -1, expect: []",
            "c.yaml:2:48: cases[0].tolerance: expected a number from 0 to 1e+300, got `-1`"},
           {"payload: x, expect: ",
            "c.yaml:2:37: cases[0].expect: expected a list of records; "
            "`[]` for none, got nothing"},
           {"messages: [{topic: t, payload: x, expect: []}]",
            "c.yaml:2:15: cases[0]: `topic` belongs to one of its `messages`"},
       }) {
    EXPECT_EQ(error_of_keys(mistake.text), mistake.says);
  }
  EXPECT_THAT(error_of_keys("payload: x, expect_suppressed: joined"),
              ::testing::AllOf(::testing::StartsWith("c.yaml:2:56: cases[0].expect_suppressed: "),
                               ::testing::HasSubstr("got `joined`; did you mean `join`?")));
}

TEST_F(CaseFile, a_mistake_in_a_message_of_several_names_its_place) {
  const auto error_of_messages = [&](const std::string& messages) {
    return error_of("cases:\n  - name: n\n    messages: " + messages + "\n");
  };
  EXPECT_EQ(error_of_messages("[]"), "c.yaml:3:15: cases[0].messages: must not be empty");
  EXPECT_EQ(error_of_messages("[{topic: t, expect: [], payload: ''}, {name: x}]"),
            "c.yaml:3:54: unknown key `name` in cases[0].messages[1]");
  EXPECT_EQ(error_of_messages("[{topic: t, expect: [], payload: ''}, {topic: t, payload: ''}]"),
            "c.yaml:3:53: nothing is expected in cases[0].messages[1]; expected `expect` or "
            "`expect_suppressed`");
  EXPECT_EQ(error_of_messages("[{topic: t, expect: [], payload: '', received: "
                              "2026-11-22T08:00:01Z}, {topic: t, payload: '', expect: [], "
                              "received: 2026-11-22T08:00:00Z}]"),
            "c.yaml:3:131: cases[0].messages[1].received: before that of the message before");
}

TEST_F(CaseFile, an_expected_record_must_be_one_that_can_be) {
  const auto error_of_record = [&](const std::string& record) {
    const std::string error = error_of_keys("payload: x, expect: [" + record + "]");
    const std::string place = "cases[0].expect[0]";
    const auto at = error.find(place);
    return at == std::string::npos ? error : error.substr(at + place.size());
  };
  EXPECT_EQ(error_of_keys("payload: x, expect: [{value: {observatons: ~}}]"),
            "c.yaml:2:55: cases[0].expect[0].value: no record has a field `observatons`; did you "
            "mean `observations`?");
  EXPECT_EQ(error_of_record("{topic: urban.observations.v1}"),
            ".topic: expected `p.urban.observations.v1`, `p.urban.aggregates.v1`, "
            "`p.urban.devices.v1` or `p.urban.deadletter.v1`, got `urban.observations.v1`; did "
            "you mean `p.urban.observations.v1`?");
  EXPECT_EQ(error_of_record("{topic: p.urban.observations.v1, value: {mqttTopic: t}}"),
            ".value: no record has a field `mqttTopic`");
  EXPECT_EQ(error_of_record("{values: {}}"),
            ": no record has `values`; expected `topic`, `key`, `headers` or `value`; did you "
            "mean `value`?");
  EXPECT_EQ(error_of_record("{value: {observations: [{numbr: 1}]}}"),
            ".value.observations[0]: no record has a field `numbr`; did you mean `number`?");
  EXPECT_EQ(error_of_record("{value: {observations: {contains: [{numbr: 1}]}}}"),
            ".value.observations.contains[0]: no record has a field `numbr`; did you mean "
            "`number`?");
  EXPECT_EQ(error_of_record("{value: {observations: {property: x}}}"),
            ".value.observations: expected a list, or `contains:` with a list, got a map");
  EXPECT_EQ(error_of_record("{value: {observations: {contains: 1}}}"),
            ".value.observations.contains: expected a list, got `1`");
  EXPECT_EQ(error_of_record("{value: {location: [1, 2]}}"),
            ".value.location: expected a map, got a list");
  EXPECT_EQ(error_of_record("{value: {phenomenonTime: {seconds: 1}}}"),
            ".value.phenomenonTime: expected a text, a number, a boolean or `~`, got a map");
  EXPECT_EQ(error_of_record("{value: {statistics: {mean: []}}}"),
            ".value.statistics.mean: expected a text, a number, a boolean or `~`, got a list");
  EXPECT_EQ(error_of_record("{headers: {ce_id: []}}"),
            ".headers.ce_id: expected a text, a number, a boolean or `~`, got a list");
  EXPECT_EQ(error_of_record("3"), ": expected a map, got `3`");
  for (const char* sound :
       {"{}", "{value: ~}", "{value: {statistics: {mean: 1}, readings: [{reason: x}]}}",
        "{topic: ~, value: {observations: ~, quality: {contains: [LATE]}, location: {altitude: "
        "~}}}"}) {
    EXPECT_EQ(error_of_record(sound), "no error") << sound;
  }
}

TEST_F(CaseFile, of_a_folder_every_yaml_file_below_is_taken_in_the_order_of_names) {
  std::filesystem::create_directories(folder_.file("f/b"));
  for (const char* name : {"f/c.yaml", "f/a.yaml", "f/b/x.yaml", "f/note.txt", "f/b/y.yml"}) {
    folder_.write(name, "");
  }
  const auto files = case_files({folder_.file("f/c.yaml"), folder_.file("f")});
  ASSERT_TRUE(files);
  EXPECT_THAT(*files, ElementsAre(folder_.file("f/c.yaml"), folder_.file("f/a.yaml"),
                                  folder_.file("f/b/x.yaml"), folder_.file("f/c.yaml")));
  std::filesystem::create_directories(folder_.file("empty"));
  const auto none = case_files({folder_.file("empty")});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message,
            "no case in " + folder_.file("empty") + "; expected files *.yaml");
}

TEST_F(CaseFile, a_file_that_is_not_there_is_named) {
  const auto cases = read_cases("/nowhere/c.yaml", topics);
  ASSERT_FALSE(cases);
  EXPECT_EQ(cases.error().message, "cannot read /nowhere/c.yaml: No such file or directory");
}

}  // namespace
}  // namespace senne::app
