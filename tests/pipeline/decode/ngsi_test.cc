#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

Decoding ngsi(const std::string& json, Format format = Format::ngsi_ld) {
  return {route_of(format), json, "ngsi/x"};
}

TEST(Ngsi, four_forms_say_the_same) {
  const std::vector<std::string> forms = {
      R"({"id":"school-7","type":"AirQualityObserved","dateObserved":"2026-11-18T11:06:40",)"
      R"("location":{"type":"Point","coordinates":[4.35,50.85]},"temperature":12.2,"no2":69,)"
      R"("relativeHumidity":0.54,"refDevice":"dev-1","address":{"addressCountry":"BE"}})",
      R"({"id":"school-7","type":"AirQualityObserved","dateObserved":{"type":"DateTime",)"
      R"("value":"2026-11-18T11:06:40"},"location":{"type":"geo:json","value":{"type":"Point",)"
      R"("coordinates":[4.35,50.85]}},"temperature":{"type":"Number","value":12.2,"metadata":{}},)"
      R"("no2":{"type":"Number","value":69},"relativeHumidity":{"type":"Number","value":0.54},)"
      R"("refDevice":{"type":"Text","value":"dev-1"},"address":{"type":"StructuredValue","value":{}}})",
      R"({"id":"urn:ngsi-ld:AirQualityObserved:school-7","type":"AirQualityObserved",)"
      R"("dateObserved":"2026-11-18T11:06:40","location":{"type":"Point","coordinates":[4.35,50.85]},)"
      R"("temperature":12.2,"no2":69,"relativeHumidity":0.54,"refDevice":"urn:ngsi-ld:Device:dev-1",)"
      R"("@context":["https://example.org/context.jsonld"]})",
      R"({"id":"urn:ngsi-ld:AirQualityObserved:school-7","type":"AirQualityObserved",)"
      R"("dateObserved":{"type":"Property","value":{"@type":"DateTime","@value":"2026-11-18T11:06:40Z"}},)"
      R"("location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[4.35,50.85]}},)"
      R"("temperature":{"type":"Property","value":12.2},"no2":{"type":"Property","value":69},)"
      R"("relativeHumidity":{"type":"Property","value":0.54},)"
      R"("refDevice":{"type":"Relationship","object":"urn:ngsi-ld:Device:dev-1"},)"
      R"("@context":"https://example.org/context.jsonld"})"};
  for (const std::string& form : forms) {
    for (const Format format : {Format::ngsi_v2, Format::ngsi_ld}) {
      const Decoding decoding = ngsi(form, format);
      ASSERT_TRUE(decoding.ok()) << decoding.detail() << form;
      EXPECT_EQ(decoding.report().device, "dev-1");
      EXPECT_EQ(decoding.report().other_device, "school-7");
      EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
      ASSERT_TRUE(decoding.report().location);
      EXPECT_EQ(decoding.report().location->latitude, 50.85);
      EXPECT_EQ(decoding.report().location->longitude, 4.35);
      EXPECT_THAT(decoding.readings(),
                  ElementsAre("air_temperature=12.2 Cel", "no2=69", "relative_humidity=0.54 1"));
    }
  }
}

TEST(Ngsi, unit_codes_of_uncefact) {
  EXPECT_THAT(
      ngsi(
          R"({"id":"a","type":"WeatherObserved","co":{"type":"Property","value":0.5,"unitCode":"GP"},)"
          R"("windSpeed":{"type":"Property","value":9,"unitCode":"KNT"},)"
          R"("temperature":{"type":"Number","value":70,"metadata":{"unitCode":{"value":"FAH"}}},)"
          R"("no2":{"type":"Property","value":1,"unitCode":"XYZ"}})")
          .readings(),
      ElementsAre("co=0.5 mg/m3", "wind_speed=9 [kn_i]", "air_temperature=70 [degF]", "no2=1 XYZ"))
      << "a code that nobody knows must not become the usual unit";
}

TEST(Ngsi, a_humidity_over_one_is_no_fraction) {
  EXPECT_THAT(ngsi(R"({"id":"a","type":"WeatherObserved","relativeHumidity":54})").readings(),
              ElementsAre("relative_humidity=54"));
  EXPECT_THAT(ngsi(R"({"id":"a","type":"WeatherObserved","relativeHumidity":1})").readings(),
              ElementsAre("relative_humidity=1 1"));
}

TEST(Ngsi, attributes_of_the_models) {
  EXPECT_THAT(
      ngsi(R"({"id":"a","type":"TrafficFlowObserved","intensity":197,"occupancy":0.76,)"
           R"("averageVehicleSpeed":52.6,"reversedLane":false,"laneDirection":"forward"})")
          .readings(),
      ElementsAre("vehicle_count=197 {vehicle}", "occupancy=0.76 1", "vehicle_speed=52.6 km/h",
                  "reversedLane=false", "laneDirection='forward'"));
  EXPECT_THAT(ngsi(R"({"id":"a","type":"ParkingSpot","status":"free"})").readings(),
              ElementsAre("parking_occupied='free'"));
  EXPECT_THAT(ngsi(R"({"id":"a","type":"ParkingSpot","status":"unknown"})").readings(),
              ElementsAre("status='unknown'"));
  EXPECT_THAT(
      ngsi(R"({"id":"a","type":"Streetlight","powerState":"off","status":"ok"})").readings(),
      ElementsAre("switch_state='off'", "status='ok'"));
  EXPECT_THAT(ngsi(R"({"id":"a","type":"WasteContainer","fillingLevel":0.4})").readings(),
              ElementsAre("fill_level=0.4 1"));
}

