// Network servers that hand on the bytes of a device: their envelopes, with a codec that a test
// plays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/fixtures.h"
#include "tests/pipeline/decode/played_codec.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* uplink_v3 =
    R"({"applicationID":"7","applicationName":"park","deviceName":"bench","devEUI":"70B3D57ED0001A2B",)"
    R"("rxInfo":[{"gatewayID":"AwMDAwMDAwM=","rssi":-48},{"time":"2026-11-18T11:06:39.5Z"}],)"
    R"("fCnt":10,"fPort":5,"data":"AQI="})";

TEST(ChirpstackV3, bytes_go_to_the_codec_of_the_device) {
  PlayedCodecs codecs("70b3d57ed0001a2b");
  const Decoding decoding(route_of(Format::chirpstack_v3), uplink_v3, "a/b", received, &codecs);
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(codecs.port, 5);
  EXPECT_EQ(codecs.bytes, "\x01\x02");
  EXPECT_EQ(decoding.report().device, "70b3d57ed0001a2b");
  EXPECT_EQ(decoding.report().sequence, "10");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:39.5Z"));
  EXPECT_THAT(decoding.readings(), ElementsAre("first_byte=1"));
}

TEST(ChirpstackV3, readings_of_the_server_come_first) {
  const std::string fields = R"({"devEUI":"AgICAgICAgI=","data":"AQI=",)";
  for (const std::string& object :
       {std::string(R"("object":{"temperature":25,"humidity":32}})"),
        std::string(R"("objectJSON":"{\"temperature\":25,\"humidity\":32}"})")}) {
    PlayedCodecs codecs("0202020202020202");
    const Decoding decoding(route_of(Format::chirpstack_v3), fields + object, "a", received,
                            &codecs);
    EXPECT_THAT(decoding.readings(), ElementsAre("temperature=25", "humidity=32"));
    EXPECT_EQ(decoding.report().device, "0202020202020202");
    EXPECT_EQ(decoding.report().sequence, "0") << "omitted means zero";
  }
}

TEST(ChirpstackV3, what_is_no_observation) {
  const std::string base = "application/7/device/70b3d57ed0001a2b/event/";
  const std::string body = R"({"devEUI":"70b3d57ed0001a2b"})";
  const auto outcome = [&](const std::string& topic, const std::string& json) {
    return Decoding(route_of(Format::chirpstack_v3), json, topic).outcome();
  };
  EXPECT_EQ(outcome(base + "join", body), "suppressed:join");
  EXPECT_EQ(outcome(base + "ack", body), "suppressed:ack");
  EXPECT_EQ(outcome(base + "error", body), "suppressed:log");
  EXPECT_EQ(outcome(base + "status", body), "suppressed:status");
  EXPECT_EQ(outcome(base + "location", body), "suppressed:location");
  EXPECT_EQ(outcome(base + "txack", body), "suppressed:downlink");
  EXPECT_EQ(outcome("application/7/device/70b3d57ed0001a2b/command/down", "{}"),
            "suppressed:command");
  EXPECT_EQ(outcome("a", R"({"devEUI":"70b3d57ed0001a2b","devAddr":"00189440"})"),
            "suppressed:join");
  EXPECT_EQ(outcome("a", R"({"devEUI":"70b3d57ed0001a2b","batteryLevel":90,"margin":3})"),
            "suppressed:status");
  EXPECT_EQ(outcome("a", body), "rejected:malformed");
  EXPECT_EQ(outcome("a", R"({"devEUI":"bench","data":"AQI="})"), "rejected:malformed");
  EXPECT_EQ(outcome("a", R"({"deviceInfo":{},"devEUI":"70b3d57ed0001a2b"})"),
            "rejected:unsupported_version");
  EXPECT_EQ(outcome("application/7/device/70b3d57ed0001a2c/event/up", uplink_v3),
            "rejected:identity_mismatch");
  EXPECT_EQ(outcome(base + "up", body), "suppressed:status");
  EXPECT_EQ(outcome("a", R"({"devEUI":"70b3d57ed0001a2b","objectJSON":"{\"a\":"})"),
            "rejected:malformed");
}

TEST(ChirpstackV3, a_time_that_is_none_is_marked_and_the_message_stays) {
  const Decoding decoding(
      route_of(Format::chirpstack_v3),
      R"({"devEUI":"70b3d57ed0001a2b","time":"2020-0327T12:39:05.547336Z","object":{"co2":4}})");
  ASSERT_TRUE(decoding.ok());
  EXPECT_TRUE(decoding.report().time.malformed);
  EXPECT_FALSE(decoding.report().time.start);
}

TEST(Loriot, an_uplink_with_or_without_its_gateways) {
  for (const char* command : {"rx", "gw"}) {
    PlayedCodecs codecs("1000000000000001");
    const Decoding decoding(
        route_of(Format::loriot),
        R"({"cmd":")" + std::string(command) +
            R"(","EUI":"1000000000000001","ts":1795000000250,"fcnt":2,"port":85,"data":"2aFF","bat":94})",
        "x", received, &codecs);
    ASSERT_TRUE(decoding.ok()) << decoding.detail();
    EXPECT_EQ(codecs.bytes, "\x2a\xff");
    EXPECT_EQ(codecs.port, 85);
    EXPECT_EQ(decoding.report().sequence, "2");
    EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40.25Z"));
    EXPECT_THAT(decoding.readings(), ElementsAre("first_byte=42"));
  }
}

