// The vectors of decentlab/decentlab-decoders: bytes, values and units.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/pipeline/codecs/decentlab_names.h"

namespace senne::decode {
namespace {

using DecentlabVectors = SamplePayloads;

TEST_F(DecentlabVectors, each_value_of_each_vector_is_read) {
  std::size_t files = 0;
  std::size_t vectors = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(payloads() / "lorawan-codecs" / "decentlab")) {
    const auto model = entry.path().stem().string();
    SCOPED_TRACE(model);
    const Names names = decentlab_names(model);
    ++files;
    const json file = json_of(entry.path());
    for (const json& vector : file.at("vectors")) {
      const auto hex = vector.at("payload_hex").get<std::string>();
      SCOPED_TRACE(hex);
      ++vectors;
      Compared compared(names, from_hex(hex), 1);
      for (const auto& [key, value] : vector.at("expected").items()) {
        compared.expect(key, value.is_object() ? value.at("value") : value);
      }
      compared.finish();
    }
  }
  EXPECT_EQ(files, 6U);
  EXPECT_EQ(vectors, 14U);
}

// With 12 digits: the same formula in another order of steps may differ in the last of 17.
std::vector<std::string> lines_of(const Decoded& decoded) {
  std::vector<std::string> lines;
  for (RawReading reading : decoded.readings) {
    if (const auto* number = std::get_if<double>(&reading.value)) {
      reading.value = std::stod(fmt::format("{:.12g}", *number));
    }
    lines.push_back(line_of(reading));
  }
  return lines;
}

struct Example {
  const char* profile;
  const char* hex;
  std::vector<std::string> readings;
};

// What the maker's scripts print of the examples in them, of the models of which there is no file.
TEST(DecentlabExamples, models_without_a_file_of_vectors) {
  const std::vector<Example> examples = {
      {"decentlab/dl-ctd10",
       "0207d9000390888081006400000c60",
       {"water_level=4232i mm", "water_temperature=12.9 Cel", "electrical_conductivity=100i uS/cm",
        "freezing=false", "battery_voltage=3168i mV"}},
      {"decentlab/dl-trs21",
       "0201920003007580a10c25",
       {"water_potential=-11.7 kPa", "soil_temperature=16.1 Cel", "battery_voltage=3109i mV"}},
      {"decentlab/dl-lp8p", "02057800080c25", {"battery_voltage=3109i mV"}},
      {"decentlab/dl-lp8p",
       "020578000f67bd618d1cedbd1081d981f4895b0bd80bb50000959895390c25",
       {"air_temperature=24.3566046143 Cel", "relative_humidity=41.6322174072 %",
        "device_temperature#barometer=24.05 Cel", "air_pressure=96800i Pa", "co2=473i [ppm]",
        "co2_low_pass=500i [ppm]", "device_temperature#co2=23.95 Cel",
        "capacitor_voltage_1=3032i mV", "capacitor_voltage_2=2997i mV", "co2_sensor_status=0i",
        "raw_ir_reading=38296i", "raw_ir_reading_low_pass=38201i", "battery_voltage=3109i mV"}},
      {"decentlab/dl-trs11",
       "0210d50003463f810b0c79",
       {"dielectric_permittivity=1.02590186971", "soil_moisture=0.196057 %",
        "soil_temperature=26.7 Cel", "battery_voltage=3193i mV"}},
      {"decentlab/dl-trs12",
       "0210d3000346be813d00000c80",
       {"dielectric_permittivity=1.18312489668", "soil_moisture=0.68869 %",
        "soil_temperature=31.7 Cel", "electrical_conductivity=0i uS/cm",
        "battery_voltage=3200i mV"}},
      {"decentlab/dl-dws",
       "0203d400033bf67fff3bf60c60",
       {"vibration_frequency=15350.4684591 Hz", "weight=2390.41013685 g",
        "battery_voltage=3168i mV"}},
  };
  for (const Example& example : examples) {
    const Coding coding(app::built_in_codec(example.profile), from_hex(example.hex));
    EXPECT_EQ(lines_of(coding.decoded), example.readings) << example.profile;
  }
}

}  // namespace
}  // namespace senne::decode
