// Other versions, options and vendors of the formats than their first samples: what they say more,
// or say in another way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Decoding decoded(Format format, const std::string& payload, const std::string& topic = "x/y") {
  return {route_of(format), payload, topic};
}

TEST(DialectsOfLoriot, what_the_server_decoded_comes_before_the_bytes) {
  const auto decoding = decoded(
      Format::loriot,
      R"({"cmd":"gw","EUI":"70-B3-D5-7E-D0-00-1A-2B","ts":1795000000250,"fcnt":2,"port":1,"data":"0a",)"
      R"("decoded":{"success":true,"data":{"temperature":21.5,"door":"open"}},"bat":127})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "70b3d57ed0001a2b");
  EXPECT_EQ(decoding.report().sequence, "2");
  EXPECT_THAT(decoding.readings(), ElementsAre("temperature=21.5", "door='open'"));
  EXPECT_EQ(
      decoded(Format::loriot,
              R"({"cmd":"rx","EUI":"70B3D57ED0001A2B","data":"0a","decoded":{"success":false}})")
          .outcome(),
      "rejected:no_codec");
  for (const char* eui : {"70-B3-D5-7E-D0-00-1A:2B", "70-B3-D5-7E-D0-00-1A-2",
                          "70B3-D5-7E-D0-00-1A-2B", "70-B3-D5-7E-D0-00-1A-2-"}) {
    EXPECT_EQ(
        decoded(Format::loriot, R"({"cmd":"rx","data":"0a","EUI":")" + std::string(eui) + "\"}")
            .outcome(),
        "rejected:malformed")
        << eui;
  }
  EXPECT_EQ(decoded(Format::loriot, R"({"cmd":"join","EUI":"70B3D57ED0001A2B"})").outcome(),
            "suppressed:join");
}

TEST(DialectsOfThingpark, points_say_units_and_times) {
  const auto decoding = decoded(
      Format::thingpark,
      R"({"DevEUI_uplink":{"Time":"2026-11-18T12:06:40.25+01:00","DevEUI":"70B3D57ED0001A2B","FCntUp":"26",)"
      R"("payload":{"temperature":70.5,"state":"up"},"points":{)"
      R"("temperature":{"unitId":"[degF]","record":70.5},"bad":7,)"
      R"("humidity":{"unitId":"%RH","records":[{"eventTime":"2026-11-18T11:00:00Z","value":40},)"
      R"({"eventTime":"2026-11-18T11:05:00Z","value":41}]}}}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(), ElementsAre("temperature=70.5 [degF]", "humidity=40 %RH",
                                               "humidity=41 %RH", "state='up'"));
  EXPECT_FALSE(decoding.decoded.readings[0].time.start);
  EXPECT_EQ(decoding.decoded.readings[1].time.start, at("2026-11-18T11:00:00Z"));
  EXPECT_EQ(decoding.decoded.readings[2].time.start, at("2026-11-18T11:05:00Z"));
  EXPECT_EQ(decoded(Format::thingpark, R"({"DevEUI_downlink_Sent_Indication":{}})").outcome(),
            "suppressed:downlink");
  EXPECT_EQ(decoded(Format::thingpark, R"({"DevEUI_something":{}})").outcome(),
            "rejected:malformed");
}

