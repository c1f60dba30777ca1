// What Decentlab calls the readings of its models, in its own decoders and in those of others.
#pragma once

#include <string>

#include "tests/pipeline/codecs/reference.h"

namespace senne::decode {

inline Names decentlab_names(const std::string& model) {
  std::string profile = "decentlab/" + model;
  for (char& c : profile) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return {profile,
          {
              {"battery_voltage", "battery_voltage", 0.001},
              {"air_temperature", "air_temperature"},
              {"air_humidity", "relative_humidity"},
              {"relative_humidity", "relative_humidity"},
              {"barometric_pressure", "air_pressure"},
              {"atmospheric_pressure", "air_pressure", 0.001},
              {"ambient_light_visible_infrared", "ambient_light_visible_infrared"},
              {"ambient_light_infrared", "ambient_light_infrared"},
              {"illuminance", "illuminance"},
              {"co2_concentration", "co2"},
              {"co2_sensor_status", "co2_sensor_status"},
              {"raw_ir_reading", "raw_ir_reading"},
              {"activity_counter", "activity_counter"},
              {"total_voc", "voc"},
              {"distance", "distance"},
              {"number_of_valid_samples", "number_of_valid_samples"},
              {"pm1_0_mass_concentration", "pm1"},
              {"pm2_5_mass_concentration", "pm2_5"},
              {"pm4_mass_concentration", "pm4"},
              {"pm10_mass_concentration", "pm10"},
              {"typical_particle_size", "typical_particle_size"},
              {"pm0_5_number_concentration", "pm0_5_number_concentration"},
              {"pm1_0_number_concentration", "pm1_0_number_concentration"},
              {"pm2_5_number_concentration", "pm2_5_number_concentration"},
              {"pm4_number_concentration", "pm4_number_concentration"},
              {"pm10_number_concentration", "pm10_number_concentration"},
              {"solar_radiation", "solar_irradiance"},
              {"precipitation", "rainfall"},
              {"lightning_strike_count", "lightning_strike_count"},
              {"lightning_average_distance", "lightning_average_distance"},
              {"wind_speed", "wind_speed"},
              {"wind_direction", "wind_from_direction"},
              {"maximum_wind_speed", "wind_gust_speed"},
              {"vapor_pressure", "vapor_pressure"},
              {"sensor_temperature_internal", "device_temperature"},
              {"x_orientation_angle", "tilt#x"},
              {"y_orientation_angle", "tilt#y"},
              {"compass_heading", "compass_heading"},
              {"north_wind_speed", "north_wind_speed"},
              {"east_wind_speed", "east_wind_speed"},
              {"pressure", "pressure_bar"},
              {"temperature", "water_temperature"},
          },
          {
              {"protocol_version", "the header"},
              {"device_id", "the header"},
              {"lora_frame_counter", "the network's"},
              {"lora_frame_port", "the network's"},
              {"lora_frequency", "the network's"},
              {"lora_spreading_factor", "the network's"},
              {"lora_rssi", "the network's"},
              {"lora_snr", "the network's"},
          }};
}

}  // namespace senne::decode
