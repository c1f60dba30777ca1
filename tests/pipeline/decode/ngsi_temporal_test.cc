// Entities of NGSI-LD over time, and batches of which a part is broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Decoding ngsi(const std::string& json) { return {route_of(Format::ngsi_ld), json, "ngsi/x"}; }

// The times that the readings of a report say for themselves.
std::vector<std::optional<Instant>> times_of(const Decoding& decoding) {
  std::vector<std::optional<Instant>> times;
  for (const RawReading& reading : decoding.decoded.readings) times.push_back(reading.time.start);
  return times;
}

TEST(NgsiTemporal, an_array_of_an_attribute_is_a_reading_each) {
  const auto decoding = ngsi(
      R"({"id":"urn:ngsi-ld:WeatherObserved:mast-2","type":"WeatherObserved","temperature":[)"
      R"({"type":"Property","value":9.5,"unitCode":"CEL","observedAt":"2026-11-18T11:00:00Z",)"
      R"("instanceId":"urn:ngsi-ld:Instance:1"},)"
      R"({"type":"Property","value":9.7,"unitCode":"CEL","observedAt":"2026-11-18T11:10:00Z"}]})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "mast-2");
  EXPECT_THAT(decoding.readings(),
              ElementsAre("air_temperature=9.5 Cel", "air_temperature=9.7 Cel"));
  EXPECT_THAT(times_of(decoding),
              ElementsAre(at("2026-11-18T11:00:00Z"), at("2026-11-18T11:10:00Z")));
}

TEST(NgsiTemporal, simplified_values_are_pairs_of_value_and_time) {
  const auto decoding = ngsi(
      R"({"id":"urn:ngsi-ld:WeatherObserved:mast-2","type":"WeatherObserved",)"
      R"("temperature":{"type":"Property","values":[[9.5,"2026-11-18T11:00:00Z"],)"
      R"([9.7,"2026-11-18T11:10:00Z"]]},"windSpeed":{"type":"Property","unitCode":"KNT",)"
      R"("values":[[4,"2026-11-18T11:00:00.25Z"]]},)"
      R"("note":{"type":"LanguageProperty","languageMaps":[[{"fr":"pluie","nl":"regen"},"2026-11-18T11:00:00Z"]]},)"
      R"("list":{"type":"ListProperty","valueLists":[[[1,2],"2026-11-18T11:00:00Z"]]},)"
      R"("refParkingSite":{"type":"Relationship","objects":[["urn:ngsi-ld:ParkingSite:1","2026-11-18T11:00:00Z"]]}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(), ElementsAre("air_temperature=9.5 Cel", "air_temperature=9.7 Cel",
                                               "wind_speed=4 [kn_i]", "note.fr='pluie'",
                                               "note.nl='regen'", "list#0=1", "list#1=2"));
  const auto times = times_of(decoding);
  EXPECT_EQ(times[0], at("2026-11-18T11:00:00Z"));
  EXPECT_EQ(times[1], at("2026-11-18T11:10:00Z"));
  EXPECT_EQ(times[2], at("2026-11-18T11:00:00.25Z"));
  EXPECT_EQ(times[6], at("2026-11-18T11:00:00Z"));
}

TEST(NgsiTemporal, aggregated_values_have_a_period_and_the_name_of_their_method) {
  const auto decoding =
      ngsi(R"({"id":"urn:ngsi-ld:WeatherObserved:mast-2","type":"WeatherObserved","temperature":{)"
           R"("type":"Property","max":[[9.7,"2026-11-18T11:00:00Z","2026-11-18T11:10:00Z"]],)"
           R"("avg":[[9.6,"2026-11-18T11:00:00Z","2026-11-18T11:10:00Z"]]}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(), ElementsAre("temperature.max=9.7", "temperature.avg=9.6"));
  const SentTime& time = decoding.decoded.readings[0].time;
  EXPECT_EQ(time.start, at("2026-11-18T11:00:00Z"));
  EXPECT_EQ(time.end, at("2026-11-18T11:10:00Z"));
}

TEST(NgsiTemporal, a_pair_that_is_none_is_bad_alone) {
  const auto decoding =
      ngsi(R"({"id":"a","type":"T","co2":{"values":[[4,"2026-11-18T11:00:00Z"],[5],6,)"
           R"([7,"soon"]]}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_THAT(decoding.readings(),
              ElementsAre("co2=4", "co2=!malformed", "co2=!malformed", "co2=7"));
  EXPECT_TRUE(decoding.decoded.readings[3].time.malformed);
}

TEST(NgsiTemporal, a_value_with_such_a_member_is_no_series) {
  EXPECT_THAT(ngsi(R"({"id":"a","type":"T","x":{"values":[1,2]},"y":{"value":3,"max":[[4,"t"]]},)"
                   R"("z":{"max":4}})")
                  .readings(),
              ElementsAre("x.values#0=1", "x.values#1=2", "y=3", "z.max=4"));
}

TEST(NgsiBatch, a_broken_entity_spoils_itself_alone) {
  const std::string three =
      R"([{"id":"a","type":"T","co2":1},{"id":"b","co2":2},{"id":"c","type":"T","co2":3}])";
  struct Form {
    std::string json;
    std::string place;
  };
  for (const Form& form :
       {Form{three, "/1"}, Form{R"({"subscriptionId":"s","data":)" + three + "}", "/data/1"},
        Form{R"({"actionType":"append","entities":)" + three + "}", "/entities/1"},
        Form{R"({"metadata":{},"body":{"data":)" + three + "}}", "/body/data/1"}}) {
    const auto decoding = ngsi(form.json);
    ASSERT_TRUE(decoding.ok()) << form.json << decoding.detail();
    ASSERT_THAT(decoding.decoded.reports, SizeIs(3)) << form.json;
    EXPECT_THAT(decoding.readings(0), ElementsAre("co2=1"));
    EXPECT_THAT(decoding.readings(1), ElementsAre(form.place + "=!malformed"));
    EXPECT_EQ(decoding.report(1).device, "");
    EXPECT_THAT(decoding.readings(2), ElementsAre("co2=3"));
  }
  const auto features = ngsi(
      R"({"type":"FeatureCollection","features":[7,{"id":"a","type":"Feature","geometry":{)"
      R"("type":"Point","coordinates":[4.35,50.85]},"properties":{"type":"T","co2":{"type":"Property","value":1}}}]})");
  ASSERT_TRUE(features.ok()) << features.detail();
  EXPECT_THAT(features.readings(0), ElementsAre("/features/0=!malformed"));
  EXPECT_THAT(features.readings(1), ElementsAre("co2=1"));
}

TEST(NgsiBatch, of_which_nothing_is_good) {
  const auto broken = ngsi(R"([{"id":"a","type":"T","name":"x"},{"id":"b","co2":2},3])");
  EXPECT_EQ(broken.outcome(), "rejected:malformed") << "a description says nothing";
  EXPECT_THAT(broken.detail(), HasSubstr("/1/id"));
  EXPECT_EQ(ngsi(R"([{"id":"a","type":"T","name":"x"}])").outcome(), "suppressed:status");
}

}  // namespace
}  // namespace senne::decode
