// What runs in homes and schools: Tasmota, Zigbee2MQTT, the sensors of Sensor.Community.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;

Decoding tasmota(const std::string& json, const std::string& topic = "tele/school/7/SENSOR") {
  return {route_of(Format::tasmota), json, topic};
}

TEST(Tasmota, sensors_units_and_the_local_time) {
  const Decoding decoding = tasmota(
      R"({"Time":"2026-11-18T12:06:40","BME280":{"Temperature":70.5,"Humidity":66.6,"DewPoint":58.1,)"
      R"("Pressure":741.2},"Switch1":"ON","PressureUnit":"mmHg","TempUnit":"F"})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "school/7");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"))
      << "Brussels is an hour ahead";
  EXPECT_THAT(decoding.readings(), ElementsAre("air_temperature=70.5 [degF]",
                                               "relative_humidity=66.6 %", "BME280.DewPoint=58.1",
                                               "air_pressure=741.2 mm[Hg]", "switch_state#1='ON'"));
}

TEST(Tasmota, clocks_that_go_forward_and_back) {
  const auto time = [](const std::string& local) {
    return tasmota(R"({"Time":")" + local + R"(","A":{"Humidity":1}})").report().time.start;
  };
  EXPECT_EQ(time("2022-03-27T01:59:59"), at("2022-03-27T00:59:59Z"));
  EXPECT_EQ(time("2022-03-27T02:30:00"), at("2022-03-27T01:30:00Z")) << "a time that there was not";
  for (const char* sent : {"2022-10-30T00:30:00Z", "2022-10-30T01:30:00Z"}) {
    EXPECT_EQ(
        Decoding(route_of(Format::tasmota), R"({"Time":"2022-10-30T02:30:00","A":{"Humidity":1}})",
                 "tele/a/SENSOR", at(sent) + std::chrono::seconds{2})
            .report()
            .time.start,
        at(sent));
  }
  EXPECT_EQ(time("2022-10-30T03:00:00"), at("2022-10-30T02:00:00Z"));
  EXPECT_EQ(time("2026-07-01T12:00:00+00:00"), at("2026-07-01T12:00:00Z"));
  EXPECT_TRUE(tasmota(R"({"Time":"soon","A":{"Humidity":1}})").report().time.malformed);
  EXPECT_TRUE(tasmota(R"({"Time":1794000000,"A":{"Humidity":1}})").report().time.malformed);
  EXPECT_FALSE(tasmota(R"({"Time":null,"A":{"Humidity":1}})").report().time.malformed);
}

TEST(Tasmota, two_sensors_of_one_kind_are_told_apart) {
  const Decoding decoding = tasmota(
      R"({"DS18B20-1":{"Id":"00000a","Temperature":4.5},"DS18B20-2":{"Id":"00000b","Temperature":5},)"
      R"("ENERGY":{"Power":[10,20],"Total":1.5,"Voltage":230},"TempUnit":"C"})");
  EXPECT_THAT(decoding.readings(),
              ElementsAre("air_temperature#DS18B20-1=4.5 Cel", "air_temperature#DS18B20-2=5 Cel",
                          "active_power#0=10 W", "active_power#1=20 W", "energy=1.5 kW.h",
                          "voltage=230 V"));
}

TEST(Tasmota, a_sensor_is_the_same_whoever_else_answers) {
  EXPECT_THAT(
      tasmota(R"({"DS18B20-1":{"Temperature":null},"DS18B20-2":{"Temperature":5}})").readings(),
      ElementsAre("air_temperature#DS18B20-2=5 Cel"));
  EXPECT_THAT(tasmota(R"({"DS18B20-1":{"Temperature":4}})").readings(),
              ElementsAre("air_temperature#DS18B20-1=4 Cel"));
  EXPECT_THAT(tasmota(R"({"BME280-77":{"Temperature":4}})").readings(),
              ElementsAre("air_temperature#BME280-77=4 Cel"));
  EXPECT_THAT(tasmota(R"({"SI7021":{"Temperature":null},"AM2301":{"Temperature":5}})").readings(),
              ElementsAre("air_temperature#AM2301=5 Cel"));
  // These names end in what is no number.
  EXPECT_THAT(tasmota(R"({"MH-Z19B":{"Temperature":4}})").readings(),
              ElementsAre("air_temperature=4 Cel"));
}

