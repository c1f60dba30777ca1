#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "pipeline/decode/payload_fields.h"
#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* ids =
    R"("end_device_ids":{"device_id":"door-3","application_ids":{"application_id":"city"},)"
    R"("dev_eui":"70B3D57ED0001A2B"})";
constexpr const char* topic = "v3/city@brussels/devices/door-3/up";

// An uplink with these members of `uplink_message`.
std::string uplink(std::string_view members) {
  return fmt::format(R"({{{},"received_at":"2026-11-18T10:00:00.7Z","uplink_message":{{{}}}}})",
                     ids, members);
}

Decoding decode_uplink(std::string_view members) {
  return Decoding(route_of(Format::tts_v3), uplink(members), topic);
}

std::vector<std::string> readings_of(std::string_view decoded_payload) {
  return decode_uplink(fmt::format(R"("decoded_payload":{})", decoded_payload)).readings();
}

TEST(TtsV3, an_uplink_becomes_a_report_of_the_dev_eui) {
  const auto decoding = decode_uplink(
      R"("f_port":85,"f_cnt":42,"frm_payload":"AXVV","decoded_payload":{"temperature":21.5},)"
      R"("received_at":"2026-11-18T10:00:00.5Z","settings":{"time":"2026-11-18T10:00:00.25Z"})");
  ASSERT_EQ(decoding.outcome(), "ok") << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 1U);
  EXPECT_EQ(decoding.report().device, "70b3d57ed0001a2b");
  EXPECT_EQ(decoding.report().other_device, "door-3");
  EXPECT_EQ(decoding.report().sequence, "42");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T10:00:00.25Z"));
  EXPECT_EQ(decoding.report().result_time, at("2026-11-18T10:00:00.7Z"));
  EXPECT_FALSE(decoding.report().location);
  EXPECT_THAT(decoding.readings(), ElementsAre("temperature=21.5"));
}

TEST(TtsV3, leaves_of_every_kind) {
  EXPECT_THAT(
      readings_of(R"({"a":1,"b":-2.5,"c":true,"d":"on","e":null,"f":18446744073709551615})"),
      ElementsAre("a=1", "b=-2.5", "c=true", "d='on'", "f=18446744073709551615u"));
}

TEST(TtsV3, nesting_joins_names_and_arrays_make_channels) {
  EXPECT_THAT(
      readings_of(R"({"air":{"co2":400,"deep":{"x":1}},"t":[20,null,22],"grid":[[1],[2,3]],)"
                  R"("probes":[{"t":1},{"t":2}]})"),
      ElementsAre("air.co2=400", "air.deep.x=1", "t#0=20", "t#2=22", "grid#0.0=1", "grid#1.0=2",
                  "grid#1.1=3", "probes.t#0=1", "probes.t#1=2"));
}

TEST(TtsV3, cayenne_channels_only_where_the_vocabulary_knows_the_name) {
  EXPECT_THAT(readings_of(R"({"temperature_3":27.2,"temperature_5":25.5,"relative_humidity_2":40,)"
                          R"("pm2_5":7,"pm10":9,"no_2":5,"co2_2":410,"error_3":1,"_3":4,)"
                          R"("temperature_":1,"temperature_123456":2})"),
              ElementsAre("temperature#3=27.2", "temperature#5=25.5", "relative_humidity#2=40",
                          "pm2_5=7", "pm10=9", "no_2=5", "co2#2=410", "error_3=1", "_3=4",
                          "temperature_=1", "temperature_123456=2"));
}

TEST(TtsV3, of_members_with_one_name_the_first_counts) {
  EXPECT_THAT(readings_of(R"({"t":1,"n":{"x":1,"y":2,"x":3},"t":2,"u":5,"n":{"x":9},"u":6,"u":7})"),
              ElementsAre("t=1", "n.x=1", "n.y=2", "u=5"));
}

TEST(TtsV3, a_number_beyond_a_double_is_a_bad_reading_beside_good_ones) {
  EXPECT_THAT(readings_of(R"({"a":1e999,"b":2})"), ElementsAre("a=!bad_value", "b=2"));
  EXPECT_THAT(readings_of(R"({"":1,"b":2})"), ElementsAre("=!malformed", "b=2"));
}

