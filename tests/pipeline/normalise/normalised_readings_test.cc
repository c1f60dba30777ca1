// What the readings of a report become: names, channels, values, samples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/pipeline/normalise/normalising.h"

namespace senne::normalise {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class normalised_readings : public Normalising {};

TEST_F(normalised_readings, gives_a_sample_for_each_number) {
  report_.time.start = received - seconds{2};
  add("temperature", 294.65, "K").channel = "roof";
  add("motion", true);
  add("wobble", 3.0);
  add("firmware", std::string_view("1.2"));
  collection();
  ASSERT_EQ(out_.samples.size(), 2U);
  const Sample& air = out_.samples[0];
  EXPECT_EQ(air.observation, 0U);
  EXPECT_EQ(air.datastream, "70b3d57ed0001a2b/air_temperature/roof");
  EXPECT_EQ(air.property, find_property("air_temperature"));
  EXPECT_EQ(air.unit, "Cel");
  EXPECT_DOUBLE_EQ(air.value, 21.5);
  EXPECT_EQ(air.time, received - seconds{2});
  EXPECT_EQ(air.interval, minutes{10});
  EXPECT_EQ(out_.samples[1].observation, 2U);
  EXPECT_EQ(out_.samples[1].datastream, "70b3d57ed0001a2b/raw.wobble");
  EXPECT_EQ(out_.samples[1].property, nullptr);
  EXPECT_EQ(out_.samples[1].unit, "1");
}

TEST_F(normalised_readings, views_of_many_samples_stay_valid_together) {
  for (int i = 0; i < 200; ++i) add("t", 1.0).channel = decoded_.keep(std::to_string(i));
  collection();
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(out_.samples[i].datastream, "70b3d57ed0001a2b/air_temperature/" + std::to_string(i));
  }
}

TEST_F(normalised_readings, stored_values_are_flagged) {
  report_.historical = true;
  add("temperature", 21.5, "Cel");
  EXPECT_THAT(flags(collection().quality()), ElementsAre(v1::HISTORICAL));
}

TEST_F(normalised_readings, a_calibration_holds_for_its_time_and_its_property) {
  configuration_.devices[0].calibration = {
      {"air_temperature", "", 2, 1, received - minutes{5}, received}};
  report_.time.start = received - minutes{1};
  add("temperature", 50.0, "[degF]");  // 10 Cel, measured
  add("humidity", 50.0, "%");
  add("temperature", 20.0, "Cel").time.start = received;
  add("temperature", 1e308, "Cel");
  const auto& out = collection();
  ASSERT_EQ(out.observations_size(), 3);
  EXPECT_EQ(out.observations(0).number(), 21);
  EXPECT_EQ(out_.samples[0].value, 21);
  EXPECT_EQ(out.observations(1).number(), 50);
  EXPECT_EQ(out.observations(2).number(), 20);
  ASSERT_EQ(out_.bad.size(), 1u);
  EXPECT_EQ(out_.bad[0].reason, DeadLetterReason::bad_value);
}

TEST_F(normalised_readings, an_assumed_unit_is_flagged_and_a_stated_one_is_not) {
  add("temperature", 21.5);
  add("temperature", 70.7, "[degF]");
  add("soil_moisture", 12.0, "%");
  const auto& out = collection();
  EXPECT_THAT(flags(out.observations(0).quality()), ElementsAre(v1::UNIT_ASSUMED));
  EXPECT_THAT(out.observations(1).quality(), IsEmpty());
  EXPECT_DOUBLE_EQ(out.observations(1).number(), 21.5);
}

TEST_F(normalised_readings, a_flag_has_no_unit_and_nothing_assumed) {
  add("door", std::string_view("open"));
  const auto& observation = collection().observations(0);
  EXPECT_EQ(observation.property(), "door_open");
  EXPECT_TRUE(observation.flag());
  EXPECT_EQ(observation.unit(), "");
  EXPECT_THAT(observation.quality(), IsEmpty());
}

TEST_F(normalised_readings, unknown_names_come_out_raw) {
  add("wobble", 3.0);
  add("serial", std::uint64_t{1} << 60);
  add("firmware", std::string_view("1.2"));
  add("armed", true);
  add("occupancy", true);
  const auto& out = collection();
  ASSERT_EQ(out.observations_size(), 5);
  EXPECT_EQ(out.observations(0).property(), "raw.wobble");
  EXPECT_EQ(out.observations(0).unit(), "1");
  EXPECT_EQ(out.observations(1).text(), "1152921504606846976");
  EXPECT_EQ(out.observations(1).unit(), "");
  EXPECT_EQ(out.observations(2).text(), "1.2");
  EXPECT_TRUE(out.observations(3).flag());
  EXPECT_EQ(out.observations(4).property(), "raw.occupancy");
  EXPECT_TRUE(out.observations(4).flag());
}

