// Input made to break: whatever comes in, a decoder gives a value or a reason, never half a
// message.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/fixtures.h"

namespace senne::decode {
namespace {

class Hostile : public testing::TestWithParam<Fixture> {
 protected:
  Decoding decode(std::string_view payload) const {
    return Decoding(GetParam().route, payload, GetParam().topic, received, GetParam().codecs.get());
  }
  // A message is as it must be: a reason with a detail, or reports with readings that exist.
  static void expect_sound(const Decoding& decoding) {
    if (!decoding.ok()) {
      EXPECT_EQ(decoding.outcome().starts_with("rejected"), !decoding.detail().empty());
      return;
    }
    ASSERT_FALSE(decoding.decoded.reports.empty());
    std::size_t readings = 0;
    for (const auto& report : decoding.decoded.reports) {
      EXPECT_GE(report.reading_count, 1U);
      if (report.device.empty()) {
        EXPECT_TRUE(decoding.decoded.readings.at(report.first_reading).bad) << "a broken part";
      }
      EXPECT_EQ(report.first_reading, readings);
      readings += report.reading_count;
    }
    EXPECT_EQ(readings, decoding.decoded.readings.size());
  }
};

TEST_P(Hostile, the_fixture_itself_decodes) {
  const auto decoding = decode(GetParam().payload);
  ASSERT_EQ(decoding.outcome(), "ok") << decoding.detail();
  expect_sound(decoding);
}

TEST_P(Hostile, truncated_at_every_byte_it_never_succeeds) {
  const std::string& whole = GetParam().payload;
  // Zigbee2MQTT says null of an attribute by nothing.
  const bool may_be_empty = GetParam().route.format == Format::zigbee2mqtt;
  for (std::size_t size = may_be_empty ? 1 : 0; size < whole.size(); ++size) {
    const auto decoding = decode(std::string_view(whole).substr(0, size));
    EXPECT_EQ(decoding.outcome(), "rejected:malformed") << size;
    EXPECT_FALSE(decoding.detail().empty());
  }
}

TEST_P(Hostile, followed_by_anything_it_never_succeeds) {
  for (const char* tail : {"x", "{}", "]", "}", ",", "\xFF", "1"}) {
    EXPECT_EQ(decode(GetParam().payload + tail).outcome(), "rejected:malformed") << tail;
  }
  // The one format that has streams of a document a line takes what is good of them.
  const auto lines = decode(GetParam().payload + "\n{\"a\":1}");
  if (GetParam().route.format == Format::tts_v3) {
    EXPECT_THAT(lines.readings(lines.decoded.reports.size() - 1),
                testing::ElementsAre("/1=!malformed"));
  } else {
    EXPECT_EQ(lines.outcome(), "rejected:malformed");
  }
  EXPECT_EQ(decode(GetParam().payload + " \r\n\t").outcome(), "ok");
}

TEST_P(Hostile, an_invalid_byte_anywhere_is_refused) {
  for (std::size_t i = 0; i < GetParam().payload.size(); ++i) {
    std::string payload = GetParam().payload;
    payload[i] = '\xFF';
    EXPECT_EQ(decode(payload).outcome(), "rejected:malformed") << i;
  }
}

TEST_P(Hostile, any_byte_anywhere_leaves_a_sound_result) {
  for (const char byte : {'\0', '"', '\\', '{', ']', ',', '9', 'e', '-'}) {
    for (std::size_t i = 0; i < GetParam().payload.size(); ++i) {
      std::string payload = GetParam().payload;
      payload[i] = byte;
      expect_sound(decode(payload));
    }
  }
}

TEST_P(Hostile, each_value_replaced_by_one_of_another_type) {
  for (const char* value : {"null", "true", "[]", "{}", "\"\"", "-1", "1e999", "[[[1]]]"}) {
    const std::string& whole = GetParam().payload;
    for (auto colon = whole.find("\":"); colon != std::string::npos;
         colon = whole.find("\":", colon + 1)) {
      const auto end = whole.find_first_of(",}", colon);
      expect_sound(decode(whole.substr(0, colon + 2) + value + whole.substr(end)));
    }
  }
}

TEST_P(Hostile, nesting_beyond_the_limit_is_too_deep) {
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  EXPECT_EQ(decode(deep).outcome(), "rejected:too_deep");
  EXPECT_EQ(decode(fmt::format(R"({{"a":{}}})", deep)).outcome(), "rejected:too_deep");
}

TEST_P(Hostile, a_quarter_of_a_megabyte_of_one_thing_is_answered_in_time) {
  const std::size_t bytes = 256 * 1024;
  const auto repeat = [&](std::string_view open, std::string_view item, std::string_view close) {
    std::string text(open);
    while (text.size() + item.size() + close.size() + 1 < bytes) {
      text += item;
      text += ',';
    }
    text.back() = ' ';
    return text + std::string(close);
  };
  std::string names =
      R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"decoded_payload":{)";
  std::string devices = "[";
  for (std::size_t i = 0; names.size() < bytes; ++i) {
    names += fmt::format("\"k{}\":1,", i % 9'000);
    devices += fmt::format(R"({{"n":"d{}/t","v":1}},)", i);
  }
  names.back() = '}';
  devices.back() = ']';
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& payload :
       {repeat("[", "1", "]"), repeat("[", "{}", "]"), repeat("[", "[]", "]"),
        repeat("{\"a\":[", "1e999", "]}"), repeat("[", R"({"n":"d/t","v":1})", "]"),
        repeat(R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"decoded_payload":{"a":[)",
               "1", "]}}}"),
        repeat("{", R"("a":1)", "}"), names + "}}", devices, std::string(bytes, '"'),
        "[\"" + std::string(bytes, '\\') + "\"]", std::string(bytes, ' '),
        std::string(bytes, '\0')}) {
    expect_sound(decode(payload));
  }
  // Quadratic cost over this many members would take minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{20});
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, Hostile, testing::ValuesIn(fixtures()),
                         [](const auto& instance) {
                           std::string name = instance.param.name;
                           for (char& c : name) {
                             if (c == '-' || c == ' ') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace senne::decode
