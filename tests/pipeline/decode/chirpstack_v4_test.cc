#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* device_topic = "application/17c82e96/device/0101010101010101/event/";

std::string body(std::string_view members) {
  return fmt::format(
      R"({{"deduplicationId":"3ac7e3c4","time":"2026-11-18T10:00:00.775023242+00:00",)"
      R"("deviceInfo":{{"deviceName":"Test","devEui":"0101010101010101"}}{}{}}})",
      members.empty() ? "" : ",", members);
}

Decoding decode(std::string_view members, std::string_view event = "up") {
  return Decoding(route_of(Format::chirpstack_v4), body(members),
                  std::string(device_topic) + std::string(event));
}

TEST(ChirpstackV4, an_uplink_becomes_a_report) {
  const auto decoding = decode(
      R"("devAddr":"00189440","fCnt":10,"fPort":1,"data":"qg==",)"
      R"("object":{"temperatureSensor":{"1":22.5},"humidity":[40,41],"door_open":true,"x":null})");
  ASSERT_EQ(decoding.outcome(), "ok") << decoding.detail();
  EXPECT_EQ(decoding.report().device, "0101010101010101");
  EXPECT_EQ(decoding.report().sequence, "10");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T10:00:00.775023242Z"));
  EXPECT_THAT(decoding.readings(), ElementsAre("temperatureSensor#1=22.5", "humidity#0=40",
                                               "humidity#1=41", "door_open=true"));
}

TEST(ChirpstackV4, the_counter_is_zero_when_omitted_and_may_be_a_text) {
  EXPECT_EQ(decode(R"("fPort":1,"object":{"t":1})").report().sequence, "0");
  EXPECT_EQ(decode(R"("fCnt":"4294967296","object":{"t":1})").report().sequence, "4294967296");
}

TEST(ChirpstackV4, time_absent_or_unreadable) {
  const auto time_of = [](std::string_view time) {
    return Decoding(route_of(Format::chirpstack_v4),
                    fmt::format(R"({{"deviceInfo":{{"devEui":"0101010101010101"}},{}"fPort":1,)"
                                R"("object":{{"t":1}}}})",
                                time))
        .report()
        .time;
  };
  EXPECT_FALSE(time_of("").start);
  EXPECT_FALSE(time_of("").malformed);
  EXPECT_TRUE(time_of(R"("time":"2020-0327T12:39:05.547336Z",)").malformed);
  EXPECT_TRUE(time_of(R"("time":12,)").malformed);
}

TEST(ChirpstackV4, device_of_topic_and_payload_agree_in_any_case) {
  const Route route = route_of(Format::chirpstack_v4);
  const auto json = R"({"deviceInfo":{"devEui":"70B3D57ED0001A2B"},"fPort":1,"object":{"t":1}})";
  const Decoding same(route, json, "application/a/device/70b3d57ed0001a2b/event/up");
  EXPECT_EQ(same.outcome(), "ok");
  EXPECT_EQ(same.report().device, "70b3d57ed0001a2b");
  EXPECT_EQ(Decoding(route, json, "eu868/application/a/device/70b3d57ed0001a2b/event/up").outcome(),
            "ok");
  EXPECT_EQ(Decoding(route, json, "elsewhere").outcome(), "ok");
  const Decoding other(route, json, "application/a/device/0101010101010101/event/up");
  EXPECT_EQ(other.outcome(), "rejected:identity_mismatch");
  EXPECT_THAT(other.detail(), HasSubstr("70b3d57ed0001a2b"));
}

TEST(ChirpstackV4, events_by_topic) {
  EXPECT_EQ(decode(R"("devAddr":"00189440")", "join").outcome(), "suppressed:join");
  EXPECT_EQ(decode(R"("queueItemId":"x","acknowledged":true,"fCntDown":3)", "ack").outcome(),
            "suppressed:ack");
  EXPECT_EQ(decode(R"("downlinkId":1,"queueItemId":"x","gatewayId":"0016c0","txInfo":{})", "txack")
                .outcome(),
            "suppressed:downlink");
  EXPECT_EQ(decode(R"("level":"ERROR","code":"UPLINK_MIC","description":"d")", "log").outcome(),
            "suppressed:log");
  EXPECT_EQ(decode(R"("margin":6,"batteryLevel":75.2)", "status").outcome(), "suppressed:status");
  EXPECT_EQ(decode("", "status").outcome(), "suppressed:status");
  EXPECT_EQ(decode(R"("location":{"latitude":1,"longitude":2})", "location").outcome(),
            "suppressed:location");
  EXPECT_EQ(
      decode(R"("integrationName":"loracloud","eventType":"e","object":{"t":1})", "integration")
          .outcome(),
      "suppressed:status");
  EXPECT_EQ(
      Decoding(route_of(Format::chirpstack_v4), R"({"devEui":"0101010101010101","data":"qg=="})",
               "application/17c82e96/device/0101010101010101/command/down")
          .outcome(),
      "suppressed:command");
}

