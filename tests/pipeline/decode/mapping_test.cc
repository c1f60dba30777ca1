#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class MappingFormat : public testing::Test {
 protected:
  MappingFormat() {
    mapping_.device.pointer = "/id";
    mapping_.readings.push_back(reading("/t", "air_temperature", "[degF]"));
  }
  static MappingReading reading(std::string at, std::string property, std::string unit = "") {
    MappingReading made;
    made.at = std::move(at);
    made.property = std::move(property);
    made.unit = std::move(unit);
    return made;
  }
  Decoding decode(std::string_view json, std::string topic = "a/b/c") const {
    Route route = route_of(Format::mapping);
    route.mapping = std::make_shared<const Mapping>(mapping_);
    route.limits.readings_per_message = 100;
    return Decoding(route, json, std::move(topic));
  }
  SentTime time_of(TimeForm form, const std::string& value) {
    mapping_.has_time = true;
    mapping_.time.at = "/ts";
    mapping_.time.form = form;
    mapping_.time.zone = "Europe/Brussels";
    return decode(R"({"id":"x","t":1,"ts":)" + value + "}").report().time;
  }

  Mapping mapping_;
};

TEST_F(MappingFormat, one_report_of_a_message) {
  mapping_.sequence = "/seq";
  mapping_.latitude = "/pos/0";
  mapping_.longitude = "/pos/1";
  const auto decoding = decode(R"({"id":"dev-1","t":70.5,"seq":42,"pos":[50.85,"4.35"]})");
  ASSERT_EQ(decoding.outcome(), "ok") << decoding.detail();
  EXPECT_EQ(decoding.report().device, "dev-1");
  EXPECT_EQ(decoding.report().sequence, "42");
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(decoding.report().location->longitude, 4.35);
  EXPECT_THAT(decoding.readings(), ElementsAre("air_temperature=70.5 [degF]"));
  EXPECT_EQ(decoding.decoded.readings[0].unit_system, UnitSystem::ucum);
  EXPECT_FALSE(decoding.report().time.start);
}

TEST_F(MappingFormat, the_device_is_text_number_or_a_level_of_the_topic) {
  EXPECT_EQ(decode(R"({"id":9007199254740993,"t":1})").report().device, "9007199254740993");
  EXPECT_EQ(decode(R"({"id":1.5,"t":1})").report().device, "1.5");
  for (const char* json :
       {R"({"t":1})", R"({"id":null,"t":1})", R"({"id":"","t":1})", R"({"id":true,"t":1})",
        R"({"id":[1],"t":1})", R"({"id":1e999,"t":1})"}) {
    const auto decoding = decode(json);
    EXPECT_EQ(decoding.outcome(), "rejected:malformed") << json;
    EXPECT_THAT(decoding.detail(), HasSubstr("/id")) << json;
  }
  mapping_.device.topic_level = 1;
  EXPECT_EQ(decode(R"({"t":1})").report().device, "b");
  mapping_.device.topic_level = 3;
  EXPECT_EQ(decode(R"({"t":1})").outcome(), "rejected:malformed");
}

TEST_F(MappingFormat, numbers_may_be_sent_as_text_if_the_whole_text_is_one) {
  const auto value = [&](const std::string& json) {
    return decode(R"({"id":"x","t":)" + json + "}").readings();
  };
  EXPECT_THAT(value("\"21.5\""), ElementsAre("air_temperature=21.5 [degF]"));
  EXPECT_THAT(value("\"-3\""), ElementsAre("air_temperature=-3 [degF]"));
  EXPECT_THAT(value("\"+1e2\""), ElementsAre("air_temperature=100 [degF]"));
  for (const char* bad : {"\"45%\"", "\"\"", "\" 1\"", "\"nan\"", "\"0x1\"", "\"1e999\"", "\"+-1\"",
                          "true", "{}", "[1]", "1e999"}) {
    EXPECT_THAT(value(bad), ElementsAre("air_temperature=!bad_value")) << bad;
  }
}

