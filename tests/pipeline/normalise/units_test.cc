#include "pipeline/normalise/units.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>

#include "tests/support/sample_data.h"

namespace senne::normalise {
namespace {

const Property& property(std::string_view name) {
  const Property* const found = find_property(name);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

struct Case {
  std::string_view property;
  std::string_view unit;
  double value;
  double expected;
};

void expect_conversion(const Case& expected, UnitSystem system) {
  const auto found = conversion(property(expected.property), expected.unit, system);
  ASSERT_TRUE(found) << expected.property << " in " << expected.unit;
  EXPECT_DOUBLE_EQ((*found)(expected.value), expected.expected)
      << expected.property << " in " << expected.unit;
}

bool refused(std::string_view name, std::string_view unit, UnitSystem system) {
  const auto found = conversion(property(name), unit, system);
  return !found && found.error() == DeadLetterReason::bad_unit;
}

TEST(units, converts_ucum_codes_to_the_canonical_unit) {
  for (const Case& expected : {
           Case{"air_temperature", "[degF]", 212, 100},
           {"air_temperature", "[degF]", -40, -40},
           {"air_temperature", "[degF]", 32, 0},
           {"air_temperature", "K", 273.15, 0},
           {"air_temperature", "dCel", 215, 21.5},
           {"relative_humidity", "1", 0.45, 45},
           {"air_pressure", "Pa", 101325, 1013.25},
           {"air_pressure", "kPa", 101.325, 1013.25},
           {"air_pressure", "mbar", 1013.25, 1013.25},
           {"air_pressure", "bar", 1, 1000},
           {"illuminance", "klx", 1.5, 1500},
           {"rainfall", "[in_i]", 1, 25.4},
           {"rainfall", "L/m2", 3, 3},
           {"rainfall_rate", "mm/min", 1, 60},
           {"distance", "mm", 1234, 1.234},
           {"distance", "[ft_i]", 10, 3.048},
           {"water_level", "cm", 42, 0.42},
           {"pm10", "mg/m3", 0.02, 20},
           {"pm10", "ng/m3", 20000, 20},
           {"co2", "[ppb]", 400000, 400},
           {"voc", "[ppm]", 1.5, 1500},
           {"sound_level_a", "B[SPL]", 6, 60},
           {"rssi", "dB[W]", -120, -90},
           {"wind_speed", "km/h", 36, 10},
           {"wind_speed", "[kn_i]", 900, 463},
           {"wind_speed", "[mi_i]/h", 1, 0.44704},
           {"vehicle_speed", "m/s", 10, 36},
           {"vehicle_speed", "[mi_i]/h", 1, 1.609344},
           {"tilt", "rad", 3.14159265358979323846, 180},
           {"acceleration_x", "[g]", 1, 9.80665},
           {"battery_voltage", "mV", 3600, 3.6},
           {"current", "mA", 250, 0.25},
           {"active_power", "kW", 1.2, 1200},
           {"energy", "W.h", 1500, 1.5},
           {"energy", "J", 3.6e6, 1},
           {"energy", "MJ", 3.6, 1},
           {"frequency", "MHz", 868.5, 868500000},
           {"traffic_intensity", "{vehicle}/min", 2, 120},
           {"people_count", "1", 7, 7},
           {"occupancy", "%", 76, 0.76},
       }) {
    expect_conversion(expected, UnitSystem::ucum);
  }
}

TEST(units, converts_the_senml_registry) {
  for (const Case& expected : {
           Case{"relative_humidity", "%RH", 45.5, 45.5},
           {"relative_humidity", "/", 0.455, 45.5},
           {"battery_level", "%EL", 80, 80},
           {"latitude", "lat", 50.85, 50.85},
           {"longitude", "lon", 4.35, 4.35},
           {"air_temperature", "K", 300.15, 27},
           {"air_temperature", "Cel", 27, 27},
           {"rssi", "dBW", -120, -90},
           {"rssi", "dBm", -90, -90},
           {"battery_voltage", "mV", 3600, 3.6},
           {"energy", "kWh", 12, 12},
           {"energy", "J", 3600000, 1},
           {"air_pressure", "Pa", 101325, 1013.25},
           {"occupancy", "/100", 76, 0.76},
           {"people_count", "count", 3, 3},
           {"pm2_5", "kg/m3", 2e-8, 20},
           {"rainfall_rate", "m/s", 1e-6, 3.6},
           {"acceleration_z", "gravity", 1, 9.80665},
           {"co2", "ppm", 412, 412},
       }) {
    expect_conversion(expected, UnitSystem::senml);
  }
  EXPECT_TRUE(refused("relative_humidity", "/", UnitSystem::ucum));
  EXPECT_TRUE(refused("latitude", "lon", UnitSystem::senml));
  EXPECT_TRUE(refused("snr", "dBW", UnitSystem::senml));
}

TEST(units, reads_what_sources_write_where_it_can_mean_one_thing_only) {
  for (const Case& expected : {
           Case{"air_temperature", "°C", 21, 21},
           {"air_temperature", "°F", 212, 100},
           {"pm10", "µg/m³", 20, 20},       // U+00B5
           {"pm10", "\u03BCg/m³", 20, 20},  // Greek mu
           {"pm10", "ug/m^3", 20, 20},
           {"pm10", "mg / m3", 0.02, 20},
           {"sound_level_a", "dB(A)", 60, 60},
           {"sound_level_a", "dBA", 60, 60},
           {"solar_irradiance", "W/m²", 800, 800},
           {"acceleration_x", "m/s²", 1, 1},
           {"co2", "ppm", 412, 412},
           {"energy", "kWh", 1, 1},
           {"rssi", "dBm", -90, -90},
       }) {
    expect_conversion(expected, UnitSystem::none);
    expect_conversion(expected, UnitSystem::ucum);
  }
}

TEST(units, an_informal_unit_that_ucum_gives_another_meaning_is_read_only_where_none_is_declared) {
  expect_conversion({"acceleration_x", "g", 1, 9.80665}, UnitSystem::none);
  expect_conversion({"wind_speed", "mph", 1, 0.44704}, UnitSystem::none);
  EXPECT_TRUE(refused("acceleration_x", "g", UnitSystem::ucum));
  EXPECT_TRUE(refused("acceleration_x", "g", UnitSystem::senml));
  EXPECT_TRUE(refused("wind_speed", "mph", UnitSystem::ucum));
}

TEST(units, refuses_what_is_unknown_or_measures_something_else) {
  for (const auto system : {UnitSystem::none, UnitSystem::ucum, UnitSystem::senml}) {
    EXPECT_TRUE(refused("air_temperature", "C", system));  // the coulomb
    EXPECT_TRUE(refused("air_temperature", "F", system));  // the farad
    EXPECT_TRUE(refused("air_temperature", "hPa", system));
    EXPECT_TRUE(refused("air_temperature", "cel", system));
    EXPECT_TRUE(refused("air_temperature", "", system));
    EXPECT_TRUE(refused("air_temperature", std::string(100'000, ' '), system));
    EXPECT_TRUE(refused("pm10", "[ppb]", system));  // particles have no molar mass
    EXPECT_TRUE(refused("voc", "ug/m3", system));   // nor has a mixture
    EXPECT_TRUE(refused("people_count", "{vehicle}", system));
    EXPECT_TRUE(refused("motion", "1", system));
  }
}

// 1 mol at 20 Cel and 101.3 kPa takes 24.061 L: 1 ppb NO2 is 46.005 / 24.061 = 1.912 ug/m3. EN
// 14211 gives 1.91 for NO2 and 1.25 for NO, EN 14625 2.00 for O3, EN 14212 2.66 for SO2.
TEST(units, converts_gases_at_the_reference_conditions_of_the_eu) {
  const auto one_ppb = [](std::string_view gas) {
    return conversion(property(gas), "[ppb]", UnitSystem::ucum).value()(1);
  };
  EXPECT_NEAR(one_ppb("no2"), 1.912, 0.0005);
  EXPECT_NEAR(one_ppb("no"), 1.247, 0.0005);
  EXPECT_NEAR(one_ppb("o3"), 1.995, 0.0005);
  EXPECT_NEAR(one_ppb("so2"), 2.662, 0.0005);
  EXPECT_NEAR(one_ppb("co"), 1.164, 0.0005);
  EXPECT_NEAR(one_ppb("nh3"), 0.708, 0.0005);
  const auto ppm = conversion(property("co"), "ppm", UnitSystem::none);
  EXPECT_NEAR(ppm.value()(1), 1164.1, 0.5);
}

TEST(units, takes_every_plausible_code_of_the_shared_list) {
  SENNE_NEEDS_SAMPLES("standards");
  std::ifstream file(sample_data("standards") / "ucum_codes.tsv");
  ASSERT_TRUE(file);
  // Of quantities that no property measures.
  const std::set<std::string> elsewhere = {"dB[mW]", "By",  "kBy", "MBy", "bit/s",   "Mbit/s", "s",
                                           "ms",     "min", "h",   "kg",  "{index}", "MHz2"};
  std::size_t taken = 0;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream columns(line);
    std::string quantity;
    std::string codes;
    std::getline(columns, quantity, '\t');
    std::getline(columns, codes, '\t');
    for (char& c : codes) c = c == '(' || c == ')' || c == ',' ? ' ' : c;
    std::istringstream each(codes);
    for (std::string code; each >> code;) {
      if (code == "or" || elsewhere.contains(code)) continue;
      bool known = false;
      for (const Property& candidate : vocabulary()) {
        known = known || conversion(candidate, code, UnitSystem::ucum).has_value();
      }
      EXPECT_TRUE(known) << quantity << ": " << code;
      ++taken;
    }
  }
  EXPECT_GT(taken, 25U);
}

RC_GTEST_PROP(units, the_canonical_unit_returns_every_value_bit_by_bit, ()) {
  const auto& any =
      *rc::gen::elementOf(std::vector<Property>(vocabulary().begin(), vocabulary().end()));
  RC_PRE(any.kind == PropertyKind::number);
  const double value = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
  RC_PRE(!std::isnan(value));
  const double converted = conversion(any, any.unit, UnitSystem::ucum).value()(value);
  RC_ASSERT(std::bit_cast<std::uint64_t>(converted) == std::bit_cast<std::uint64_t>(value));
}

// Decimal prefixes: what a device states in thousandths is the double nearest to the exact
// quotient, as if it had stated the canonical unit with three decimals.
RC_GTEST_PROP(units, thousandths_are_rounded_once, ()) {
  const auto thousandths = *rc::gen::inRange<std::int64_t>(-1'000'000'000, 1'000'000'000);
  const double converted = conversion(property("battery_voltage"), "mV", UnitSystem::ucum)
                               .value()(static_cast<double>(thousandths));
  const std::string text = std::to_string(thousandths) + "e-3";
  RC_ASSERT(converted == std::strtod(text.c_str(), nullptr));
}

// Two units of one property lead to the same value from the same fact.
RC_GTEST_PROP(units, chains_agree, ()) {
  struct Chain {
    std::string_view property;
    std::string_view a;
    std::string_view b;
    double b_per_a;
  };
  const auto chain = *rc::gen::elementOf(std::vector<Chain>{
      {"air_pressure", "kPa", "Pa", 1000},
      {"wind_speed", "km/h", "m/min", 1000.0 / 60},
      {"vehicle_speed", "[mi_i]/h", "[kn_i]", 1609.344 / 1852},
      {"distance", "[ft_i]", "[in_i]", 12},
      {"energy", "MW.h", "GJ", 3.6},
      {"rainfall_rate", "[in_i]/h", "mm/min", 25.4 / 60},
      {"no2", "[ppm]", "[ppb]", 1000},
      {"acceleration_y", "[g]", "cm/s2", 980.665},
      {"traffic_intensity", "{vehicle}/s", "{vehicle}/min", 60},
  });
  const double value = *rc::gen::inRange(-1'000'000, 1'000'000) / 64.0;
  const Property& measured = property(chain.property);
  const double from_a = conversion(measured, chain.a, UnitSystem::ucum).value()(value);
  const double from_b =
      conversion(measured, chain.b, UnitSystem::ucum).value()(value * chain.b_per_a);
  RC_ASSERT(std::abs(from_a - from_b) <= 8 * std::numeric_limits<double>::epsilon() *
                                             std::max(std::abs(from_a), std::abs(from_b)));
}

}  // namespace
}  // namespace senne::normalise
