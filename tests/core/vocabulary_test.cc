#include "core/vocabulary.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace senne {
namespace {

struct Expected {
  std::string_view unit;
  std::string_view names;
};

// The table of properties as consumers were promised it.
constexpr std::array<Expected, 25> contract = {{
    {"Cel",
     "air_temperature soil_temperature water_temperature surface_temperature device_temperature"},
    {"%", "relative_humidity soil_moisture fill_level battery_level"},
    {"hPa", "air_pressure"},
    {"lx", "illuminance"},
    {"W/m2", "solar_irradiance"},
    {"mm", "rainfall"},
    {"mm/h", "rainfall_rate"},
    {"m", "water_level distance"},
    {"ug/m3", "pm1 pm2_5 pm4 pm10 no2 no o3 so2 co nh3"},
    {"[ppm]", "co2"},
    {"[ppb]", "voc"},
    {"dB[SPL]", "sound_level_a"},
    {"dB", "rssi snr"},
    {"m/s", "wind_speed wind_gust_speed"},
    {"deg", "wind_from_direction tilt latitude longitude"},
    {"km/h", "vehicle_speed"},
    {"m/s2", "acceleration_x acceleration_y acceleration_z"},
    {"V", "battery_voltage voltage"},
    {"A", "current"},
    {"W", "active_power"},
    {"kW.h", "energy"},
    {"Hz", "frequency"},
    {"{person}", "people_in people_out people_count"},
    {"1", "occupancy power_factor"},
    {"", "parking_occupied switch_state motion door_open tamper water_leak rain_detected"},
}};

std::set<std::string> words(std::string_view text) {
  std::set<std::string> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    found.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

std::string_view property_of(std::string_view source_name) {
  const auto alias = find_alias(source_name);
  return alias ? alias->property->name : "nobody knows";
}

TEST(vocabulary, holds_exactly_the_properties_of_the_contract) {
  std::set<std::string> promised = {"vehicle_count", "traffic_intensity", "pulse_count"};
  for (const auto& [unit, names] : contract) {
    for (const std::string& name : words(names)) {
      promised.insert(name);
      const Property* const property = find_property(name);
      ASSERT_NE(property, nullptr) << name;
      EXPECT_EQ(property->unit, unit) << name;
      EXPECT_EQ(property->kind, unit.empty() ? PropertyKind::flag : PropertyKind::number) << name;
    }
  }
  EXPECT_EQ(find_property("vehicle_count")->unit, "{vehicle}");
  EXPECT_EQ(find_property("traffic_intensity")->unit, "{vehicle}/h");
  EXPECT_EQ(find_property("pulse_count")->unit, "{pulse}");
  std::set<std::string> known;
  for (const Property& property : vocabulary()) known.emplace(property.name);
  EXPECT_EQ(known, promised);
  EXPECT_EQ(known.size(), vocabulary().size());
}

TEST(vocabulary, finds_a_property_by_its_exact_name_only) {
  EXPECT_EQ(find_property("air_temperature"), &vocabulary().front());
  EXPECT_EQ(find_property("Air_Temperature"), nullptr);
  EXPECT_EQ(find_property("temperature"), nullptr);
  EXPECT_EQ(find_property(""), nullptr);
}

TEST(vocabulary, every_property_is_found_by_its_own_name_as_an_alias) {
  for (const Property& property : vocabulary()) {
    const auto alias = find_alias(property.name);
    ASSERT_TRUE(alias) << property.name;
    EXPECT_EQ(alias->property, &property) << property.name;
    EXPECT_EQ(alias->assumed_unit.empty(), property.kind == PropertyKind::flag) << property.name;
  }
}

TEST(vocabulary, digits_behind_the_last_underscore_number_a_name) {
  const auto parts = [](std::string_view name) {
    const auto found = numbered_name(name);
    return found ? std::string(found->name) + "|" + std::string(found->number) : "";
  };
  EXPECT_EQ(parts("temperature_3"), "temperature|3");
  EXPECT_EQ(parts("a_b_00123"), "a_b|00123");
  EXPECT_EQ(parts("pm2_5"), "pm2|5");
  for (const char* name : {"", "_", "_3", "a_", "a_3b", "a3", "a_123456", "a_-1"}) {
    EXPECT_EQ(parts(name), "") << name;
  }
}

TEST(vocabulary, knows_the_names_that_sources_use) {
  for (const std::string_view name : {"temperature", "temp", "t", "T", "air_temp", "airTemp"}) {
    EXPECT_EQ(property_of(name), "air_temperature") << name;
  }
  for (const std::string_view name :
       {"humidity", "hum", "rh", "relativeHumidity", "relative-humidity", "RELATIVE_HUMIDITY"}) {
    EXPECT_EQ(property_of(name), "relative_humidity") << name;
  }
  EXPECT_EQ(property_of("barometric_pressure"), "air_pressure");
  EXPECT_EQ(property_of("LAeq"), "sound_level_a");
  EXPECT_EQ(property_of("battery"), "battery_level");
  EXPECT_EQ(property_of("batteryVoltage"), "battery_voltage");
  EXPECT_EQ(property_of("CO2"), "co2");
  EXPECT_EQ(property_of("pir"), "motion");
  EXPECT_EQ(property_of("windDirection"), "wind_from_direction");
}

TEST(vocabulary, a_separator_between_digits_tells_pm1_from_pm10) {
  for (const std::string_view name : {"pm25", "PM2.5", "pm2_5", "PM2-5", "pm_2_5"}) {
    EXPECT_EQ(property_of(name), "pm2_5") << name;
  }
  EXPECT_EQ(property_of("pm1.0"), "pm1");
  EXPECT_EQ(property_of("pm1_0"), "pm1");
  EXPECT_EQ(property_of("pm10"), "pm10");
  EXPECT_EQ(property_of("PM_10"), "pm10");
  EXPECT_EQ(property_of("pm10.0"), "pm10");
}

TEST(vocabulary, does_not_guess) {
  for (const std::string_view name : {"", "x", "value", "status", "temperature_3", "p", "level",
                                      "light_level", "battery_health", "_", "température"}) {
    EXPECT_FALSE(find_alias(name)) << name;
  }
  EXPECT_FALSE(find_alias(std::string(10'000, 't')));
}

TEST(vocabulary, assumes_the_unit_that_such_names_are_usually_given_in) {
  EXPECT_EQ(find_alias("temp")->assumed_unit, "Cel");
  EXPECT_EQ(find_alias("battery_mv")->assumed_unit, "mV");
  EXPECT_EQ(find_alias("distance")->assumed_unit, "mm");
  EXPECT_EQ(find_alias("accelerationX")->assumed_unit, "[g]");
}

TEST(Vocabulary, levels_and_directions_have_means_of_their_own) {
  for (const Property& property : vocabulary()) {
    Mean expected = Mean::arithmetic;
    if (property.name.starts_with("sound_level")) expected = Mean::energy;
    if (property.name == "wind_from_direction") expected = Mean::vector;
    EXPECT_EQ(property.mean, expected) << property.name;
    EXPECT_EQ(mean_of(property.name), expected) << property.name;
  }
  EXPECT_EQ(mean_of("raw.wind_from_direction"), Mean::arithmetic);
}

}  // namespace
}  // namespace senne
