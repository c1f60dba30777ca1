#include "pipeline/normalise/names.h"

#include <gtest/gtest.h>

#include <string>

namespace senne::normalise {
namespace {

RawReading reading(std::string_view name, std::string_view unit = {},
                   UnitSystem system = UnitSystem::none) {
  RawReading reading;
  reading.name = name;
  reading.unit = unit;
  reading.unit_system = system;
  return reading;
}

class names : public testing::Test {
 protected:
  const Meaning& meaning(const RawReading& given) { return route_names().meaning(given); }
  RouteNames& route_names() {
    if (!names_) names_.emplace(route_);
    return *names_;
  }
  Route route_;
  std::optional<RouteNames> names_;
};

TEST_F(names, a_unit_taken_from_the_alias_is_assumed) {
  const Meaning& found = meaning(reading("temp"));
  EXPECT_EQ(found.name, "air_temperature");
  EXPECT_TRUE(found.unit_assumed);
  EXPECT_TRUE(found.conversion.identity());
}

TEST_F(names, a_stated_unit_wins_over_the_route_s) {
  route_.units["temp"] = "K";
  const Meaning& found = meaning(reading("temp", "[degF]", UnitSystem::ucum));
  EXPECT_FALSE(found.unit_assumed);
  EXPECT_DOUBLE_EQ(found.conversion(212), 100);
}

TEST_F(names, the_route_s_unit_wins_over_the_alias_s) {
  route_.units["temp"] = "K";
  const Meaning& found = meaning(reading("temp"));
  EXPECT_FALSE(found.unit_assumed);
  EXPECT_DOUBLE_EQ(found.conversion(300.15), 27);
}

TEST_F(names, a_mapping_that_names_a_property_without_a_unit_means_the_canonical_one) {
  route_.format = Format::mapping;
  const Meaning& found = meaning(reading("distance"));
  EXPECT_FALSE(found.alias);
  EXPECT_FALSE(found.unit_assumed);
  EXPECT_TRUE(found.conversion.identity());
}

TEST_F(names, the_same_name_sent_by_a_device_is_an_alias) {
  const Meaning& found = meaning(reading("distance"));
  EXPECT_TRUE(found.alias);
  EXPECT_TRUE(found.unit_assumed);
  EXPECT_DOUBLE_EQ(found.conversion(1500), 1.5);
}

TEST_F(names, a_unit_of_another_quantity_is_bad) {
  EXPECT_EQ(meaning(reading("temp", "hPa")).bad, DeadLetterReason::bad_unit);
  route_.units["humidity"] = "Cel";
  EXPECT_EQ(meaning(reading("humidity")).bad, DeadLetterReason::bad_unit);
}

TEST_F(names, a_number_behind_the_name_is_the_channel) {
  const Meaning& found = meaning(reading("temperature_3"));
  EXPECT_EQ(found.name, "air_temperature");
  EXPECT_EQ(found.channel, "3");
  EXPECT_EQ(meaning(reading("digital_in_2")).name, "raw.digital_in_2");
  EXPECT_EQ(meaning(reading("temperature_1234")).name, "raw.temperature_1234");
  EXPECT_EQ(meaning(reading("pm_10")).name, "pm10");
  EXPECT_EQ(meaning(reading("no_1")).name, "raw.no_1");
}

TEST_F(names, a_number_behind_the_name_stays_there_when_the_reading_has_a_channel) {
  RawReading given = reading("temperature_3");
  EXPECT_EQ(meaning(given).channel, "3");
  given.channel = "b";
  EXPECT_EQ(meaning(given).name, "raw.temperature_3");
}

TEST_F(names, the_route_s_unit_of_the_bare_name_holds_for_its_channels) {
  route_.units["temperature"] = "[degF]";
  route_.units["temperature_2"] = "K";
  EXPECT_DOUBLE_EQ(meaning(reading("temperature_1")).conversion(212), 100);
  EXPECT_DOUBLE_EQ(meaning(reading("temperature_2")).conversion(273.15), 0);
}

TEST_F(names, the_route_s_unit_of_a_numbered_name_holds_where_the_number_is_the_channel) {
  route_.units["temperature"] = "[degF]";
  route_.units["temperature_2"] = "K";
  const auto channel = [](std::string_view number, std::string_view unit = {}) {
    RawReading given = reading("temperature", unit, UnitSystem::ucum);
    given.channel = number;
    return given;
  };
  for (int again = 0; again < 2; ++again) {
    EXPECT_DOUBLE_EQ(meaning(channel("2")).conversion(273.15), 0);
    EXPECT_FALSE(meaning(channel("2")).unit_assumed);
    EXPECT_DOUBLE_EQ(meaning(channel("1")).conversion(212), 100);
    EXPECT_DOUBLE_EQ(meaning(channel("22")).conversion(212), 100);
    EXPECT_DOUBLE_EQ(meaning(channel("")).conversion(212), 100);
    EXPECT_DOUBLE_EQ(meaning(channel("2", "Cel")).conversion(21), 21);
  }
}

TEST_F(names, nothing_is_dropped_for_want_of_a_name) {
  EXPECT_EQ(meaning(reading("wobble")).name, "raw.wobble");
  EXPECT_EQ(meaning(reading("")).name, "raw.value");
  EXPECT_EQ(meaning(reading("wobble")).property, nullptr);
}

TEST_F(names, what_a_reading_calls_raw_is_raw_whatever_else_its_name_could_mean) {
  for (const char* name : {"pressure_2", "temperature_3", "temperature", "air_temperature"}) {
    RawReading given = reading(name, "bar");
    given.raw = true;
    const Meaning& found = meaning(given);
    EXPECT_EQ(found.name, std::string("raw.") + name);
    EXPECT_EQ(found.channel, "");
    EXPECT_FALSE(found.bad);
    given.raw = false;
    EXPECT_NE(meaning(given).property, nullptr) << name;
  }
}

TEST_F(names, an_over_long_name_is_over_the_limit) {
  const std::string longest(RouteNames::name_bytes_max, 'n');
  EXPECT_FALSE(meaning(reading(longest)).bad);
  EXPECT_EQ(meaning(reading(longest + "n")).bad, DeadLetterReason::limit);
}

TEST_F(names, invalid_utf8_is_bad) {
  EXPECT_EQ(meaning(reading("temp\xFF")).bad, DeadLetterReason::bad_value);
}

TEST_F(names, the_same_name_in_two_units_means_two_things) {
  EXPECT_DOUBLE_EQ(meaning(reading("temp", "K")).conversion(273.15), 0);
  EXPECT_DOUBLE_EQ(meaning(reading("temp", "[degF]")).conversion(32), 0);
  EXPECT_DOUBLE_EQ(meaning(reading("temp", "K")).conversion(273.15), 0);
  EXPECT_EQ(meaning(reading("hum", "/", UnitSystem::ucum)).bad, DeadLetterReason::bad_unit);
  EXPECT_FALSE(meaning(reading("hum", "/", UnitSystem::senml)).bad);
}

TEST_F(names, more_names_than_are_remembered_are_still_understood) {
  for (std::size_t i = 0; i < 2 * RouteNames::meanings_max; ++i) {
    const std::string name = "n" + std::to_string(i);
    ASSERT_EQ(meaning(reading(name)).name, "raw." + name);
  }
  EXPECT_EQ(meaning(reading("temp")).name, "air_temperature");
  EXPECT_EQ(meaning(reading("n1")).name, "raw.n1");
}

}  // namespace
}  // namespace senne::normalise
