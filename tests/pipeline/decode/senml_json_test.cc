#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "pipeline/decode/senml_name.h"
#include "pipeline/decode/senml_record.h"
#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Decoding decode(std::string_view json) { return Decoding(route_of(Format::senml_json), json); }

TEST(SenmlJson, base_fields_hold_from_their_record_on) {
  const auto decoding = decode(
      R"([{"bn":"urn:dev:ow:1:","bt":1795000000,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},)"
      R"({"n":"current","t":-5,"v":1.2},{"n":"current","v":1.7},)"
      R"({"bu":"W","bt":1795000010,"n":"power","v":3}])");
  ASSERT_EQ(decoding.outcome(), "ok") << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 1U);
  EXPECT_EQ(decoding.report().device, "urn:dev:ow:1");
  EXPECT_THAT(decoding.readings(),
              ElementsAre("voltage=120.1 V", "current=1.2 A", "current=1.7 A", "power=3 W"));
  EXPECT_EQ(decoding.report().time.start, instant_from_nanos(1'795'000'000'000'000'000));
  EXPECT_FALSE(decoding.decoded.readings[0].time.start);
  EXPECT_EQ(decoding.decoded.readings[1].time.start, instant_from_nanos(1'794'999'995'000'000'000));
  EXPECT_FALSE(decoding.decoded.readings[2].time.start);
  EXPECT_EQ(decoding.decoded.readings[3].time.start, instant_from_nanos(1'795'000'010'000'000'000));
  EXPECT_EQ(decoding.decoded.readings[0].unit_system, UnitSystem::senml);
}

TEST(SenmlJson, base_value_and_base_sum_are_added) {
  EXPECT_THAT(
      decode(R"([{"bn":"d/","bv":20,"bs":100,"n":"t","v":1,"s":5},{"n":"t","v":2.5},)"
             R"({"n":"l","vs":"x"},{"n":"p","s":7}])")
          .readings(),
      ElementsAre("t.sum=105", "t=21", "t.sum=100", "t=22.5", "l='x'", "p.sum=107", "p=20"));
}

// RFC 8428, section 4.5.4: the one of the two that is missing is zero.
TEST(SenmlJson, a_base_sum_and_a_base_value_speak_for_a_record_that_has_none) {
  EXPECT_THAT(
      decode(R"([{"bn":"d/","bs":7,"n":"a","v":1},{"n":"b"},{"n":"c","vb":true}])").readings(),
      ElementsAre("a.sum=7", "a=1", "b.sum=7", "c=true"));
  EXPECT_THAT(decode(R"([{"bn":"d/t","bv":19.5,"u":"Cel"},{"t":-5},{"bv":20,"n":"x"},{"bu":"K"}])")
                  .readings(),
              ElementsAre("t=19.5 Cel", "t=19.5"));
  EXPECT_THAT(
      decode(R"([{"bn":"d/","bv":1},{"n":"a","v":null},{"n":"b","vs":null,"v":2}])").readings(),
      ElementsAre("a=1", "b=3"));
}

TEST(SenmlJson, a_base_value_moves_coordinates_too) {
  const auto decoding = decode(
      R"([{"bn":"d/","bv":50,"n":"y","u":"lat","v":0.85},{"bv":4,"n":"x","u":"lon","v":0.35}])");
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(decoding.report().location->longitude, 4.35);
}

TEST(SenmlJson, a_value_of_the_wrong_type_spoils_its_record_only) {
  EXPECT_THAT(decode(R"([{"bn":"d/","n":"a","v":"21.5"},{"n":"b","vb":1},{"n":"c","v":null},)"
                     R"({"n":"e","v":[1]},{"n":"f","s":"x"},{"n":"g","v":2}])")
                  .readings(),
              ElementsAre("a=!malformed", "b=!malformed", "c=!malformed", "e=!malformed",
                          "f=!malformed", "g=2"));
}

TEST(SenmlJson, values_of_every_type) {
  EXPECT_THAT(decode(R"([{"bn":"d/","n":"a","v":1},{"n":"b","vs":""},{"n":"c","vb":false},)"
                     R"({"n":"d","vd":"aGkgCg"},{"n":"e","vd":"a+b/"},{"n":"f","v":1e999},)"
                     R"({"n":"g"},{"n":"h","v":1,"vs":"x"},{"n":"i","v":18446744073709551615}])")
                  .readings(),
              ElementsAre("a=1", "b=''", "c=false", "d='aGkgCg'", "e=!bad_value", "f=!bad_value",
                          "g=!malformed", "h=!malformed", "i=18446744073709551615u"));
}