TEST_F(MappingFormat, a_property_that_the_mapping_calls_raw_stays_raw) {
  mapping_.readings.push_back(reading("/p", "pressure_2", "bar"));
  const auto decoding = decode(R"({"id":"x","t":1,"p":2})");
  ASSERT_EQ(decoding.outcome(), "ok") << decoding.detail();
  EXPECT_FALSE(decoding.decoded.readings.at(0).raw);
  EXPECT_EQ(decoding.decoded.readings.at(1).name, "pressure_2");
  EXPECT_TRUE(decoding.decoded.readings.at(1).raw);
}

TEST_F(MappingFormat, a_place_that_is_missing_is_no_reading) {
  mapping_.readings.push_back(reading("/a/b", "co2", "[ppm]"));
  mapping_.readings.push_back(reading("/note", "remark"));
  EXPECT_THAT(decode(R"({"id":"x","t":null,"a":{"b":400},"note":"ok"})").readings(),
              ElementsAre("co2=400 [ppm]", "remark='ok'"));
  const auto none = decode(R"({"id":"x"})");
  EXPECT_EQ(none.outcome(), "rejected:malformed");
  EXPECT_THAT(none.detail(), HasSubstr("/t"));
}

TEST_F(MappingFormat, true_when_compares_scalars) {
  mapping_.readings.clear();
  mapping_.readings.push_back(reading("/door", "door_open"));
  mapping_.readings.back().true_when = {"open", "1", "true"};
  const auto value = [&](const std::string& json) {
    return decode(R"({"id":"x","door":)" + json + "}").readings();
  };
  for (const char* yes : {"\"open\"", "1", "1.0", "\"1\"", "true"}) {
    EXPECT_THAT(value(yes), ElementsAre("door_open=true")) << yes;
  }
  for (const char* no : {"\"Open\"", "0", "1.5", "\"1.0\"", "false", "\"\""}) {
    EXPECT_THAT(value(no), ElementsAre("door_open=false")) << no;
  }
  EXPECT_THAT(value("[1]"), ElementsAre("door_open=!bad_value"));
}

TEST_F(MappingFormat, true_when_keeps_64_bit_integers_apart) {
  mapping_.readings.clear();
  mapping_.readings.push_back(reading("/s", "switch_state"));
  mapping_.readings.back().true_when = {"9007199254740993"};
  EXPECT_THAT(decode(R"({"id":"x","s":9007199254740993})").readings(),
              ElementsAre("switch_state=true"));
  EXPECT_THAT(decode(R"({"id":"x","s":9007199254740992})").readings(),
              ElementsAre("switch_state=false"));
}

TEST_F(MappingFormat, readings_of_an_array_with_channels) {
  mapping_.readings.clear();
  mapping_.readings.push_back(reading("/value", "co2", "[ppm]"));
  mapping_.readings.back().each = "/channels";
  mapping_.readings.back().channel = "/no";
  EXPECT_THAT(decode(R"({"id":"x","channels":[{"no":1,"value":400},{"no":"b","value":"500"},)"
                     R"({"no":3},{"no":[],"value":5},{"value":6}]})")
                  .readings(),
              ElementsAre("co2#1=400 [ppm]", "co2#b=500 [ppm]", "co2=!bad_value", "co2=6 [ppm]"));
  EXPECT_THAT(decode(R"({"id":"x","channels":5})").readings(), ElementsAre("co2=!bad_value"));
  mapping_.readings.back().channel.reset();
  EXPECT_THAT(decode(R"({"id":"x","channels":[{"value":1},{},{"value":2}]})").readings(),
              ElementsAre("co2#0=1 [ppm]", "co2#2=2 [ppm]"));
}

