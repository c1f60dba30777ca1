// What LoRaWAN network servers say of how well an uplink was heard.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/played_codec.h"

namespace senne::decode {
namespace {

constexpr const char* eui = "70b3d57ed0001a2b";

// `-107 4.5 50`; `-` is absent.
std::string link_of(Format format, const std::string& payload, const std::string& topic = "x") {
  PlayedCodecs codecs(eui);
  const Decoding decoding(route_of(format), payload, topic, received, &codecs);
  if (!decoding.ok()) return decoding.outcome() + ": " + decoding.detail();
  const Link& link = decoding.decoded.link;
  const auto text = [](const std::optional<double>& number) {
    return number ? testing::PrintToString(*number) : std::string("-");
  };
  return text(link.rssi) + " " + text(link.snr) + " " + text(link.battery);
}

TEST(Link, of_the_gateway_that_heard_it_best) {
  const std::string tts =
      R"({"end_device_ids":{"device_id":"d","dev_eui":"70B3D57ED0001A2B"},"uplink_message":{)"
      R"("decoded_payload":{"temperature":1},"rx_metadata":[{"rssi":-120,"snr":-5},{"snr":9},)"
      R"({"rssi":-107,"snr":4.5},{"rssi":-108,"snr":8}]}})";
  EXPECT_EQ(link_of(Format::tts_v3, tts), "-107 4.5 -");
  const std::string v4 =
      R"({"deviceInfo":{"devEui":"70b3d57ed0001a2b"},"deduplicationId":"a","object":{"t":1},)"
      R"("rxInfo":[{"rssi":-57,"snr":10},{"rssi":-56}]})";
  EXPECT_EQ(link_of(Format::chirpstack_v4, v4, "application/a/device/70b3d57ed0001a2b/event/up"),
            "-56 - -");
  const std::string v3 = R"({"devEUI":"70b3d57ed0001a2b","object":{"t":1},"data":"AQI=",)"
                         R"("rxInfo":[{"rssi":-57,"loRaSNR":"9.5"}]})";
  EXPECT_EQ(link_of(Format::chirpstack_v3, v3), "-57 9.5 -");
  EXPECT_EQ(link_of(Format::thingpark,
                    R"({"DevEUI_uplink":{"DevEUI":"70B3D57ED0001A2B","payload":{"co2":415},)"
                    R"("LrrRSSI":"-84.000000","LrrSNR":7.25}})"),
            "-84 7.25 -");
  EXPECT_EQ(link_of(Format::kpn,
                    R"([{"bn":"urn:dev:DEVEUI:70B3D57ED0001A2B:"},{"n":"payload","vs":"0102"},)"
                    R"({"n":"port","v":1},{"n":"LrrRSSI","v":-107},{"n":"LrrSNR","v":-2.5}])"),
            "-107 -2.5 -");
}

TEST(Link, loriot_states_the_battery_as_lorawan_does) {
  const auto loriot = [](const std::string& more) {
    return link_of(Format::loriot,
                   R"({"cmd":"rx","EUI":"70B3D57ED0001A2B","data":"0102","port":1)" + more + "}");
  };
  EXPECT_EQ(loriot(R"(,"rssi":-69,"snr":7.2,"bat":254)"), "-69 7.2 100");
  EXPECT_EQ(loriot(R"(,"bat":127)"), "- - 50");
  EXPECT_EQ(loriot(R"(,"bat":0)"), "- - -") << "external power";
  EXPECT_EQ(loriot(R"(,"bat":255)"), "- - -") << "not measured";
  EXPECT_EQ(loriot(R"(,"gws":[{"rssi":-80,"snr":1},{"rssi":-70,"snr":2}])"), "-70 2 -");
}

TEST(Link, in_protobuf) {
  const auto field = [](int number, const std::string& bytes) {
    return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
  };
  // rssi -112 as a varint of ten bytes, snr 6.5 as a float; and one gateway that says neither.
  const std::string gateway = std::string("\x30\x90\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11) +
                              std::string("\x3D\x00\x00\xD0\x40", 5);
  const std::string uplink = field(1, "0123") + field(3, field(8, eui)) +
                             field(10, std::string("\x01\x02", 2)) + field(12, gateway);
  const std::string topic = "application/a/device/70b3d57ed0001a2b/event/up";
  EXPECT_EQ(link_of(Format::chirpstack_v4_protobuf, uplink, topic), "-112 6.5 -");
  EXPECT_EQ(link_of(Format::chirpstack_v4_protobuf, uplink + field(12, ""), topic), "0 0 -");
}

TEST(Link, is_absent_where_nobody_says_it) {
  EXPECT_EQ(link_of(Format::tts_v3,
                    R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"rx_metadata":[1,{}],)"
                    R"("decoded_payload":{"temperature":1}}})"),
            "- - -");
}

// A place in metres is for the normaliser to flag.
TEST(Location, leaves_the_decoder_as_it_was_stated) {
  const Decoding decoding(
      route_of(Format::tts_v3),
      R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"decoded_payload":{"temperature":1},)"
      R"("locations":{"user":{"latitude":149000,"longitude":170500}}}})");
  ASSERT_TRUE(decoding.ok());
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 149'000);
}

}  // namespace
}  // namespace senne::decode
