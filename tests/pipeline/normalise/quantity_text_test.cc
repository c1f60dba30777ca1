#include "pipeline/normalise/quantity_text.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace senne::normalise {
namespace {

class quantity_text : public testing::Test {
 protected:
  // `21.5|°C`, or `-` where the reading stays as it is.
  std::string apart(std::string_view name, Value value, std::string_view unit = {},
                    bool raw = false) {
    RawReading reading;
    reading.name = name;
    reading.value = value;
    reading.unit = unit;
    reading.raw = raw;
    std::optional<RawReading> scratch;
    const RawReading& result = with_unit_apart(reading, names_, scratch);
    if (&result == &reading) return "-";
    EXPECT_EQ(result.unit_system, UnitSystem::none);
    return std::string(std::get<std::string_view>(result.value)) + "|" + std::string(result.unit);
  }

  Route route_;
  RouteNames names_{route_};
};

TEST_F(quantity_text, a_number_with_a_unit_that_can_measure_the_property) {
  EXPECT_EQ(apart("temp_SOIL", "30.11 °C"), "30.11|°C");
  EXPECT_EQ(apart("humidity", "45%"), "45|%");
  EXPECT_EQ(apart("co2", " 612 ppm"), "-") << "a text that begins with a blank";
  EXPECT_EQ(apart("co2", "612   ppm "), "612|ppm");
  EXPECT_EQ(apart("temperature_3", "-0.5 °F"), "-0.5|°F");
  EXPECT_EQ(apart("battery_voltage", "3384 mV"), "3384|mV");
  EXPECT_EQ(apart("wind_speed", "36 km/h"), "36|km/h");
}

TEST_F(quantity_text, the_text_s_own_unit_counts_before_any_other) {
  EXPECT_EQ(apart("rssi", "-82 dBm", "dB"), "-82|dBm");
}

TEST_F(quantity_text, what_is_no_such_text_stays) {
  EXPECT_EQ(apart("temperature", 21.5), "-");
  EXPECT_EQ(apart("temperature", "21.5"), "-");
  EXPECT_EQ(apart("temperature", "21.5 "), "-");
  EXPECT_EQ(apart("temperature", "1e3"), "-") << "a number as a whole";
  EXPECT_EQ(apart("temperature", "21.5 %"), "-") << "cannot measure it";
  EXPECT_EQ(apart("temperature", "21.5 C"), "-") << "coulomb";
  EXPECT_EQ(apart("temperature", "warm"), "-");
  EXPECT_EQ(apart("temperature", ""), "-");
  EXPECT_EQ(apart("Bat", "3.384 V"), "-") << "nobody knows the name: the text says more";
  EXPECT_EQ(apart("door", "1 open"), "-") << "a flag";
  EXPECT_EQ(apart("temperature", "30 °C", {}, true), "-") << "raw";
}

TEST_F(quantity_text, a_name_that_the_format_means_otherwise_is_raw) {
  RawReading reading;
  reading.name = "voc";
  EXPECT_EQ(names_.meaning(reading).name, "voc");
  reading.raw = true;
  EXPECT_EQ(names_.meaning(reading).name, "raw.voc");
  EXPECT_EQ(names_.meaning(reading).property, nullptr);
  reading.raw = false;
  EXPECT_EQ(names_.meaning(reading).name, "voc");
}

}  // namespace
}  // namespace senne::normalise