TEST_F(MappingFormat, a_report_for_each_element) {
  mapping_.each = "/m";
  mapping_.has_time = true;
  mapping_.time.at = "/ts";
  mapping_.time.form = TimeForm::epoch_ms;
  const auto decoding =
      decode(R"({"m":[{"id":"a","t":1,"ts":1795000000123},{"id":"b"},{"id":"c","t":3,"ts":"x"}]})");
  ASSERT_EQ(decoding.decoded.reports.size(), 2U);
  EXPECT_EQ(decoding.report(0).device, "a");
  EXPECT_EQ(decoding.report(0).time.start, instant_from_nanos(1'795'000'000'123'000'000));
  EXPECT_EQ(decoding.report(1).device, "c");
  EXPECT_TRUE(decoding.report(1).time.malformed);
  EXPECT_EQ(decoding.report(1).first_reading, 1U);
  EXPECT_EQ(decode(R"({"m":{}})").detail(), "expected an array at /m");
  EXPECT_EQ(decode(R"({})").detail(), "expected an array at /m");
  EXPECT_EQ(decode(R"({"m":[]})").outcome(), "rejected:malformed");
  EXPECT_EQ(decode(R"({"m":[{"id":"a","t":1},{"t":2}]})").detail(),
            "expected a device id at /m/1/id");
}

TEST_F(MappingFormat, every_form_of_time) {
  const auto base = instant_from_nanos(1'795'000'000'000'000'000);
  EXPECT_EQ(time_of(TimeForm::rfc3339, "\"2026-11-18T11:06:40Z\"").start, base);
  EXPECT_EQ(time_of(TimeForm::epoch_s, "1795000000").start, base);
  EXPECT_EQ(time_of(TimeForm::epoch_s, "1.795e9").start, base);
  EXPECT_EQ(time_of(TimeForm::epoch_s, "\"1795000000.5\"").start,
            base + std::chrono::milliseconds{500});
  EXPECT_EQ(time_of(TimeForm::epoch_ms, "1795000000001").start,
            base + std::chrono::milliseconds{1});
  EXPECT_EQ(time_of(TimeForm::epoch_us, "1795000000000001").start,
            base + std::chrono::microseconds{1});
  EXPECT_EQ(time_of(TimeForm::naive, "\"2026-11-18T12:06:40\"").start, base);
  const auto interval = time_of(TimeForm::rfc3339, "\"2026-11-18T11:06:40Z/2026-11-18T11:16:40Z\"");
  EXPECT_EQ(interval.end, base + std::chrono::minutes{10});
  EXPECT_TRUE(time_of(TimeForm::rfc3339, "1795000000").malformed);
  EXPECT_TRUE(time_of(TimeForm::epoch_s, "\"soon\"").malformed);
  EXPECT_TRUE(time_of(TimeForm::epoch_s, "1e30").malformed);
  EXPECT_TRUE(time_of(TimeForm::epoch_s, "18446744073709551615").malformed);
  EXPECT_TRUE(time_of(TimeForm::naive, "\"noon\"").malformed);
  EXPECT_FALSE(time_of(TimeForm::naive, "null").malformed);
}

TEST_F(MappingFormat, the_limit_is_of_the_message) {
  mapping_.each = "";
  mapping_.device.topic_level = 0;
  std::string json = "[";
  for (int i = 0; i < 100; ++i) json += R"({"t":1},)";
  EXPECT_EQ(decode(json + "{}]").outcome(), "ok");
  EXPECT_EQ(decode(json + R"({"t":1}])").outcome(), "rejected:limit");
}

TEST_F(MappingFormat, a_mapping_that_cannot_be_compiled_is_named) {
  EXPECT_TRUE(check_mapping(mapping_));
  Mapping wrong = mapping_;
  wrong.readings[0].at = "t";
  EXPECT_THAT(check_mapping(wrong).error().message, HasSubstr("mapping.readings[0].at"));
  wrong = mapping_;
  wrong.device.pointer = "id";
  EXPECT_THAT(check_mapping(wrong).error().message, HasSubstr("mapping.device"));
  wrong = mapping_;
  wrong.has_time = true;
  wrong.time.at = "/ts";
  wrong.time.form = TimeForm::naive;
  wrong.time.zone = "Europe/Atlantis";
  EXPECT_THAT(check_mapping(wrong).error().message, HasSubstr("Europe/Atlantis"));
}

}  // namespace
}  // namespace senne::decode