TEST(SenmlJson, time_relative_to_the_receive_time) {
  const auto decoding =
      decode(R"([{"bn":"d/","n":"a","v":1,"t":-60},{"n":"a","v":2},{"n":"a","v":3,"t":60},)"
             R"({"n":"a","v":4,"t":268435455},{"n":"a","v":5,"t":268435456}])");
  const auto& readings = decoding.decoded.readings;
  EXPECT_EQ(decoding.report().time.start, received - std::chrono::seconds{60});
  EXPECT_FALSE(readings[0].time.start);
  EXPECT_EQ(readings[1].time.start, received);
  EXPECT_EQ(readings[2].time.start, received + std::chrono::seconds{60});
  EXPECT_EQ(readings[3].time.start, received + std::chrono::seconds{268'435'455});
  EXPECT_EQ(readings[4].time.start, instant_from_nanos(268'435'456'000'000'000));
}

TEST(SenmlJson, no_time_is_no_time) {
  const auto decoding = decode(R"([{"bn":"d/","n":"a","v":1},{"n":"b","v":2,"t":0}])");
  EXPECT_FALSE(decoding.report().time.start);
  EXPECT_FALSE(decoding.decoded.readings[0].time.start);
  EXPECT_FALSE(decoding.decoded.readings[1].time.start);
}

TEST(SenmlJson, times_beyond_what_can_be_held) {
  EXPECT_EQ(decode(R"([{"bn":"d/","n":"a","v":1,"t":1e30}])").outcome(), "rejected:malformed");
  const auto decoding = decode(R"([{"bn":"d/","bt":9.2e9,"n":"a","v":1,"t":9.2e9}])");
  ASSERT_EQ(decoding.outcome(), "ok");
  EXPECT_TRUE(decoding.report().time.malformed);
}

TEST(SenmlJson, a_report_for_each_device_in_the_order_of_appearance) {
  const auto decoding =
      decode(R"([{"bn":"2001:db8::2/","n":"temperature","u":"Cel","v":1},)"
             R"({"bn":"2001:db8::1/","n":"temperature","u":"Cel","v":2},)"
             R"({"bn":"2001:db8::2/","n":"humidity","u":"%RH","v":3},{"n":"x","v":4},)"
             R"({"bn":"2001:db8::1/","n":"humidity","u":"%RH","v":5}])");
  ASSERT_EQ(decoding.decoded.reports.size(), 2U);
  EXPECT_EQ(decoding.report(0).device, "2001:db8::2");
  EXPECT_THAT(decoding.readings(0), ElementsAre("temperature=1 Cel", "humidity=3 %RH", "x=4"));
  EXPECT_EQ(decoding.report(1).device, "2001:db8::1");
  EXPECT_THAT(decoding.readings(1), ElementsAre("temperature=2 Cel", "humidity=5 %RH"));
}

TEST(SenmlJson, the_readings_of_many_devices_in_turn_keep_their_order) {
  std::string pack = "[";
  for (int i = 0; i < 1'000; ++i) {
    pack += fmt::format(R"({{"n":"d{}/r","v":{}}},)", i * 37 % 100, i);
  }
  pack.back() = ']';
  const auto decoding = decode(pack);
  ASSERT_EQ(decoding.decoded.reports.size(), 100U);
  for (std::size_t r = 0; r < 100; ++r) {
    ASSERT_EQ(decoding.report(r).reading_count, 10U);
    EXPECT_EQ(decoding.report(r).device, fmt::format("d{}", r * 37 % 100));
    for (std::size_t i = 0; i < 10; ++i) {
      const auto& reading = decoding.decoded.readings[decoding.report(r).first_reading + i];
      EXPECT_EQ(std::get<std::int64_t>(reading.value), static_cast<std::int64_t>(100 * i + r));
    }
  }
}

TEST(SenmlJson, names_over_the_limits) {
  const std::string longest(RawReading::name_bytes_max, 'r');
  EXPECT_THAT(decode(fmt::format(R"([{{"bn":"d/","n":"{0}","v":1}},{{"n":"{0}x","v":2}},)"
                                 R"({{"n":"a","u":"{0}u","v":3}}])",
                                 longest))
                  .readings(),
              ElementsAre(longest + "=1", longest + "=!limit", "a=3 " + longest));
  // A base name stands before every record's.
  const auto base = [](std::size_t size) {
    return decode(R"([{"bn":")" + std::string(size, 'd') + R"(/","n":"a","v":1}])");
  };
  EXPECT_EQ(base(399).outcome(), "ok");
  EXPECT_EQ(base(400).outcome(), "rejected:limit");
  EXPECT_THAT(base(400).detail(), HasSubstr("400 bytes at /0/bn, found 401"));
}

TEST(SenmlJson, unknown_fields_are_ignored_unless_they_must_be_understood) {
  EXPECT_EQ(decode(R"([{"bn":"d/","n":"a","v":1,"l":"x","ut":5,"_x":1}])").outcome(), "ok");
  const auto decoding = decode(R"([{"bn":"d/","n":"a","v":1},{"n":"b","v":1,"ct_":"60"}])");
  EXPECT_EQ(decoding.outcome(), "rejected:malformed");
  EXPECT_THAT(decoding.detail(), HasSubstr("/1/ct_"));
}

TEST(SenmlJson, versions) {
  EXPECT_EQ(decode(R"([{"bver":10,"bn":"d/","n":"a","v":1}])").outcome(), "ok");
  EXPECT_EQ(decode(R"([{"bver":11,"bn":"d/","n":"a","v":1}])").outcome(),
            "rejected:unsupported_version");
  EXPECT_EQ(decode(R"([{"bver":0,"bn":"d/","n":"a","v":1}])").outcome(), "rejected:malformed");
  EXPECT_EQ(decode(R"([{"bver":"1","bn":"d/","n":"a","v":1}])").outcome(), "rejected:malformed");
}

TEST(SenmlJson, what_is_no_pack) {
  for (const char* json :
       {R"({"bn":"d/","n":"a","v":1})", "[]", "[1]", R"([{"bn":"d/"}])", R"(["x"])",
        R"([{"bn":1,"n":"a","v":1}])", R"([{"bn":"d/","n":"a","v":1,"t":"0"}])",
        R"([{"bn":"-d/","n":"a","v":1}])", R"([{"bn":"d é/","n":"a","v":1}])", R"([{"v":1}])",
        R"([{"n":"temperature","v":1}])", R"([{"bn":"","n":"","v":1}])"}) {
    const auto decoding = decode(json);
    EXPECT_EQ(decoding.outcome(), "rejected:malformed") << json;
    EXPECT_FALSE(decoding.detail().empty()) << json;
  }
}

TEST(SenmlJson, a_name_with_forbidden_characters_spoils_its_record_only) {
  EXPECT_THAT(decode(R"([{"bn":"d/","n":"a b","v":1},{"n":"ok","v":2}])").readings(),
              ElementsAre("a b=!malformed", "ok=2"));
}

TEST(SenmlJson, coordinates_are_the_location_and_readings) {
  const auto decoding =
      decode(R"([{"bn":"urn:dev:ow:10e2073a01080063","bt":1795000000,"bu":"%RH","v":20},)"
             R"({"u":"lon","v":24.30621},{"u":"lat","v":60.07965},{"u":"lat","t":60,"v":61}])");
  ASSERT_EQ(decoding.outcome(), "ok") << decoding.detail();
  EXPECT_EQ(decoding.report().device, "urn:dev:ow:10e2073a01080063");
  EXPECT_THAT(decoding.readings(), ElementsAre("humidity=20 %RH", "longitude=24.30621 lon",
                                               "latitude=60.07965 lat", "latitude=61 lat"));
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 60.07965);
  EXPECT_EQ(decoding.report().location->longitude, 24.30621);
}

TEST(SenmlJson, kpn_names_the_device_by_its_eui_and_keeps_its_housekeeping) {
  const auto decoding = decode(
      R"([{"bn":"urn:dev:DEVEUI:0059AC00001B3461:","bt":1.795e9,"n":"FCntUp","v":7.0},)"
      R"({"n":"port","v":1},{"n":"LrrRSSI","v":-107},{"n":"temperature","u":"Cel","v":4.5}])");
  ASSERT_EQ(decoding.outcome(), "ok") << decoding.detail();
  EXPECT_EQ(decoding.report().device, "0059ac00001b3461");
  EXPECT_EQ(decoding.report().other_device, "urn:dev:DEVEUI:0059AC00001B3461");
  EXPECT_EQ(decoding.report().sequence, "7");
  EXPECT_THAT(decoding.readings(), ElementsAre("temperature=4.5 Cel"));
  EXPECT_EQ(decoding.report().time.start, instant_from_nanos(1'795'000'000'000'000'000));
}

TEST(SenmlJson, kpn_without_readings) {
  EXPECT_EQ(decode(R"([{"bn":"urn:dev:DEVEUI:0059AC00001B3461:","bt":1.795e9},)"
                   R"({"n":"payload","vs":"763d"},{"n":"port","v":1}])")
                .outcome(),
            "rejected:no_codec");
  EXPECT_EQ(decode(R"([{"bn":"urn:dev:DEVEUI:0059AC00001B3461:","n":"locOrigin","vs":"KPNLORA"}])")
                .outcome(),
            "suppressed:status");
  // From anybody else these are names like others.
  EXPECT_EQ(decode(R"([{"bn":"d/","n":"port","v":1}])").outcome(), "ok");
}

TEST(SenmlJson, records_up_to_the_limit_and_not_beyond) {
  Route route = route_of(Format::senml_json);
  route.limits.readings_per_message = 2;
  EXPECT_EQ(Decoding(route, R"([{"bn":"d/","n":"a","v":1},{"n":"a","v":1}])").outcome(), "ok");
  EXPECT_EQ(
      Decoding(route, R"([{"bn":"d/","n":"a","v":1},{"n":"a","v":1},{"n":"a","v":1}])").outcome(),
      "rejected:limit");
}

struct NameCase {
  const char* base;
  const char* name;
  const char* device;  // nullptr: no device
  const char* reading;
};

TEST(SenmlName, where_the_device_ends) {
  for (const NameCase& c : std::initializer_list<NameCase>{
           {"urn:dev:ow:10e2073a01080063:", "temp", "urn:dev:ow:10e2073a01080063", "temp"},
           {"urn:dev:ow:10e2073a01080063", "", "urn:dev:ow:10e2073a01080063", ""},
           {"", "urn:dev:ow:10e2073a01080063", "urn:dev:ow:10e2073a01080063", ""},
           {"", "urn:dev:ow:10e2073a01080063:", "urn:dev:ow:10e2073a01080063", ""},
           {"", "urn:dev:ow:10e2073a01080063_temp", "urn:dev:ow:10e2073a01080063", "temp"},
           {"urn:dev:", "mac:0024befffe804ff1/co2", "urn:dev:mac:0024befffe804ff1", "co2"},
           {"urn:dev:mac:", "0024befffe804ff1/co2", "urn:dev:mac:0024befffe804ff1", "co2"},
           {"urn:dev:ow:1:room:", "temp", "urn:dev:ow:1:room", "temp"},
           {"urn:dev:ow:1", ":temp", "urn:dev:ow:1", "temp"},
           {"sensor1", "temp", "sensor1", "temp"},
           {"2001:db8::2/", "temperature", "2001:db8::2", "temperature"},
           {"", "2001:db8::2/temperature", "2001:db8::2", "temperature"},
           {"2001:db8::2", "", "2001:db8::2", ""},
           {"", "station:humidity", "station", "humidity"},
           {"", "station-7", "station-7", ""},
           {"", "station_7_temperature", "station_7", "temperature"},
           {"", "station", "station", ""},
           {"", "temperature", nullptr, ""},
           {"", "urn:dev:ow", nullptr, ""},
           {"", ":", nullptr, ""}}) {
    const std::string joined = std::string(c.base) + c.name;
    const auto split = split_senml_name(c.base, c.name, joined);
    ASSERT_EQ(split.has_value(), c.device != nullptr) << joined;
    if (!split) continue;
    EXPECT_EQ(split->device, c.device) << joined;
    EXPECT_EQ(split->reading, c.reading) << joined;
  }
}

TEST(SenmlName, data_values_are_base64url) {
  for (const char* good : {"", "aGkgCg", "aGkgCg==", "-_-_", "ab"}) {
    EXPECT_TRUE(is_base64url(good)) << good;
  }
  for (const char* bad : {"a", "a+b/", "ab=c", "ab=", "ab===", "a b"}) {
    EXPECT_FALSE(is_base64url(bad)) << bad;
  }
}

}  // namespace
}  // namespace senne::decode