TEST(Tasmota, what_is_no_telemetry) {
  EXPECT_EQ(tasmota("{}", "tele/plug/STATE").outcome(), "suppressed:status");
  EXPECT_EQ(tasmota("Online", "tele/plug/LWT").outcome(), "suppressed:status");
  EXPECT_EQ(tasmota("{}", "stat/plug/STATUS8").outcome(), "suppressed:status");
  EXPECT_EQ(tasmota("ON", "cmnd/plug/POWER").outcome(), "suppressed:command");
  EXPECT_EQ(tasmota("{}", "tasmota/discovery/A/config").outcome(), "suppressed:status");
  EXPECT_EQ(tasmota(R"({"Time":"2026-11-18T12:06:40"})").outcome(), "suppressed:status");
  EXPECT_EQ(tasmota("{}", "tele/SENSOR").outcome(), "rejected:malformed");
  EXPECT_EQ(tasmota("{}", "plug").outcome(), "rejected:malformed");
  EXPECT_EQ(tasmota("[]").outcome(), "rejected:malformed");
  EXPECT_EQ(tasmota(R"({"A":{"Humidity":1}})", "plug/tele/SENSOR").report().device, "plug");
}

// `plug ON -78`, `plug OFF -`: the one sign of a message that holds no reading.
std::string sign_of(const Decoding& decoding) {
  if (decoding.decoded.signs.size() != 1) return "none";
  const Sign& sign = decoding.decoded.signs[0];
  return std::string(sign.device) + (sign.gone ? " OFF " : " ON ") +
         (sign.link.rssi ? std::to_string(static_cast<int>(*sign.link.rssi)) : "-");
}

TEST(Tasmota, an_answer_to_status_holds_the_same_sensors) {
  for (const char* topic : {"stat/plug/STATUS8", "stat/plug/STATUS10"}) {
    const auto decoding = tasmota(
        R"({"StatusSNS":{"Time":"2026-11-18T12:06:40","BME280":{"Temperature":70.5},"TempUnit":"F"}})",
        topic);
    ASSERT_TRUE(decoding.ok()) << decoding.detail();
    EXPECT_EQ(decoding.report().device, "plug");
    EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
    EXPECT_THAT(decoding.readings(), ElementsAre("air_temperature=70.5 [degF]"));
  }
  EXPECT_EQ(tasmota(R"({"StatusNET":{"Hostname":"plug"}})", "stat/plug/STATUS5").outcome(),
            "suppressed:status");
  EXPECT_EQ(tasmota(R"({"POWER":"ON"})", "stat/plug/RESULT").outcome(), "suppressed:status");
}

TEST(Tasmota, a_state_says_its_relays_and_how_it_is_heard) {
  const std::string state =
      R"({"Time":"2026-11-18T12:06:40","Uptime":"0T00:10:11","Heap":24,"POWER1":"ON","POWER2":"OFF",)"
      R"("POWERX":"ON","Wifi":{"RSSI":44,"Signal":-78}})";
  for (const auto& decoding : {tasmota(state, "tele/plug/STATE"),
                               tasmota("{\"StatusSTS\":" + state + "}", "stat/plug/STATUS11")}) {
    ASSERT_TRUE(decoding.ok()) << decoding.detail();
    EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
    EXPECT_THAT(decoding.readings(),
                ElementsAre("switch_state#POWER1='ON'", "switch_state#POWER2='OFF'"));
    EXPECT_EQ(decoding.decoded.link.rssi, -78);
  }
  const auto none = tasmota(R"({"Wifi":{"Signal":-78}})", "tele/plug/STATE");
  EXPECT_EQ(none.outcome(), "suppressed:status");
  EXPECT_EQ(sign_of(none), "plug ON -78");
}

TEST(Tasmota, its_will_says_that_it_is_gone) {
  EXPECT_EQ(sign_of(tasmota("Offline", "tele/plug/LWT")), "plug OFF -");
  EXPECT_EQ(sign_of(tasmota("Online", "tele/plug/LWT")), "plug ON -");
  EXPECT_EQ(sign_of(tasmota(R"({"Info1":{"Module":"x"}})", "tele/plug/INFO1")), "plug ON -");
  EXPECT_EQ(sign_of(tasmota("{}", "stat/plug/STATUS5")), "none");
}