TEST(Loriot, what_is_no_observation_or_cannot_be_read) {
  PlayedCodecs codecs("1000000000000001");
  const auto decode = [&](const std::string& json) {
    return Decoding(route_of(Format::loriot), json, "x", received, &codecs).outcome();
  };
  EXPECT_EQ(decode(R"({"cmd":"txd","EUI":"1000000000000001"})"), "suppressed:downlink");
  EXPECT_EQ(decode(R"({"cmd":"cq"})"), "suppressed:status");
  EXPECT_EQ(decode(R"({"EUI":"1000000000000001"})"), "rejected:malformed");
  EXPECT_EQ(decode(R"({"cmd":"rx","EUI":"1","data":"00"})"), "rejected:malformed");
  EXPECT_EQ(decode(R"({"cmd":"rx","EUI":"1000000000000001","data":"0"})"), "rejected:malformed");
  EXPECT_EQ(decode(R"({"cmd":"rx","EUI":"1000000000000001","data":"zz"})"), "rejected:malformed");
  EXPECT_EQ(decode(R"({"cmd":"rx","EUI":"1000000000000001","data":""})"), "suppressed:status");
  EXPECT_EQ(decode(R"({"cmd":"rx","EUI":"2000000000000001","data":"00"})"), "rejected:no_codec");
  const Decoding encrypted(route_of(Format::loriot),
                           R"({"cmd":"rx","EUI":"1000000000000001","encdata":"00"})");
  EXPECT_THAT(encrypted.detail(), HasSubstr("encrypted"));
}

TEST(Thingpark, an_uplink) {
  PlayedCodecs codecs("70b3d57ba000156b");
  const Decoding decoding(
      route_of(Format::thingpark),
      R"({"DevEUI_uplink":{"Time":"2026-11-18T12:06:40.25+01:00","DevEUI":"70B3D57BA000156B",)"
      R"("FPort":1,"FCntUp":26,"payload_hex":"021b","LrrLAT":32.5,"LrrLON":-106.8,)"
      R"("CustomerData":{"loc":{"lat":"50.85","lon":"4.35"}}}})",
      "x", received, &codecs);
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40.25Z"));
  EXPECT_EQ(decoding.report().sequence, "26");
  ASSERT_TRUE(decoding.report().location) << "the owner's, not the gateway's";
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(decoding.report().location->longitude, 4.35);
  EXPECT_THAT(decoding.readings(), ElementsAre("first_byte=2"));
}

TEST(Thingpark, what_the_platform_decoded_comes_first) {
  const Decoding decoding(
      route_of(Format::thingpark),
      R"({"DevEUI_uplink":{"DevEUI":"70B3D57BA000156B","payload":{"co2":415},"payload_hex":"02"}})");
  EXPECT_THAT(decoding.readings(), ElementsAre("co2=415"));
}

