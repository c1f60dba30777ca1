#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;

// As a network server hands on what Seeed's decoder made.
Decoding tts(std::string_view decoded) {
  return {route_of(Format::tts_v3),
          fmt::format(
              R"({{"end_device_ids":{{"device_id":"s"}},"uplink_message":{{"frm_payload":"AQ==",)"
              R"("decoded_payload":{}}}}})",
              decoded)};
}

// One line of its lists.
std::string measured(int id, std::string_view type, std::string_view value) {
  return fmt::format(R"({{"measurementId":"{}","type":"{}","measurementValue":{}}})", id, type,
                     value);
}

constexpr std::string_view remarks = R"("err":0,"valid":true,"payload":"0100D6","messages":)";

TEST(Sensecap, measurements_have_the_units_that_their_numbers_fix) {
  const std::string list =
      "[" + measured(4097, "Air Temperature", "21.4") + "," + measured(4098, "Air Humidity", "55") +
      "," + measured(4099, "Light Intensity", "112") + "," + measured(4190, "UV Index", "0.5") +
      "," + measured(4105, "Wind Speed", "3.2") + "," +
      measured(4104, "Wind Direction Sensor", "228") + "," + measured(4113, "Rain Gauge", "1.2") +
      "," + measured(4101, "Barometric Pressure", "97600") + "," +
      measured(4191, "Peak Wind Gust", "5.5") + "," + measured(4199, "Light", "40") + "]";
  for (const std::string& messages : {list, "[" + list + "]"}) {
    const auto decoding = tts(fmt::format("{{{}{}}}", remarks, messages));
    ASSERT_TRUE(decoding.ok()) << decoding.detail();
    EXPECT_THAT(decoding.readings(),
                ElementsAre("air_temperature=21.4 Cel", "relative_humidity=55 %",
                            "illuminance=112 lx", "UV Index=0.5", "wind_speed=3.2 m/s",
                            "wind_from_direction=228 deg", "rainfall_rate=1.2 mm/h",
                            "air_pressure=97600 Pa", "wind_gust_speed=5.5 m/s", "Light=40"))
        << messages;
    EXPECT_TRUE(decoding.decoded.readings.back().raw) << "a percentage must not become lux";
  }
}

TEST(Sensecap, what_else_a_message_says) {
  const auto decoding = tts(fmt::format(
      R"x({{{}[{{"type":"report_telemetry","measurementId":4097,"measurementValue":20.5}},)x"
      R"x({{"type":"report_telemetry","measurementId":4107,"measurementValue":12}},)x"
      R"x({{"type":"upload_battery","battery":85}},{{"Battery(%)":90,"Hardware Version":"1.1"}},)x"
      R"x({{"measurementId":"4101","type":"sensor_error_event","errCode":"04","descZh":"EMPTY"}},)x"
      R"x({{"measurementId":"4098","type":"Air Humidity","measurementValue":null}},7]}})x",
      remarks));
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(
      decoding.readings(),
      ElementsAre("air_temperature=20.5 Cel", "measurement_4107=12", "battery=85", "Battery(%)=90",
                  "Hardware Version='1.1'", "errCode='04'", "descZh='EMPTY'"));
}

TEST(Sensecap, a_tracker_says_where_and_when_and_not_whose_radios_are_near) {
  const auto decoding = tts(fmt::format(
      R"({{{}[[{{"measurementId":"4198","timestamp":1795000000250,"type":"Latitude","measurementValue":50.85}},)"
      R"({{"measurementId":"4197","timestamp":1795000000250,"type":"Longitude","measurementValue":4.35}},)"
      R"({{"measurementId":"5001","timestamp":1795000000250,"type":"Wi-Fi Scan","measurementValue":)"
      R"([{{"mac":"AA:BB:CC:DD:EE:FF","rssi":-60}}]}},)"
      R"({{"measurementId":"3000","type":"Battery","measurementValue":77}}]]}})",
      remarks));
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(),
              ElementsAre("latitude=50.85 deg", "longitude=4.35 deg", "battery_level=77 %"));
  EXPECT_EQ(decoding.decoded.readings[0].time.start, at("2026-11-18T11:06:40.25Z"));
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(decoding.report().location->longitude, 4.35);
  // Nothing but a scan: its bytes are not handed on either.
  EXPECT_EQ(tts(fmt::format(R"({{{}[{{"measurementId":"5002","measurementValue":[]}}]}})", remarks))
                .outcome(),
            "suppressed:status");
}

TEST(Sensecap, of_both_generations_of_chirpstack) {
  const std::string object =
      fmt::format("{{{}[[{}]]}}", remarks, measured(4102, "Soil Temperature", "9.5"));
  const Decoding v4(
      route_of(Format::chirpstack_v4),
      R"({"deduplicationId":"1","deviceInfo":{"devEui":"70b3d57ed0001a2b"},"data":"AQ==",)"
      R"("object":)" +
          object + "}");
  EXPECT_THAT(v4.readings(), ElementsAre("soil_temperature=9.5 Cel")) << v4.detail();
  const Decoding v3(route_of(Format::chirpstack_v3),
                    R"({"devEUI":"70b3d57ed0001a2b","data":"AQ==","object":)" + object + "}");
  EXPECT_THAT(v3.readings(), ElementsAre("soil_temperature=9.5 Cel")) << v3.detail();
}

TEST(Sensecap, messages_of_another_kind_stay_as_they_are) {
  EXPECT_THAT(tts(R"({"messages":[{"text":"hello"}],"err":2})").readings(),
              ElementsAre("messages.text#0='hello'", "err=2"));
  EXPECT_THAT(tts(R"({"messages":7})").readings(), ElementsAre("messages=7"));
}

}  // namespace
}  // namespace senne::decode