Decoding zigbee(const std::string& json, const std::string& topic = "zigbee2mqtt/hall/north",
                const std::string& filter = "zigbee2mqtt/#") {
  Route route = route_of(Format::zigbee2mqtt);
  route.topic = filter;
  return {route, json, topic};
}

TEST(Zigbee2Mqtt, what_devices_expose) {
  const Decoding decoding = zigbee(
      R"({"temperature":27.34,"humidity":44.72,"pressure":1010,"battery":90,"voltage":2995,)"
      R"("contact":true,"occupancy":false,"linkquality":120,"update":{"state":"idle"},)"
      R"("illuminance":12000,"illuminance_lux":15,"last_seen":"2026-11-18T12:06:40+01:00"})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "hall/north");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_THAT(
      decoding.readings(),
      ElementsAre("air_temperature=27.34 Cel", "relative_humidity=44.72 %", "air_pressure=1010 hPa",
                  "battery_level=90 %", "battery_voltage=2995 mV", "door_open=false",
                  "motion=false", "linkquality=120", "illuminance_raw=12000", "illuminance=15 lx"));
}

TEST(Zigbee2Mqtt, a_plug_is_not_a_battery_and_a_blind_is_not_a_switch) {
  EXPECT_THAT(zigbee(R"({"state":"ON","power":4.5,"voltage":231,"current":0.02,"energy":3.5,)"
                     R"("last_seen":1795000000250})")
                  .readings(),
              ElementsAre("switch_state='ON'", "active_power=4.5 W", "voltage=231 V",
                          "current=0.02 A", "energy=3.5 kW.h"));
  EXPECT_THAT(zigbee(R"({"state":"OPEN","position":100})").readings(),
              ElementsAre("state='OPEN'", "position=100"));
  EXPECT_EQ(zigbee(R"({"co2":1,"last_seen":1795000000250})").report().time.start,
            at("2026-11-18T11:06:40.25Z"));
}

TEST(Zigbee2Mqtt, topics) {
  EXPECT_EQ(zigbee("online", "zigbee2mqtt/bridge/state").outcome(), "suppressed:bridge");
  EXPECT_EQ(zigbee("[]", "zigbee2mqtt/bridge/devices").outcome(), "suppressed:bridge");
  EXPECT_EQ(zigbee("online", "zigbee2mqtt/hall/availability").outcome(), "suppressed:status");
  EXPECT_EQ(zigbee("{}", "zigbee2mqtt/hall/set").outcome(), "suppressed:command");
  EXPECT_EQ(zigbee("ON", "zigbee2mqtt/hall/set/state").outcome(), "suppressed:command");
  EXPECT_EQ(zigbee("{}", "zigbee2mqtt/hall/get").outcome(), "suppressed:command");
  EXPECT_EQ(zigbee(R"({"last_seen":1})").outcome(), "suppressed:status");
  EXPECT_EQ(zigbee(R"({"co2":1})", "city/z2m/hall", "city/z2m/#").report().device, "hall");
  EXPECT_EQ(zigbee(R"({"co2":1})", "z2m/hall", "#").report().device, "hall");
}

TEST(Zigbee2Mqtt, each_attribute_on_its_own_topic) {
  const auto of = [](const std::string& attribute, const std::string& payload) {
    const auto decoding = zigbee(payload, "zigbee2mqtt/hall/north/" + attribute);
    if (!decoding.ok()) return decoding.outcome();
    EXPECT_EQ(decoding.report().device, "hall/north");
    return decoding.readings().at(0) + (decoding.decoded.readings[0].raw ? " raw" : "");
  };
  EXPECT_EQ(of("temperature", "27.34"), "air_temperature=27.34 Cel");
  EXPECT_EQ(of("contact", "true"), "door_open=false");
  EXPECT_EQ(of("occupancy", "false"), "motion=false");
  EXPECT_EQ(of("state", "ON"), "switch_state='ON'");
  EXPECT_EQ(of("state_l2", "OFF"), "switch_state#l2='OFF'");
  EXPECT_EQ(of("power_l2", "4.5"), "active_power#l2=4.5 W");
  EXPECT_EQ(of("action", "single"), "action='single'");
  EXPECT_EQ(of("voltage", "2995"), "voltage=2995 raw")
      << "of a battery in mV, or of the mains in V";
  EXPECT_EQ(of("illuminance", "12000"), "illuminance=12000 raw");
  EXPECT_EQ(of("color", "255,0,0"), "color='255,0,0'");
  EXPECT_EQ(of("action", ""), "suppressed:status") << "null";
  for (const char* remark : {"last_seen", "update_available", "update-state", "device-model"}) {
    EXPECT_EQ(of(remark, "1"), "suppressed:status") << remark;
  }
  EXPECT_EQ(zigbee("27.3", "zigbee2mqtt/hall").outcome(), "rejected:malformed");
  EXPECT_EQ(zigbee("27.3", "zigbee2mqtt/hall/").outcome(), "rejected:malformed");
  EXPECT_EQ(zigbee("{\"a\":", "zigbee2mqtt/hall/x").outcome(), "rejected:malformed");
}