TEST(DialectsOfThingpark, a_point_may_be_a_place) {
  const auto decoding = decoded(
      Format::thingpark,
      R"({"DevEUI_uplink":{"Time":"2026-11-18T11:06:40Z","DevEUI":"70B3D57ED0001A2B","FCntUp":26,)"
      R"("LrrLAT":50.9,"LrrLON":4.4,"CustomerData":{"loc":{"lat":"50.1","lon":"4.1"}},)"
      R"("payload":{"location":"seen"},"points":{"location":{"unitId":"GPS","record":[4.35,50.85]},)"
      R"("batteryVoltage":{"unitId":"mV","record":3017},"track":{"unitId":"GPS","records":[)"
      R"({"eventTime":"2026-11-18T11:00:00Z","value":[4.36,50.86]}]},"odd":{"unitId":"GPS","record":7}}}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_TRUE(decoding.report().location) << "longitude first, and before what its owner entered";
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(decoding.report().location->longitude, 4.35);
  EXPECT_THAT(decoding.readings(),
              ElementsAre("latitude=50.85 deg", "longitude=4.35 deg", "batteryVoltage=3017 mV",
                          "latitude=50.86 deg", "longitude=4.36 deg", "odd=7 GPS"));
  EXPECT_EQ(decoding.decoded.readings[3].time.start, at("2026-11-18T11:00:00Z"));
}

TEST(DialectsOfNgsi, names_that_no_context_shortened) {
  const auto decoding = decoded(
      Format::ngsi_ld,
      R"({"@id":"urn:ngsi-ld:WeatherObserved:mast-9","@type":["https://smartdatamodels.org/x/WeatherObserved"],)"
      R"("https://smartdatamodels.org/dateObserved":{"type":"Property","value":{"@type":"DateTime",)"
      R"("@value":"2026-11-18T11:06:40Z"}},"https://uri.etsi.org/ngsi-ld/default-context/temperature":)"
      R"({"type":"Property","value":9.5},"https://uri.etsi.org/ngsi-ld/location":{"type":"GeoProperty",)"
      R"("value":{"type":"Point","coordinates":[4.35,50.85]}},"https://smartdatamodels.org/refDevice":)"
      R"({"type":"Relationship","object":"urn:ngsi-ld:Device:box-9"}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "box-9");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->longitude, 4.35);
  EXPECT_THAT(decoding.readings(), ElementsAre("air_temperature=9.5 Cel"));
}

TEST(DialectsOfNgsi, what_a_broker_adds_is_no_reading) {
  const auto decoding = decoded(
      Format::ngsi_v2,
      R"({"id":"room-9","type":"Room","temperature":{"type":"Number","value":21.5,"metadata":{)"
      R"("unit":{"type":"Text","value":"°F"}}},"location":{"type":"geo:point","value":"50.85, 4.35"},)"
      R"("count":{"type":"Integer","value":"7"},"ping_status":{"type":"commandStatus","value":"OK"},)"
      R"("ping_info":{"type":"commandResult","value":"done"},"dateModified":"2026-11-18T11:06:40Z",)"
      R"("createdAt":"2026-11-18T11:06:40Z","modifiedAt":"2026-11-18T11:06:40Z","scope":"/city",)"
      R"("shape":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0]]]}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(), ElementsAre("air_temperature=21.5 °F", "count=7"));
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(decoding.report().location->longitude, 4.35);
}

TEST(DialectsOfNgsi, every_kind_of_property) {
  const auto decoding = decoded(
      Format::ngsi_ld,
      R"({"id":"urn:ngsi-ld:T:1","type":"T","a":{"type":"VocabProperty","vocab":"open"},)"
      R"("b":{"type":"ListProperty","valueList":[1,2]},"c":{"type":"JsonProperty","json":{"k":3}},)"
      R"("d":{"languageMap":{"nl":"Grote Markt"}},"e":{"object":"urn:ngsi-ld:T:2"},)"
      R"("f":[{"type":"Relationship","object":"urn:x","datasetId":"urn:ngsi-ld:D:1"}],)"
      R"("g":{"object":"car","share":0.5}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(),
              ElementsAre("a='open'", "b#0=1", "b#1=2", "c.k=3", "d.nl='Grote Markt'",
                          "g.object='car'", "g.share=0.5"));
}

TEST(DialectsOfNgsi, notifications_of_one_entity_and_of_features) {
  const std::string one =
      R"({"id":"urn:ngsi-ld:T:1","type":"T","no2":{"value":22,"unitCode":"GQ"}})";
  for (
      const std::string& payload :
      {R"({"id":"urn:n","type":"Notification","subscriptionId":"urn:s","data":)" + one + "}",
       R"({"metadata":{"Content-Type":"application/json"},"body":{"subscriptionId":"urn:s","data":)" +
           one + "}}"}) {
    const auto decoding = decoded(Format::ngsi_ld, payload);
    ASSERT_TRUE(decoding.ok()) << decoding.detail();
    EXPECT_EQ(decoding.report().device, "1");
    EXPECT_THAT(decoding.readings(), ElementsAre("no2=22 ug/m3"));
  }
  const auto features = decoded(
      Format::ngsi_ld,
      R"({"type":"Notification","id":"urn:n","subscriptionId":"urn:s","data":{"type":"FeatureCollection",)"
      R"("features":[{"type":"Feature","id":"urn:ngsi-ld:T:2","geometry":{"type":"Point",)"
      R"("coordinates":[4.35,50.85]},"properties":{"type":"T","no2":{"type":"Property","value":23}}}]}})");
  ASSERT_TRUE(features.ok()) << features.detail();
  EXPECT_EQ(features.report().device, "2");
  ASSERT_TRUE(features.report().location);
  EXPECT_EQ(features.report().location->latitude, 50.85);
  EXPECT_THAT(features.readings(), ElementsAre("no2=23"));
  EXPECT_EQ(decoded(Format::ngsi_ld, R"({"id":"a","type":"T","features":["x"]})").report().device,
            "a")
      << "an attribute of that name";
}

TEST(DialectsOfTasmota, a_name_means_what_its_sensor_means) {
  const auto decoding = decoded(
      Format::tasmota,
      R"({"Time":"2026-11-18T12:06:40","RG15":{"Total":1.5},"AS3935":{"Distance":12},)"
      R"("ESP32":{"Temperature":53.5},"SHT3X":{"Temperature":20.5},"ENERGY":{"Total":3.5},)"
      R"("TX23":{"Speed":{"Act":14.5,"Avg":8},"Dir":{"Deg":247.5}},"SPS30":{"PM2_5":4},"SpeedUnit":"kn"})",
      "tele/mast/SENSOR");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(),
              ElementsAre("RG15.Total=1.5", "AS3935.Distance=12", "device_temperature=53.5 Cel",
                          "air_temperature=20.5 Cel", "energy=3.5 kW.h", "wind_speed=14.5 [kn_i]",
                          "TX23.Speed.Avg=8", "wind_from_direction=247.5 deg", "pm2_5=4 ug/m3"));
}

TEST(DialectsOfTasmota, two_names_of_one_property_are_two_channels) {
  EXPECT_THAT(
      decoded(Format::tasmota, R"({"SCD40":{"CarbonDioxide":600,"eCO2":610},"SGP30":{"eCO2":400}})",
              "tele/mast/SENSOR")
          .readings(),
      ElementsAre("co2#SCD40=600 [ppm]", "co2#SCD40.eCO2=610 [ppm]", "co2#SGP30.eCO2=400 [ppm]"));
}

TEST(DialectsOfTasmota, a_zigbee_bridge_speaks_for_its_devices) {
  const auto decoding = decoded(
      Format::tasmota,
      R"({"ZbReceived":{"0x7A1F":{"Device":"0x7A1F","Name":"hall","Temperature":21.5,"Power":1,)"
      R"("Illuminance":15000,"Endpoint":1,"LinkQuality":81},"0x0B22":{"Device":"0x0B22","Water":0}}})",
      "tele/bridge/SENSOR");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_THAT(decoding.decoded.reports, SizeIs(2));
  EXPECT_EQ(decoding.report(0).device, "bridge/hall");
  EXPECT_EQ(decoding.report(0).other_device, "bridge/0x7A1F");
  EXPECT_THAT(decoding.readings(0), ElementsAre("air_temperature=21.5 Cel", "switch_state=1",
                                                "Illuminance=15000", "LinkQuality=81"));
  EXPECT_TRUE(decoding.decoded.readings[2].raw);
  EXPECT_EQ(decoding.report(1).device, "bridge/0x0B22");
  EXPECT_EQ(decoding.report(1).other_device, "");
  EXPECT_THAT(decoding.readings(1), ElementsAre("water_leak=0"));
  EXPECT_EQ(decoded(Format::tasmota, R"({"ZbReceived":{"0x1":{"Device":"0x1"}}})", "tele/b/SENSOR")
                .outcome(),
            "suppressed:status");
}

TEST(DialectsOfZigbee2Mqtt, endpoints_are_channels) {
  EXPECT_THAT(
      decoded(Format::zigbee2mqtt,
              R"({"state_l1":"ON","state_right":"OFF","power_l2":3.5,"voltage_phase_b":230,)"
              R"("voltage":231,"color_l1":"x","temperature_left":20})",
              "zigbee2mqtt/strip")
          .readings(),
      ElementsAre("switch_state#l1='ON'", "switch_state#right='OFF'", "active_power#l2=3.5 W",
                  "voltage#phase_b=230 V", "voltage=231 V", "color_l1='x'",
                  "air_temperature#left=20 Cel"));
}

TEST(DialectsOfZigbee2Mqtt, what_only_sounds_like_a_property_stays_raw) {
  const auto decoding =
      decoded(Format::zigbee2mqtt, R"({"voc":120,"rain_intensity":300,"voc_parts":40,"rain":true})",
              "zigbee2mqtt/roof");
  EXPECT_THAT(decoding.readings(),
              ElementsAre("voc=120", "rain_intensity=300", "voc=40 [ppb]", "rain_detected=true"));
  EXPECT_TRUE(decoding.decoded.readings[0].raw);
  EXPECT_TRUE(decoding.decoded.readings[1].raw);
  EXPECT_FALSE(decoding.decoded.readings[2].raw);
}

TEST(DialectsOfSensorCommunity, a_longer_sensor_name_and_a_pair_without_one) {
  EXPECT_THAT(decoded(Format::sensor_community,
                      R"({"sensordatavalues":[{"value_type":"DNMS_noise_LAeq","value":"45.5"},)"
                      R"({"value_type":"DNMS_noise_LA_min","value":"40"},{"value":"3"},)"
                      R"({"value_type":"SPS30_N05","value":"5"}]})")
                  .readings(),
              ElementsAre("sound_level_a=45.5 dB[SPL]", "DNMS_noise_LA_min=40", "=!malformed",
                          "SPS30_N05=5"));
}

TEST(DialectsOfSentilo, what_the_platform_sends_on) {
  const auto decoding = decoded(
      Format::sentilo,
      R"({"message":"10.5","timestamp":"18/11/2026T11:06:40","topic":"/data/p/RE9","type":"DATA",)"
      R"("sensor":"RE9","provider":"p","time":1795000000000,"location":"50.85 4.35"})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "RE9");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
  ASSERT_TRUE(decoding.report().location);
  EXPECT_THAT(decoding.readings(), ElementsAre("value=10.5"));
  EXPECT_EQ(decoded(Format::sentilo, R"({"message":"1","topic":"/data/p/RE8","type":"DATA"})")
                .report()
                .device,
            "RE8");
  EXPECT_EQ(decoded(Format::sentilo, R"({"message":"over 34","type":"ALARM"})").outcome(),
            "suppressed:status");
  EXPECT_EQ(decoded(Format::sentilo, R"({"message":"go","type":"ORDER"})").outcome(),
            "suppressed:command");
  EXPECT_EQ(decoded(Format::sentilo, R"({"message":"","type":"DATA","sensor":"a"})").outcome(),
            "rejected:malformed");
}

TEST(DialectsOfSentilo, an_event_of_a_newer_platform) {
  const auto decoding = decoded(
      Format::sentilo,
      R"({"message":"8","timestamp":"18/11/2026T11:06:40","topic":"/data/app/sensor_1","type":"DATA",)"
      R"("sensor":"sensor_1","provider":"app","sensorType":"noise","time":1795000000000,)"
      R"("retryAttempt":1,"publisher":"app","publishedAt":1795000001500,"tenant":"","sender":"app"})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_EQ(decoding.report().result_time, at("2026-11-18T11:06:41.5Z"));
  EXPECT_THAT(decoding.readings(), ElementsAre("value=8"));
  // In milliseconds alone, and beside a text that is no time.
  for (const char* timestamp : {"", R"("timestamp":"soon",)"}) {
    EXPECT_EQ(decoded(Format::sentilo, R"({"message":"8","type":"DATA","sensor":"a",)" +
                                           std::string(timestamp) + R"("time":1795000000250})")
                  .report()
                  .time.start,
              at("2026-11-18T11:06:40.25Z"))
        << timestamp;
  }
  // Without a type the topic tells.
  EXPECT_EQ(decoded(Format::sentilo, R"({"message":"1","topic":"/data/p/RE8"})").report().device,
            "RE8");
  EXPECT_EQ(decoded(Format::sentilo, R"({"message":"1","topic":"/order/p"})").outcome(),
            "suppressed:command");
  EXPECT_EQ(decoded(Format::sentilo, R"({"message":"1","topic":"/alarm/x"})").outcome(),
            "suppressed:status");
  EXPECT_EQ(decoded(Format::sentilo, R"({"message":"1","type":"METRIC"})").outcome(),
            "suppressed:status");
}

TEST(DialectsOfSentilo, a_place_for_all_and_a_sensor_that_is_broken) {
  const auto decoding =
      decoded(Format::sentilo,
              R"({"sensors":[{"sensor":"a","location":"50.85 4.35","observations":[{"value":"1"},)"
              R"({"value":"2","location":"50.86 4.36"}]},{"observations":[{"value":"3"}]},)"
              R"({"sensor":"c","observations":[{"value":"4"}]}]})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_THAT(decoding.decoded.reports, SizeIs(4));
  ASSERT_TRUE(decoding.report(0).location && decoding.report(1).location);
  EXPECT_EQ(decoding.report(0).location->latitude, 50.85) << "of all its observations";
  EXPECT_EQ(decoding.report(1).location->latitude, 50.86) << "its own comes first";
  EXPECT_THAT(decoding.readings(2), ElementsAre("/sensors/1=!malformed"));
  EXPECT_EQ(decoding.report(3).device, "c");
  EXPECT_FALSE(decoding.report(3).location);
}

TEST(DialectsOfSensorthings, data_arrays) {
  const std::string group =
      R"({"Datastream":{"@iot.id":8},"components":["phenomenonTime","result","id"],"dataArray":[)"
      R"(["2026-11-18T11:00:00Z",20,"a"],["2026-11-18T11:05:00Z/2026-11-18T11:06:00Z",21.5,"b"],)"
      R"(["2026-11-18T11:07:00Z",null,"c"]]})";
  for (const std::string& payload : {"[" + group + "]", R"({"value":[)" + group + "]}", group}) {
    const auto decoding = decoded(Format::sensorthings, payload, "v1.1/CreateObservations");
    ASSERT_TRUE(decoding.ok()) << decoding.detail();
    ASSERT_THAT(decoding.decoded.reports, SizeIs(2));
    EXPECT_EQ(decoding.report(0).device, "8");
    EXPECT_EQ(decoding.report(0).sequence, "a");
    EXPECT_EQ(decoding.report(0).time.start, at("2026-11-18T11:00:00Z"));
    EXPECT_THAT(decoding.readings(0), ElementsAre("result=20"));
    EXPECT_EQ(decoding.report(1).time.end, at("2026-11-18T11:06:00Z"));
    EXPECT_THAT(decoding.readings(1), ElementsAre("result=21.5"));
  }
  for (const char* none :
       {"[]", "[1]", R"({"dataArray":[]})", R"([{"components":["result"]}])",
        R"([{"components":["result"],"dataArray":[7]}])",
        R"([{"components":["result"],"dataArray":[[7]]}])",
        R"([{"Datastream":{"@iot.id":1},"components":["result"],"dataArray":[[7],8]}])"}) {
    EXPECT_EQ(decoded(Format::sensorthings, none, "v1.1/CreateObservations").outcome(),
              "rejected:malformed")
        << none;
  }
}

TEST(DialectsOfSensorthings, several_properties_and_what_comes_along) {
  const auto decoding = decoded(
      Format::sensorthings,
      R"({"phenomenonTime":"2026-11-18T11:06:40Z","result":[25,65],"MultiDatastream":{"@iot.id":4,)"
      R"("unitOfMeasurements":[{"name":"degree Celsius","symbol":"C"},{"name":"p","symbol":"%"}],)"
      R"("ObservedProperties":[{"name":"temperature"},{"name":"humidity"}]},"FeatureOfInterest":)"
      R"({"feature":{"type":"Point","coordinates":[4.35,50.85]}}})",
      "v1.1/MultiDatastreams(4)/Observations");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(), ElementsAre("temperature=25 Cel", "humidity=65 %"));
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(
      decoded(Format::sensorthings, R"({"@iot.id":1,"name":"x"})", "v1.1/Datastreams(1)").outcome(),
      "suppressed:status");
  EXPECT_EQ(decoded(Format::sensorthings, R"({"name":"x"})", "v1.1/Datastreams(1)/Observations")
                .outcome(),
            "rejected:malformed");
}

TEST(DialectsOfUltralight, the_time_as_a_measure) {
  const auto decoding =
      decoded(Format::ultralight, "t|20|TimeInstant|2026-11-18T11:06:40Z#t|21", "/ul/k/d/attrs");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report(0).time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_THAT(decoding.readings(0), ElementsAre("t=20"));
  EXPECT_FALSE(decoding.report(1).time.start);
}

// The signs of a message that holds no reading: `70b3d57ed0001a2b -107 4.5 50`, `-` is absent.
std::vector<std::string> signs(const Decoding& decoding) {
  if (decoding.outcome() != "suppressed:status") return {decoding.outcome()};
  std::vector<std::string> lines;
  const auto text = [](const std::optional<double>& number) {
    return number ? testing::PrintToString(*number) : std::string("-");
  };
  for (const Sign& sign : decoding.decoded.signs) {
    lines.push_back(std::string(sign.device) + " " + text(sign.link.rssi) + " " +
                    text(sign.link.snr) + " " + text(sign.link.battery) +
                    (sign.gone ? " gone" : ""));
  }
  return lines;
}

TEST(Signs, a_status_event_of_chirpstack_tells_the_battery) {
  const auto status = [](Format format, const std::string& identity, const std::string& more) {
    return signs(decoded(format, "{" + identity + more + "}",
                         "application/7/device/70b3d57ed0001a2b/event/status"));
  };
  const auto v4 = [&](const std::string& more) {
    return status(Format::chirpstack_v4, R"("deviceInfo":{"devEui":"70b3d57ed0001a2b"})", more);
  };
  EXPECT_THAT(v4(R"(,"margin":10,"batteryLevel":75.5)"), ElementsAre("70b3d57ed0001a2b - - 75.5"));
  EXPECT_THAT(v4(R"(,"externalPowerSource":true,"batteryLevel":75.5)"),
              ElementsAre("70b3d57ed0001a2b - - -"));
  EXPECT_THAT(v4(R"(,"batteryLevelUnavailable":true,"batteryLevel":75.5)"),
              ElementsAre("70b3d57ed0001a2b - - -"));
  EXPECT_THAT(v4(R"(,"batteryLevel":0)"), ElementsAre("70b3d57ed0001a2b - - -"));
  EXPECT_THAT(v4(""), ElementsAre("70b3d57ed0001a2b - - -"));
  const auto v3 = [&](const std::string& more) {
    return status(Format::chirpstack_v3, R"("devEUI":"70b3d57ed0001a2b")", more);
  };
  EXPECT_THAT(v3(R"(,"batteryLevel":75.5)"), ElementsAre("70b3d57ed0001a2b - - 75.5"));
  EXPECT_THAT(v3(R"(,"battery":127)"), ElementsAre("70b3d57ed0001a2b - - 50"));
}

TEST(Signs, and_so_in_protobuf) {
  const auto field = [](int number, const std::string& bytes) {
    return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
  };
  const auto status = [&](const std::string& eui, const std::string& more) {
    return signs(decoded(Format::chirpstack_v4_protobuf,
                         field(1, "id") + field(3, field(8, eui)) + more,
                         "application/7/device/70b3d57ed0001a2b/event/status"));
  };
  const std::string eui = "70b3d57ed0001a2b";
  const std::string margin("\x28\x0A", 2);
  const std::string battery("\x45\x00\x00\x97\x42", 5);  // 75.5
  EXPECT_THAT(status(eui, margin + battery), ElementsAre("70b3d57ed0001a2b - - 75.5"));
  EXPECT_THAT(status(eui, std::string("\x30\x01", 2) + battery),
              ElementsAre("70b3d57ed0001a2b - - -"));
  EXPECT_THAT(status(eui, std::string("\x38\x01", 2) + battery),
              ElementsAre("70b3d57ed0001a2b - - -"));
  EXPECT_THAT(status("70b3d57ed0001a2c", battery), IsEmpty()) << "another device than the topic's";
  EXPECT_THAT(status(eui, "\x45"), IsEmpty()) << "broken";
}

// LoRaWAN allows frames without a payload: acknowledgements, answers to the network.
TEST(Signs, an_uplink_without_payload_shows_that_the_device_lives) {
  EXPECT_THAT(
      signs(decoded(Format::tts_v3,
                    R"({"end_device_ids":{"device_id":"d","dev_eui":"70B3D57ED0001A2B"},)"
                    R"("uplink_message":{"f_cnt":7,"rx_metadata":[{"rssi":-107,"snr":4.5}],)"
                    R"("last_battery_percentage":{"f_cnt":3,"value":87.5}}})")),
      ElementsAre("70b3d57ed0001a2b -107 4.5 87.5"));
  EXPECT_THAT(signs(decoded(Format::chirpstack_v4,
                            R"({"deviceInfo":{"devEui":"70b3d57ed0001a2b"},"fCnt":7,"data":"",)"
                            R"("rxInfo":[{"rssi":-107,"snr":4.5}]})")),
              ElementsAre("70b3d57ed0001a2b -107 4.5 -"));
  EXPECT_THAT(signs(decoded(Format::chirpstack_v3, R"({"devEUI":"70b3d57ed0001a2b","fPort":1})")),
              ElementsAre("70b3d57ed0001a2b - - -"));
  EXPECT_THAT(signs(decoded(Format::loriot, R"({"cmd":"rx","EUI":"70B3D57ED0001A2B","bat":254})")),
              ElementsAre("70b3d57ed0001a2b - - 100"));
  EXPECT_THAT(signs(decoded(Format::thingpark,
                            R"({"DevEUI_uplink":{"DevEUI":"70B3D57ED0001A2B","LrrRSSI":"-84",)"
                            R"("BatteryLevel":"127","payload_hex":""}})")),
              ElementsAre("70b3d57ed0001a2b -84 - 50"));
  const std::string identity = std::string("\x1A\x12\x42\x10", 4) + "70b3d57ed0001a2b";
  EXPECT_THAT(signs(decoded(Format::chirpstack_v4_protobuf, identity,
                            "application/7/device/70b3d57ed0001a2b/event/up")),
              ElementsAre("70b3d57ed0001a2b - - -"));
}

}  // namespace
}  // namespace senne::decode