TEST(ChirpstackV4, events_by_body_on_other_topics) {
  const auto outcome = [](std::string_view members) {
    return Decoding(route_of(Format::chirpstack_v4), body(members), "shared/in").outcome();
  };
  EXPECT_EQ(outcome(R"("devAddr":"00189440")"), "suppressed:join");
  EXPECT_EQ(outcome(R"("acknowledged":true)"), "suppressed:ack");
  EXPECT_EQ(outcome(R"("downlinkId":1,"txInfo":{})"), "suppressed:downlink");
  EXPECT_EQ(outcome(R"("level":"ERROR")"), "suppressed:log");
  EXPECT_EQ(outcome(R"("margin":6)"), "suppressed:status");
  EXPECT_EQ(outcome(R"("location":{})"), "suppressed:location");
  EXPECT_EQ(outcome(R"("integrationName":"x","object":{"t":1})"), "suppressed:status");
  EXPECT_EQ(outcome(R"("devAddr":"00189440","fPort":1,"object":{"t":1})"), "ok");
  EXPECT_EQ(outcome(""), "rejected:malformed");
}

TEST(ChirpstackV4, a_body_that_contradicts_its_topic) {
  EXPECT_EQ(decode(R"("devAddr":"00189440","fPort":1,"object":{"t":1})", "join").outcome(),
            "rejected:malformed");
  EXPECT_EQ(decode(R"("level":"ERROR","description":"x")", "up").outcome(), "rejected:malformed");
}

TEST(ChirpstackV4, uplinks_without_readings) {
  EXPECT_EQ(decode(R"("fPort":1,"data":"qg==")").outcome(), "rejected:no_codec");
  EXPECT_EQ(decode(R"("fPort":1,"data":"qg==","object":{})").outcome(), "rejected:no_codec");
  EXPECT_EQ(decode(R"("fPort":1,"object":{"x":null})").outcome(), "suppressed:status");
  EXPECT_EQ(decode(R"("devAddr":"00189440")").outcome(), "suppressed:status");
  EXPECT_EQ(decode(R"("fPort":1,"object":[1])").outcome(), "rejected:malformed");
}

TEST(ChirpstackV4, an_event_of_version_3_is_named_as_such) {
  const Decoding decoding(route_of(Format::chirpstack_v4),
                          R"({"applicationID":"123","devEUI":"AgICAgICAgI=","data":"qg=="})");
  EXPECT_EQ(decoding.outcome(), "rejected:unsupported_version");
  EXPECT_EQ(Decoding(route_of(Format::chirpstack_v4), R"({"data":"qg=="})").outcome(),
            "rejected:malformed");
  EXPECT_EQ(
      Decoding(route_of(Format::chirpstack_v4), R"({"deviceInfo":{"devEui":"12"}})").outcome(),
      "rejected:malformed");
}

TEST(ChirpstackV4, readings_up_to_the_limit_and_not_beyond) {
  Route route = route_of(Format::chirpstack_v4);
  route.limits.readings_per_message = 2;
  EXPECT_EQ(Decoding(route, body(R"("fPort":1,"object":{"t":[1,2]})")).outcome(), "ok");
  EXPECT_EQ(Decoding(route, body(R"("fPort":1,"object":{"t":[1,2,3]})")).outcome(),
            "rejected:limit");
}

// As its own codec for Cayenne LPP writes them.
TEST(ChirpstackV4, members_called_by_a_number_are_channels) {
  const Decoding decoding(
      route_of(Format::chirpstack_v4),
      R"({"deviceInfo":{"devEui":"70b3d57ed0001a2b"},"fCnt":1,"object":{"temperatureSensor":)"
      R"({"3":27.2,"5":25.5},"accelerometer":{"6":{"x":0.001,"y":-0.5}},"7":1}})");
  EXPECT_THAT(decoding.readings(),
              ElementsAre("temperatureSensor#3=27.2", "temperatureSensor#5=25.5",
                          "accelerometer.x#6=0.001", "accelerometer.y#6=-0.5", "7=1"));
}

}  // namespace
}  // namespace senne::decode