TEST(Zigbee2Mqtt, an_availability_says_that_it_is_gone) {
  const auto sign = [](const std::string& payload) {
    return sign_of(zigbee(payload, "zigbee2mqtt/hall/north/availability"));
  };
  EXPECT_EQ(sign("offline"), "hall/north OFF -");
  EXPECT_EQ(sign(R"({"state":"offline"})"), "hall/north OFF -");
  EXPECT_EQ(sign("online"), "hall/north ON -");
  EXPECT_EQ(sign(R"({"state":"online"})"), "hall/north ON -");
}

Decoding airrohr(const std::string& json, const std::string& topic = "airrohr/77") {
  return {route_of(Format::sensor_community), json, topic};
}

TEST(SensorCommunity, values_as_text) {
  const Decoding decoding = airrohr(
      R"({"esp8266id":"3394227","software_version":"NRZ-2020-133","sensordatavalues":[)"
      R"({"value_type":"SDS_P1","value":"4.30"},{"value_type":"SDS_P2","value":"3.53"},)"
      R"({"value_type":"BME280_temperature","value":"20.80"},{"value_type":"BME280_pressure","value":"101325.00"},)"
      R"({"value_type":"noise_LAeq","value":"52.1"},{"value_type":"GPS_lat","value":"50.850000"},)"
      R"({"value_type":"GPS_lon","value":"4.350000"},{"value_type":"GPS_height","value":"20.00"},)"
      R"({"value_type":"samples","value":"670215"},{"value_type":"signal","value":"-82 dBm"},)"
      R"({"value_type":"hall","value":""}]})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "3394227");
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_THAT(decoding.readings(), ElementsAre("pm10=4.3 ug/m3", "pm2_5=3.53 ug/m3",
                                               "air_temperature=20.8 Cel", "air_pressure=101325 Pa",
                                               "sound_level_a=52.1 dB[SPL]", "rssi='-82 dBm' dB"));
}

TEST(SensorCommunity, two_sensors_of_one_kind_and_a_device_by_its_topic) {
  const Decoding decoding = airrohr(
      R"({"sensordatavalues":[{"value_type":"P1","value":"11.43"},)"
      R"({"value_type":"temperature","value":"20"},{"value_type":"BME280_temperature","value":"21"},)"
      R"({"value_type":"new_thing","value":7}]})");
  EXPECT_EQ(decoding.report().device, "77");
  EXPECT_THAT(decoding.readings(), ElementsAre("pm10=11.43 ug/m3", "air_temperature=20 Cel",
                                               "air_temperature#BME280=21 Cel", "new_thing=7"));
  EXPECT_THAT(airrohr(R"({"sensordatavalues":[{"value_type":"temperature","value":""},)"
                      R"({"value_type":"BME280_temperature","value":"21"}]})")
                  .readings(),
              ElementsAre("air_temperature#BME280=21 Cel"));
  for (const char* json : {R"({})", R"({"sensordatavalues":[]})", R"({"sensordatavalues":[{}]})",
                           R"({"sensordatavalues":[1]})"}) {
    EXPECT_EQ(airrohr(json).outcome(), "rejected:malformed") << json;
  }
  EXPECT_EQ(airrohr(R"({"sensordatavalues":[{"value_type":"P1","value":"1"}]})", "x/").outcome(),
            "rejected:malformed");
}

}  // namespace
}  // namespace senne::decode