TEST(TtsV3, normalized_payload_has_names_and_units_of_its_schema) {
  const auto decoding = decode_uplink(
      R"("normalized_payload":[{"air":{"temperature":21.5,"relativeHumidity":40,"pressure":1008.6,)"
      R"("co2":400,"lightIntensity":20},"wind":{"speed":3.5,"direction":270},)"
      R"("soil":{"moisture":30,"temperature":9,"ec":0.5},"battery":3.1,"other":{"x":1}}])");
  EXPECT_THAT(
      decoding.readings(),
      ElementsAre("air_temperature=21.5 Cel", "relative_humidity=40 %", "air_pressure=1008.6 hPa",
                  "co2=400 [ppm]", "illuminance=20 lx", "wind_speed=3.5 m/s",
                  "wind_from_direction=270 deg", "soil_moisture=30 %", "soil_temperature=9 Cel",
                  "soil.ec=0.5 dS/m", "battery_voltage=3.1 V", "other.x=1"));
}

TEST(TtsV3, decoded_payload_adds_what_the_normalized_one_does_not_say) {
  const auto decoding = decode_uplink(
      R"("normalized_payload":[{"air":{"temperature":21.5},"battery":3.1}],)"
      R"("decoded_payload":{"temperature":21.5,"temp":70.7,"air":{"temperature":21.5},)"
      R"("temperature_1":21.5,"temperature_2":18.0,"battery":3.1,"tvoc":37,"TempC_SHT":21.5})");
  EXPECT_THAT(decoding.readings(), ElementsAre("air_temperature=21.5 Cel", "battery_voltage=3.1 V",
                                               "temperature#2=18", "tvoc=37", "TempC_SHT=21.5"));
}

TEST(TtsV3, what_decoded_payload_says_twice_of_two_channels_is_kept_twice) {
  const auto decoding = decode_uplink(R"("normalized_payload":[{"air":{"co2":400}}],)"
                                      R"("decoded_payload":{"co2_1":500,"co2_2":500,"co2_3":400})");
  EXPECT_THAT(decoding.readings(), ElementsAre("co2=400 [ppm]", "co2#1=500", "co2#2=500"));
}

TEST(TtsV3, a_battery_in_percent_is_not_the_one_in_volts) {
  const auto decoding =
      decode_uplink(R"("normalized_payload":[{"battery":3.1}],"decoded_payload":{"battery":85})");
  EXPECT_THAT(decoding.readings(), ElementsAre("battery_voltage=3.1 V", "battery=85"));
}

TEST(TtsV3, measurements_of_a_list_have_times_or_channels) {
  const auto decoding = decode_uplink(
      R"("normalized_payload":[{"time":"2026-11-18T09:50:00Z","air":{"temperature":1}},)"
      R"({"time":"soon","air":{"temperature":2}},{"soil":{"moisture":3}}])");
  EXPECT_THAT(decoding.readings(),
              ElementsAre("air_temperature=1 Cel", "air_temperature=2 Cel", "soil_moisture=3 %"));
  EXPECT_EQ(decoding.decoded.readings[0].time.start, at("2026-11-18T09:50:00Z"));
  EXPECT_TRUE(decoding.decoded.readings[1].time.malformed);
  EXPECT_FALSE(decoding.decoded.readings[2].time.start);
  EXPECT_THAT(
      decode_uplink(R"("normalized_payload":[{"air":{"temperature":1}},{"air":{"temperature":2}}])")
          .readings(),
      ElementsAre("air_temperature#0=1 Cel", "air_temperature#1=2 Cel"));
}

TEST(TtsV3, a_second_sensor_is_not_covered_by_the_first) {
  EXPECT_THAT(decode_uplink(R"("normalized_payload":{"air":{"temperature":21}},)"
                            R"("decoded_payload":{"temperature":21,"externalTemperature":4})")
                  .readings(),
              ElementsAre("air_temperature=21 Cel", "externalTemperature=4"));
}