TEST(Thingpark, what_is_no_observation) {
  const auto outcome = [](const std::string& json) {
    return Decoding(route_of(Format::thingpark), json).outcome();
  };
  EXPECT_EQ(outcome(R"({"DevEUI_location":{"DevEUI":"70B3D57BA000156B"}})"), "suppressed:location");
  EXPECT_EQ(outcome(R"({"DevEUI_downlink_Sent":{}})"), "suppressed:downlink");
  EXPECT_EQ(outcome(R"({"DevEUI_notification":{"Type":"join"}})"), "suppressed:join");
  EXPECT_EQ(outcome(R"({"DevEUI_notification":{"Type":"reset"}})"), "suppressed:status");
  EXPECT_EQ(outcome(R"({"DevEUI_uplink":{"DevEUI":"x"}})"), "rejected:malformed");
  EXPECT_EQ(outcome(R"({"DevEUI_uplink":{"DevEUI":"70B3D57BA000156B"}})"), "suppressed:status");
  EXPECT_EQ(outcome(R"({})"), "rejected:malformed");
}

TEST(Kpn, an_uplink_in_either_style) {
  for (
      const char* json :
      {R"([{"bn":"urn:dev:DEVEUI:0059AC00001B3461:","bt":1.79500000025e9,"n":"payload","vs":"763d"},)"
       R"({"n":"port","v":1.0},{"n":"FCntUp","v":7.0},{"n":"LrrRSSI","v":-107.0}])",
       R"([{"bn":"urn:dev:DEVEUI:0059AC00001B3461:","bt":1795000000.25},)"
       R"({"n":"payload","vs":"763d"},{"n":"port","v":1},{"n":"FCntUp","v":7}])"}) {
    PlayedCodecs codecs("0059ac00001b3461");
    const Decoding decoding(route_of(Format::kpn), json, "x", received, &codecs);
    ASSERT_TRUE(decoding.ok()) << decoding.detail();
    EXPECT_EQ(codecs.port, 1);
    EXPECT_EQ(decoding.report().device, "0059ac00001b3461");
    EXPECT_EQ(decoding.report().other_device, "urn:dev:DEVEUI:0059AC00001B3461");
    EXPECT_EQ(decoding.report().sequence, "7");
    EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40.25Z"));
    EXPECT_THAT(decoding.readings(), ElementsAre("first_byte=118"));
  }
}

TEST(Kpn, a_location_of_the_network_is_none_of_the_device_and_decoded_readings_are_senml) {
  EXPECT_EQ(Decoding(route_of(Format::kpn),
                     R"([{"bn":"urn:dev:DEVEUI:0059AC00001B3461:","n":"locOrigin","vs":"KPNLORA"},)"
                     R"({"n":"latitude","u":"lat","v":52.2}])")
                .outcome(),
            "suppressed:location");
  const Decoding decoded(
      route_of(Format::kpn),
      R"([{"bn":"urn:dev:DEVEUI:0059AC00001B3461:","n":"temperature","u":"Cel","v":21.5}])");
  EXPECT_THAT(decoded.readings(), ElementsAre("temperature=21.5 Cel"));
  EXPECT_EQ(Decoding(route_of(Format::kpn), R"([{"bn":"x:","n":"payload","vs":"00"}])").outcome(),
            "rejected:malformed");
}

// The other two servers hand on bytes as well.
TEST(TtsV3, bytes_go_to_the_codec_of_the_device) {
  PlayedCodecs codecs("school-7");
  const Decoding decoding(
      route_of(Format::tts_v3),
      R"({"end_device_ids":{"device_id":"school-7"},"uplink_message":{"f_port":85,"frm_payload":"AXU="}})",
      "x", received, &codecs);
  EXPECT_THAT(decoding.readings(), ElementsAre("first_byte=1"));
  EXPECT_EQ(codecs.port, 85);
  EXPECT_EQ(decoding.report().sequence, "0");
}

TEST(ChirpstackV4, bytes_go_to_the_codec_of_the_device) {
  PlayedCodecs codecs("70b3d57ed0001a2b");
  const Decoding decoding(
      route_of(Format::chirpstack_v4),
      R"({"deduplicationId":"3ac7","time":"2026-11-18T11:06:40.25+00:00",)"
      R"("deviceInfo":{"devEui":"70b3d57ed0001a2b"},"fCnt":4,"fPort":85,"data":"qg==","object":{}})",
      "x", received, &codecs);
  EXPECT_THAT(decoding.readings(), ElementsAre("first_byte=170"));
  EXPECT_EQ(codecs.port, 85);
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40.25Z"));
}

Decoding protobuf(const std::string& payload,
                  const std::string& topic = "application/7/device/70b3d57ed0001a2b/event/up",
                  DeviceCodecs* codecs = nullptr) {
  return {route_of(Format::chirpstack_v4_protobuf), payload, topic, received, codecs};
}