TEST_F(normalised_readings, a_count_under_the_name_of_a_flag_comes_out_raw_with_its_unit) {
  add("motion", std::int64_t{12});
  ASSERT_EQ(collection().observations_size(), 1);
  const auto& observation = out_.collection.observations(0);
  EXPECT_EQ(observation.property(), "raw.motion");
  EXPECT_EQ(observation.number(), 12);
  EXPECT_EQ(observation.unit(), "1");
}

TEST_F(normalised_readings, a_second_sensor_has_its_channel_from_its_name) {
  add("temperature", 21.5);
  add("externalTemperature", 4.0);
  add("external_temperature_2", 5.0);
  add("externalTemperature", 6.0).channel = "3";
  const auto& out = collection();
  EXPECT_EQ(out.observations(0).channel(), "");
  EXPECT_EQ(out.observations(1).property(), "air_temperature");
  EXPECT_EQ(out.observations(1).channel(), "external");
  EXPECT_EQ(out.observations(2).channel(), "external.2");
  EXPECT_EQ(out.observations(3).channel(), "external.3");
}

TEST_F(normalised_readings, a_bad_reading_leaves_the_others_whole) {
  add("temperature", 21.5, "furlong");
  add("humidity", 45.0, "%");
  add("co2", std::string_view("n/a"));
  add("pressure", 1013.0, "hPa").bad = DeadLetterReason::malformed;
  add("t", 1.0, "Cel").channel = "\xFF";
  const std::string long_channel(RouteNames::name_bytes_max + 1, 'c');
  add("t", 1.0, "Cel").channel = long_channel;
  add("\xFF", 1.0);
  const auto& out = collection();
  ASSERT_EQ(out.observations_size(), 1);
  EXPECT_EQ(out.observations(0).property(), "relative_humidity");
  EXPECT_EQ(out_.samples.at(0).observation, 0U);
  std::vector<std::pair<std::string, DeadLetterReason>> bad;
  for (const BadReading& reading : out_.bad) bad.emplace_back(reading.name, reading.reason);
  EXPECT_THAT(bad, ElementsAre(std::pair{"temperature", DeadLetterReason::bad_unit},
                               std::pair{"co2", DeadLetterReason::bad_value},
                               std::pair{"pressure", DeadLetterReason::malformed},
                               std::pair{"t", DeadLetterReason::bad_value},
                               std::pair{"t", DeadLetterReason::limit},
                               std::pair{"", DeadLetterReason::bad_value}));
}

TEST_F(normalised_readings, channels_are_the_reading_s_or_the_number_behind_the_name) {
  add("temperature_3", 1.0, "Cel");
  add("temperature", 1.0, "Cel").channel = "a";
  const auto& out = collection();
  EXPECT_EQ(out.observations(0).channel(), "3");
  EXPECT_EQ(out.observations(1).channel(), "a");
}

TEST_F(normalised_readings, takes_only_the_report_s_own_readings) {
  add("temperature", 1.0, "Cel");
  add("temperature", 2.0, "Cel");
  add("temperature", 3.0, "Cel");
  report_.first_reading = 1;
  report_.reading_count = 1;
  ASSERT_EQ(collection().observations_size(), 1);
  EXPECT_EQ(out_.collection.observations(0).number(), 2.0);
}

TEST_F(normalised_readings, what_identifies_a_person_stays_here) {
  add("IBEACON.MAC", std::string_view("A4C138112233"));
  add("action_code", std::int64_t{4711});
  add("contactPoint.email", std::string_view("jan@example.org"));
  add("vehiclePlateIdentifier", std::string_view("1-ABC-234"));
  add("machine", std::string_view("on"));
  add("temperature", 21.5, "Cel");
  const auto& out = collection();
  ASSERT_EQ(out.observations_size(), 2);
  EXPECT_EQ(out.observations(0).property(), "raw.machine");
  EXPECT_EQ(out_.personal, 4u);
  EXPECT_TRUE(out_.bad.empty());
}

}  // namespace
}  // namespace senne::normalise