TEST(TtsV3, gateway_time_counts_only_while_it_is_near_the_networks) {
  const auto time = [](std::string_view gateway, std::string_view network) {
    return decode_uplink(
               fmt::format(
                   R"("decoded_payload":{{"t":1}},"settings":{{"time":"{}"}},{})", gateway,
                   network.empty() ? R"("x":0)" : fmt::format(R"("received_at":"{}")", network)))
        .report()
        .time.start;
  };
  const char* network = "2026-11-18T10:00:00Z";
  EXPECT_EQ(time("2026-11-17T10:00:00Z", network), at("2026-11-17T10:00:00Z"));
  EXPECT_EQ(time("2026-11-17T09:59:59Z", network), at(network));
  EXPECT_EQ(time("2026-11-18T10:05:00Z", network), at("2026-11-18T10:05:00Z"));
  EXPECT_EQ(time("2026-11-18T10:05:01Z", network), at(network));
  EXPECT_EQ(time("1980-01-06T00:00:00Z", network), at(network));
  EXPECT_EQ(time("rubbish", network), at(network));
  // Without the network's, the receive time judges, and the application server's is what is left.
  EXPECT_EQ(time("1980-01-06T00:00:00Z", ""), at("2026-11-18T10:00:00.7Z"));
}

TEST(TtsV3, without_a_readable_time) {
  const auto absent = Decoding(
      route_of(Format::tts_v3),
      R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"decoded_payload":{"t":1}}})");
  EXPECT_FALSE(absent.report().time.start);
  EXPECT_FALSE(absent.report().time.malformed);
  const auto unreadable = Decoding(route_of(Format::tts_v3),
                                   R"({"end_device_ids":{"device_id":"d"},"received_at":"now",)"
                                   R"("uplink_message":{"decoded_payload":{"t":1}}})");
  EXPECT_FALSE(unreadable.report().time.start);
  EXPECT_TRUE(unreadable.report().time.malformed);
  EXPECT_EQ(absent.report().sequence, "0");
  EXPECT_EQ(absent.report().device, "d");
  EXPECT_EQ(absent.report().other_device, "");
}

TEST(TtsV3, where_the_device_is) {
  const auto decoding = decode_uplink(
      R"("decoded_payload":{"t":1},"locations":{"lora-assisted":{"latitude":1,"longitude":2},)"
      R"("user":{"latitude":50.85,"longitude":4.35,"altitude":10,"source":"SOURCE_REGISTRY"}})");
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(decoding.report().location->longitude, 4.35);
  EXPECT_EQ(decoding.report().location->altitude, 10);
  EXPECT_FALSE(decode_uplink(R"("decoded_payload":{"t":1},"locations":{"user":{"latitude":50}})")
                   .report()
                   .location);
}

TEST(TtsV3, topic_and_payload_name_the_same_device) {
  const auto body = uplink(R"("decoded_payload":{"t":1})");
  const Route route = route_of(Format::tts_v3);
  EXPECT_EQ(Decoding(route, body, "v3/city/devices/door-3/up").outcome(), "ok");
  EXPECT_EQ(Decoding(route, body, "bridge/of/another/shape/up").outcome(), "ok");
  const Decoding other(route, body, "v3/city@brussels/devices/door-4/up");
  EXPECT_EQ(other.outcome(), "rejected:identity_mismatch");
  EXPECT_THAT(other.detail(), HasSubstr("door-4"));
}

TEST(TtsV3, a_device_without_a_valid_name) {
  const Route route = route_of(Format::tts_v3);
  for (const char* body :
       {R"({"uplink_message":{"decoded_payload":{"t":1}}})",
        R"({"end_device_ids":{},"uplink_message":{"decoded_payload":{"t":1}}})",
        R"({"end_device_ids":"dev1","uplink_message":{"decoded_payload":{"t":1}}})",
        R"({"end_device_ids":{"device_id":"d","dev_eui":"70B3"},"uplink_message":{}})"}) {
    const Decoding decoding(route, body);
    EXPECT_EQ(decoding.outcome(), "rejected:malformed") << body;
    EXPECT_THAT(decoding.detail(), HasSubstr("/end_device_ids")) << body;
  }
}