// Length-delimited field.
std::string field(int number, const std::string& bytes) {
  std::string text(1, static_cast<char>(number << 3 | 2));
  EXPECT_LT(bytes.size(), 128u);
  return text + static_cast<char>(bytes.size()) + bytes;
}
const std::string device_info = field(3, field(8, "70b3d57ed0001a2b"));

TEST(ChirpstackV4Protobuf, an_uplink_with_its_object) {
  const Decoding decoding = protobuf(chirpstack_protobuf_uplink().payload);
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "70b3d57ed0001a2b");
  EXPECT_EQ(decoding.report().sequence, "4");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40.25Z"));
  EXPECT_THAT(decoding.readings(), ElementsAre("laeq=61.5", "temperature#0=12.5",
                                               "temperature#1=13", "state='ok'", "tamper=false"));
}

TEST(ChirpstackV4Protobuf, bytes_go_to_the_codec_of_the_device) {
  PlayedCodecs codecs("70b3d57ed0001a2b");
  const Decoding decoding =
      protobuf(device_info + "\x40\x55" + field(10, std::string("\xaa\x00", 2)),
               "city/application/7/device/70B3D57ED0001A2B/event/up", &codecs);
  EXPECT_THAT(decoding.readings(), ElementsAre("first_byte=170"));
  EXPECT_EQ(codecs.bytes.size(), 2u);
  EXPECT_EQ(codecs.port, 85);
  EXPECT_EQ(decoding.report().sequence, "0") << "omitted means zero";
  EXPECT_FALSE(decoding.report().time.start);
  EXPECT_EQ(protobuf(device_info + field(10, "x")).outcome(), "rejected:no_codec");
}

TEST(ChirpstackV4Protobuf, only_the_topic_tells_the_event) {
  const std::string base = "application/7/device/70b3d57ed0001a2b/event/";
  EXPECT_EQ(protobuf(device_info, base + "join").outcome(), "suppressed:join");
  EXPECT_EQ(protobuf(device_info, base + "txack").outcome(), "suppressed:downlink");
  EXPECT_EQ(protobuf(device_info, base + "other").outcome(), "rejected:malformed");
  EXPECT_EQ(protobuf(device_info, "any/topic").outcome(), "rejected:malformed");
  EXPECT_EQ(protobuf(device_info, "application/7/device/70b3d57ed0001a2c/event/up").outcome(),
            "rejected:identity_mismatch");
}

TEST(ChirpstackV4Protobuf, what_cannot_be_read) {
  EXPECT_EQ(protobuf("").outcome(), "rejected:malformed");
  EXPECT_EQ(protobuf(device_info).outcome(), "suppressed:status") << "no payload";
  EXPECT_EQ(protobuf(device_info + "\x52\x05").outcome(), "rejected:malformed") << "cut short";
  EXPECT_EQ(protobuf(device_info + field(10, "x") + "\x0b").outcome(), "rejected:malformed")
      << "a group";
  EXPECT_EQ(protobuf(device_info + field(11, "\x0a\x05")).outcome(), "rejected:malformed");
  EXPECT_EQ(protobuf(field(3, field(8, "bench")) + field(10, "x")).outcome(), "rejected:malformed");
  // A time of 1,000,000,000 nanoseconds.
  const Decoding late = protobuf(device_info + field(2, "\x10\x80\x94\xeb\xdc\x03") +
                                 field(11, field(1, field(1, "on") + field(2, "\x20\x01"))));
  ASSERT_TRUE(late.ok()) << late.detail();
  EXPECT_TRUE(late.report().time.malformed);
  EXPECT_THAT(late.readings(), ElementsAre("on=true"));
  const std::string nan = std::string("\x11") + std::string(6, '\0') + "\xf8\x7f";
  EXPECT_THAT(protobuf(device_info + field(11, field(1, field(1, "a") + field(2, nan)))).readings(),
              ElementsAre("a=!bad_value"));
  std::string deep = "\x20\x01";
  for (int i = 0; i < 10; ++i) deep = field(5, field(1, field(2, deep)));
  Route shallow = route_of(Format::chirpstack_v4_protobuf);
  shallow.limits.depth = 5;
  EXPECT_EQ(Decoding(shallow, device_info + field(11, field(1, field(2, deep))),
                     "application/7/device/70b3d57ed0001a2b/event/up")
                .outcome(),
            "rejected:too_deep");
}

}  // namespace
}  // namespace senne::decode
