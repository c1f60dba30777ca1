// The vectors of Cayenne LPP: of its documentation, of ChirpStack with all the types that it adds.
#include <gtest/gtest.h>

#include "tests/pipeline/codecs/reference.h"

namespace senne::decode {
namespace {

// ChirpStack's names, in its own form: type, then channel, then the parts of it.
const std::map<std::string, std::string> chirpstack = {
    {"digitalInput", "digital_input"},
    {"digitalOutput", "digital_output"},
    {"analogInput", "analog_input"},
    {"analogOutput", "analog_output"},
    {"genericSensor", "generic_sensor"},
    {"illuminanceSensor", "illuminance"},
    {"presenceSensor", "presence_sensor"},
    {"temperatureSensor", "air_temperature"},
    {"humiditySensor", "relative_humidity"},
    {"accelerometer.x", "acceleration_x"},
    {"accelerometer.y", "acceleration_y"},
    {"accelerometer.z", "acceleration_z"},
    {"barometer", "air_pressure"},
    {"voltage", "voltage"},
    {"current", "current"},
    {"frequency", "frequency"},
    {"percentage", "percentage"},
    {"altitude", "altitude"},
    {"concentration", "concentration"},
    {"power", "active_power"},
    {"distance", "distance"},
    {"energy", "energy"},
    {"direction", "direction"},
    {"unix_time", "unix_time"},
    {"gyrometer.x", "gyrometer_x"},
    {"gyrometer.y", "gyrometer_y"},
    {"gyrometer.z", "gyrometer_z"},
    {"colour.r", "colour_red"},
    {"colour.g", "colour_green"},
    {"colour.b", "colour_blue"},
    {"gpsLocation.latitude", "latitude"},
    {"gpsLocation.longitude", "longitude"},
    {"gpsLocation.altitude", "altitude"},
    {"switch", "switch_state"},
};

Names chirpstack_names() {
  Names names{"cayenne", {}};
  for (const auto& [theirs, ours] : chirpstack) {
    for (const char* channel : {"1", "3", "5"}) {
      Same same{theirs + "#" + channel, ours + "#" + channel};
      if (ours == "switch_state") same.words = {{"0.0", "false"}, {"1.0", "true"}};
      names.same.push_back(same);
    }
  }
  return names;
}

using CayenneVectors = SamplePayloads;

TEST_F(CayenneVectors, each_value_of_each_vector_is_read) {
  const Names names = chirpstack_names();
  const Names akenza = {"cayenne",
                        {{"temperature", "air_temperature#3"},
                         {"temperature", "air_temperature#5"},
                         {"latitude", "latitude#1"},
                         {"longitude", "longitude#1"},
                         {"altitude", "altitude#1"},
                         // As The Things Stack writes the channel, and in single precision.
                         {"temperature_3", "air_temperature#3", 1, 1e-6},
                         {"temperature_5", "air_temperature#5"}},
                        {{"channel", "stands beside each value"}}};
  std::size_t count = 0;
  for (const json& vector : json_of(payloads() / "cayenne-lpp" / "vectors.json")) {
    const auto hex = vector.at("hex").get<std::string>();
    SCOPED_TRACE(hex);
    ++count;
    if (vector.contains("expected_chirpstack_style")) {
      Compared compared(names, from_hex(hex), 1);
      for (const auto& [type, channels] : vector.at("expected_chirpstack_style").items()) {
        for (const auto& [channel, value] : channels.items()) {
          if (!value.is_object()) {
            compared.expect(type + "#" + channel, value);
            continue;
          }
          for (const auto& [part, number] : value.items()) {
            compared.expect(type + "." + part + "#" + channel, number);
          }
        }
      }
      compared.finish();
      continue;
    }
    Compared compared(akenza, from_hex(hex), 1);
    if (vector.contains("expected_tts_style")) {
      for (const auto& [key, value] : vector.at("expected_tts_style").items()) {
        compared.expect(key, value);
      }
    } else {
      for (const json& sample : vector.at("expected_akenza_samples")) {
        for (const auto& [key, value] : sample.at("data").items()) compared.expect(key, value);
      }
    }
    compared.finish();
  }
  EXPECT_EQ(count, 4U);
}

}  // namespace
}  // namespace senne::decode