TEST(Ngsi, times) {
  const auto time = [](const std::string& attributes) {
    return ngsi(R"({"id":"a","type":"T","co2":4,)" + attributes + "}").report().time;
  };
  const SentTime both =
      time(R"("dateObserved":"2026-11-18T10:00:00/2026-11-18T10:05:00",)"
           R"("dateObservedFrom":"2026-11-18T11:00:00Z","dateObservedTo":"2026-11-18T11:05:00Z")");
  EXPECT_EQ(both.start, at("2026-11-18T11:00:00Z")) << "these have a zone";
  EXPECT_EQ(both.end, at("2026-11-18T11:05:00Z"));
  const SentTime interval = time(R"("dateObserved":"2026-11-18T10:00:00/2026-11-18T10:05:00")");
  EXPECT_EQ(interval.start, at("2026-11-18T10:00:00Z")) << "without a zone it is UTC";
  EXPECT_EQ(interval.end, at("2026-11-18T10:05:00Z"));
  EXPECT_EQ(time(R"("observationDateTime":"2026-11-18T15:51:02+05:30")").start,
            at("2026-11-18T10:21:02Z"));
  EXPECT_TRUE(time(R"("dateObserved":"noon")").malformed);
  EXPECT_FALSE(time(R"("x":1)").start);
  const Decoding own = ngsi(
      R"({"id":"a","type":"T","dateObserved":"2026-11-18T11:00:00Z",)"
      R"("co2":{"type":"Property","value":4,"observedAt":"2026-11-18T11:01:00Z"},)"
      R"("no2":{"type":"Property","value":5,"observedAt":"2026-11-18T11:00:00Z"},)"
      R"("o3":{"type":"Number","value":6,"metadata":{"TimeInstant":{"type":"DateTime","value":"2026-11-18T11:02:00Z"}}}})");
  EXPECT_EQ(own.decoded.readings.at(0).time.start, at("2026-11-18T11:01:00Z"));
  EXPECT_FALSE(own.decoded.readings.at(1).time.start) << "the report's own";
  EXPECT_EQ(own.decoded.readings.at(2).time.start, at("2026-11-18T11:02:00Z"));
}

TEST(Ngsi, one_attribute_several_times) {
  EXPECT_THAT(
      ngsi(
          R"({"id":"a","type":"T","pm10":[{"type":"Property","value":4,)"
          R"("datasetId":"urn:ngsi-ld:Dataset:north"},{"type":"Property","value":5,)"
          R"("datasetId":"urn:ngsi-ld:Dataset:south"}],"category":["a","b"],"empty":[],)"
          R"("slots":{"free":25,"total":30},"name":"A-13","gone":{"type":"Property","value":null},)"
          R"("deleted":"urn:ngsi-ld:null","label":{"type":"LanguageProperty",)"
          R"("languageMap":{"fr":"Grand-Place","nl":"Grote Markt"}}})")
          .readings(),
      ElementsAre("pm10#north=4", "pm10#south=5", "category#0='a'", "category#1='b'",
                  "slots.free=25", "slots.total=30", "label.fr='Grand-Place'",
                  "label.nl='Grote Markt'"));
}

TEST(Ngsi, entities_in_arrays_notifications_and_batches) {
  const std::string two = R"([{"id":"a","type":"T","co2":1},{"id":"b","type":"T","co2":2}])";
  for (
      const std::string& json :
      {two, R"({"subscriptionId":"s","data":)" + two + "}",
       R"({"id":"urn:ngsi-ld:Notification:1","type":"Notification","data":)" + two + "}",
       R"({"metadata":{"Content-Type":"application/json"},"body":{"id":"n","type":"Notification","data":)" +
           two + "}}",
       R"({"actionType":"append","entities":)" + two + "}"}) {
    const Decoding decoding = ngsi(json);
    ASSERT_EQ(decoding.decoded.reports.size(), 2u) << json << decoding.detail();
    EXPECT_EQ(decoding.report(1).device, "b");
    EXPECT_THAT(decoding.readings(1), ElementsAre("co2=2"));
  }
}

TEST(Ngsi, what_is_no_observation_or_no_entity) {
  EXPECT_EQ(ngsi(R"({"id":"a","type":"T","name":"x","refDevice":"d"})").outcome(),
            "suppressed:status");
  EXPECT_EQ(ngsi("[]").outcome(), "suppressed:status");
  for (const char* json : {R"({"type":"T","co2":1})", R"({"id":"a","co2":1})", R"([1])", "7",
                           R"({"metadata":{},"body":{}})", R"({"id":1,"type":"T"})"}) {
    EXPECT_EQ(ngsi(json).outcome(), "rejected:malformed") << json;
  }
}

}  // namespace
}  // namespace senne::decode