TEST(TtsV3, events_that_are_no_observation) {
  const Route route = route_of(Format::tts_v3);
  const auto outcome = [&](std::string_view members) {
    return Decoding(route, fmt::format("{{{},{}}}", ids, members)).outcome();
  };
  EXPECT_EQ(outcome(R"("join_accept":{})"), "suppressed:join");
  EXPECT_EQ(outcome(R"("location_solved":{})"), "suppressed:location");
  EXPECT_EQ(outcome(R"("service_data":{})"), "suppressed:status");
  EXPECT_EQ(outcome(R"("downlink_ack":{})"), "suppressed:ack");
  EXPECT_EQ(outcome(R"("downlink_nack":{})"), "suppressed:ack");
  EXPECT_EQ(outcome(R"("downlink_sent":{})"), "suppressed:downlink");
  EXPECT_EQ(outcome(R"("downlink_failed":{})"), "suppressed:downlink");
  EXPECT_EQ(outcome(R"("downlink_queued":{})"), "suppressed:downlink");
  EXPECT_EQ(outcome(R"("downlink_queue_invalidated":{})"), "suppressed:downlink");
  EXPECT_EQ(Decoding(route, R"({"downlinks":[{"frm_payload":"vu8="}]})").outcome(),
            "suppressed:downlink");
  EXPECT_EQ(outcome(R"("simulated":true,"uplink_message":{"decoded_payload":{"t":1}})"),
            "suppressed:simulated");
  EXPECT_EQ(outcome(R"("simulated":false,"uplink_message":{"decoded_payload":{"t":1}})"), "ok");
  EXPECT_EQ(outcome(R"("novelty":{})"), "rejected:malformed");
}

TEST(TtsV3, the_normalized_event_counts_only_on_a_route_of_its_own) {
  const auto body = fmt::format(R"({{{},"uplink_normalized":{{"f_cnt":3,"normalized_payload":)"
                                R"({{"air":{{"temperature":-21.3}}}}}}}})",
                                ids);
  Route route = route_of(Format::tts_v3);
  EXPECT_EQ(Decoding(route, body).outcome(), "suppressed:status");
  route.topic = "v3/+/devices/+/up/normalized";
  const Decoding decoding(route, body, "v3/city@brussels/devices/door-3/up/normalized");
  EXPECT_THAT(decoding.readings(), ElementsAre("air_temperature=-21.3 Cel"));
}

TEST(TtsV3, uplinks_without_readings) {
  EXPECT_EQ(decode_uplink(R"("f_port":1,"frm_payload":"AQID")").outcome(), "rejected:no_codec");
  EXPECT_EQ(decode_uplink(R"("frm_payload":"AQID","decoded_payload":{})").outcome(),
            "rejected:no_codec");
  EXPECT_EQ(decode_uplink(R"("f_cnt":1)").outcome(), "suppressed:status");
  EXPECT_EQ(decode_uplink(R"("decoded_payload":{"x":null})").outcome(), "suppressed:status");
  EXPECT_EQ(decode_uplink(R"("decoded_payload":[1])").outcome(), "rejected:malformed");
}

TEST(TtsV3, of_a_name_over_the_limit_the_beginning_is_kept_and_the_reading_is_bad) {
  const std::string longest(RawReading::name_bytes_max - 2, 'k');
  const auto decoding = decode_uplink(fmt::format(
      R"("decoded_payload":{{"{0}":{{"a":1,"ab":2}},"{0}é":3,"temperature":21.5}})", longest));
  EXPECT_THAT(decoding.readings(), ElementsAre(longest + ".a=1", longest + ".a=!limit",
                                               longest + "é=3", "temperature=21.5"));
  // Not within a character.
  const auto cut =
      decode_uplink(fmt::format(R"("decoded_payload":{{"{}xé":1}})", longest)).readings();
  EXPECT_THAT(cut, ElementsAre(longest + "x=!limit"));
}

TEST(TtsV3, an_object_of_too_many_members_is_over_the_limit_whatever_they_say) {
  std::string members;
  for (std::size_t i = 0; i <= PayloadFields::members_max; ++i) {
    members += fmt::format("\"{}\":null,", i);
  }
  const auto outcome = [](const std::string& fields) {
    return decode_uplink(R"("decoded_payload":{"o":{)" + fields + R"("z":null},"t":1})").outcome();
  };
  EXPECT_EQ(outcome(members), "rejected:limit");
  EXPECT_EQ(outcome(R"("a":null,)"), "ok");
}

TEST(TtsV3, readings_up_to_the_limit_and_not_beyond) {
  Route route = route_of(Format::tts_v3);
  route.limits.readings_per_message = 3;
  const auto outcome = [&](std::string_view payload) {
    return Decoding(route, uplink(fmt::format(R"("decoded_payload":{})", payload))).outcome();
  };
  EXPECT_EQ(outcome(R"({"t":[1,2,3]})"), "ok");
  EXPECT_EQ(outcome(R"({"t":[1,2,3,4]})"), "rejected:limit");
}

}  // namespace
}  // namespace senne::decode
