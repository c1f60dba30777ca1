// Cayenne LPP there and back: what an encoder written from the published layout makes of random
// values at the resolution of their type, the codec table reads again.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/pipeline/codecs/coding.h"
#include "tests/support/between.h"

namespace senne::decode {
namespace {

using senne::testing::between;

// One value of a type: its bytes, big-endian, hold value * scale.
struct Part {
  const char* name;
  int bytes;
  bool is_signed;
  int scale;
  const char* unit;
};
struct DataType {
  int id;
  std::vector<Part> parts;
};

// "Data Types" of the Cayenne LPP documentation, from 100 on as the LPP library extends it: ids of
// IPSO objects less 3200; bytes, resolution, signed where it says so.
const std::vector<DataType> data_types = {
    {0, {{"digital_input", 1, false, 1, ""}}},
    {1, {{"digital_output", 1, false, 1, ""}}},
    {2, {{"analog_input", 2, true, 100, ""}}},
    {3, {{"analog_output", 2, true, 100, ""}}},
    {100, {{"generic_sensor", 4, false, 1, ""}}},
    {101, {{"illuminance", 2, false, 1, "lx"}}},
    {102, {{"presence_sensor", 1, false, 1, ""}}},
    {103, {{"air_temperature", 2, true, 10, "Cel"}}},
    {104, {{"relative_humidity", 1, false, 2, "%"}}},
    {113,
     {{"acceleration_x", 2, true, 1000, "[g]"},
      {"acceleration_y", 2, true, 1000, "[g]"},
      {"acceleration_z", 2, true, 1000, "[g]"}}},
    {115, {{"air_pressure", 2, false, 10, "hPa"}}},
    {116, {{"voltage", 2, false, 100, "V"}}},
    {117, {{"current", 2, false, 1000, "A"}}},
    {118, {{"frequency", 4, false, 1, "Hz"}}},
    {120, {{"percentage", 1, false, 1, "%"}}},
    {121, {{"altitude", 2, true, 1, "m"}}},
    {125, {{"concentration", 2, false, 1, "[ppm]"}}},
    {128, {{"active_power", 2, false, 1, "W"}}},
    {130, {{"distance", 4, false, 1000, "m"}}},
    {131, {{"energy", 4, false, 1000, "kW.h"}}},
    {132, {{"direction", 2, false, 1, "deg"}}},
    {133, {{"unix_time", 4, false, 1, "s"}}},
    {134,
     {{"gyrometer_x", 2, true, 100, "deg/s"},
      {"gyrometer_y", 2, true, 100, "deg/s"},
      {"gyrometer_z", 2, true, 100, "deg/s"}}},
    {135,
     {{"colour_red", 1, false, 1, ""},
      {"colour_green", 1, false, 1, ""},
      {"colour_blue", 1, false, 1, ""}}},
    {136,
     {{"latitude", 3, true, 10'000, "deg"},
      {"longitude", 3, true, 10'000, "deg"},
      {"altitude", 3, true, 100, "m"}}},
};

// A division rounds once: the double nearest to the decimal that a person would write.
double at_resolution(std::int64_t steps, int scale) { return static_cast<double>(steps) / scale; }

void append(std::string& bytes, const Part& part, double value) {
  const auto steps = static_cast<std::uint64_t>(std::llround(value * part.scale));
  for (int shift = 8 * (part.bytes - 1); shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(steps >> shift & 0xFF));
  }
}

// The ends of its range as often as anything between.
double random_value(const Part& part) {
  const std::int64_t values = std::int64_t{1} << (8 * part.bytes);
  const std::int64_t least = part.is_signed ? -values / 2 : 0;
  const std::int64_t most = least + values - 1;
  const std::int64_t steps = between(0, 4) == 0 ? *rc::gen::element(least, most, std::int64_t{0})
                                                : between<std::int64_t>(least, most + 1);
  return at_resolution(steps, part.scale);
}

double as_double(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* wide = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*wide);
  const auto* real = std::get_if<double>(&value);
  RC_ASSERT(real != nullptr);
  return *real;
}

TEST(CayenneProperty, what_is_encoded_is_decoded) {
  const auto table = app::built_in_codec("cayenne");
  ASSERT_NE(table, nullptr);
  std::size_t seen = 0;
  const bool passed = rc::check([&] {
    struct Expected {
      const Part* part;
      std::string channel;
      double value;
    };
    std::vector<Expected> expected;
    std::string bytes;
    const int entries = between(1, 12);
    for (int i = 0; i < entries; ++i) {
      const auto which = between<std::size_t>(0, data_types.size());
      const int channel = between(0, 256);
      bytes.push_back(static_cast<char>(channel));
      bytes.push_back(static_cast<char>(data_types[which].id));
      for (const Part& part : data_types[which].parts) {
        expected.push_back({&part, std::to_string(channel), random_value(part)});
        append(bytes, part, expected.back().value);
      }
    }
    const Coding coding(table, bytes);
    RC_ASSERT(coding.outcome() == "ok");
    RC_ASSERT(coding.decoded.reports.size() == 1u);
    RC_ASSERT(coding.decoded.readings.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const RawReading& reading = coding.decoded.readings[i];
      RC_ASSERT(!reading.bad);
      RC_ASSERT(std::string(reading.name) == expected[i].part->name);
      RC_ASSERT(std::string(reading.channel) == expected[i].channel);
      RC_ASSERT(std::string(reading.unit) == expected[i].part->unit);
      RC_ASSERT(as_double(reading.value) == expected[i].value);
    }
    seen += expected.size();
  });
  EXPECT_TRUE(passed);
  EXPECT_GT(seen, 200u);
}

// Any cut of a message is read up to there: never another value, and never silence about the rest.
TEST(CayenneProperty, a_message_that_ends_early_says_so) {
  const auto table = app::built_in_codec("cayenne");
  ASSERT_NE(table, nullptr);
  const bool passed = rc::check([&] {
    const auto& type = *rc::gen::elementOf(data_types);
    std::string bytes("\x01\x67\x00\xD7\x05", 5);  // 21.5 Cel on channel 1, then channel 5
    bytes.push_back(static_cast<char>(type.id));
    const std::size_t head = bytes.size();
    for (const Part& part : type.parts) append(bytes, part, random_value(part));
    bytes.resize(between(head - 1, bytes.size()));
    const Coding coding(table, bytes);
    RC_ASSERT(coding.decoded.readings.size() >= 1u);
    RC_ASSERT(as_double(coding.decoded.readings[0].value) == 21.5);
    RC_ASSERT(coding.decoded.readings.back().bad.has_value());
  });
  EXPECT_TRUE(passed);
}

}  // namespace
}  // namespace senne::decode
