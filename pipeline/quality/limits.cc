#include "pipeline/quality/limits.h"

namespace senne::quality {
namespace {

using std::chrono::hours;

constexpr std::optional<double> no = std::nullopt;
constexpr std::optional<Duration> any_time = std::nullopt;

// I. Zahumensky, Guidelines on Quality Control Procedures for Data from Automatic Weather Stations,
// WMO, CIMO, 2004: plausible values and the greatest change in a minute. Its test of a value that
// does not move takes an hour of readings a minute apart; city sensors report every 10 minutes in
// steps as coarse, so that it takes six hours here.
constexpr std::string_view wmo = "WMO, Zahumensky 2004";
constexpr std::string_view wmo_range = "WMO, Zahumensky 2004 (range)";
constexpr std::string_view share = "a share of a whole";
constexpr std::string_view count = "a count";

constexpr BuiltInLimits table[] = {
    {"air_temperature", {-80, 60, 3, hours{6}, no}, wmo},
    {"soil_temperature", {-80, 80, 5, any_time, no}, wmo},
    {"water_temperature", {-5, 60, no, any_time, no}, "sea water freezes at -2; a bath is at 40"},
    {"surface_temperature", {-80, 80, 5, any_time, no}, wmo},
    {"device_temperature",
     {-55, 125, no, any_time, no},
     "the widest range that chips are made for"},
    {"relative_humidity", {0, 100, 10, hours{6}, 100}, wmo},
    {"soil_moisture", {0, 100, no, any_time, no}, share},
    {"fill_level", {0, 100, no, any_time, no}, share},
    {"battery_level", {0, 100, no, any_time, no}, share},
    {"air_pressure", {500, 1100, 0.5, hours{6}, no}, wmo},
    {"illuminance", {0, 200'000, no, any_time, no}, "the sun at its highest gives 130,000"},
    {"solar_irradiance",
     {-10, 1600, 800, any_time, no},
     "WMO, Zahumensky 2004; at night pyranometers read a few below 0 (ISO 9060)"},
    {"rainfall", {0, no, no, any_time, no}, "an amount"},
    {"rainfall_rate", {0, 2400, no, any_time, no}, "WMO, Zahumensky 2004: 40 mm in a minute"},
    {"distance", {0, no, no, any_time, no}, "a length"},
    {"pm1", {0, 1000, no, hours{24}, 0}, "EN 16450 (range)"},
    {"pm2_5", {0, 1000, no, hours{24}, 0}, "EN 16450 (range)"},
    {"pm4", {0, 1000, no, hours{24}, 0}, "EN 16450 (range)"},
    {"pm10", {0, 1000, no, hours{24}, 0}, "EN 16450 (range)"},
    {"no2", {0, 500, no, hours{24}, 0}, "EN 14211 (range)"},
    {"no", {0, 1200, no, hours{24}, 0}, "EN 14211 (range)"},
    {"o3", {0, 500, no, hours{24}, 0}, "EN 14625 (range)"},
    {"so2", {0, 1000, no, hours{24}, 0}, "EN 14212 (range)"},
    {"co", {0, 100'000, no, hours{24}, 0}, "EN 14626 (range)"},
    {"nh3", {0, no, no, hours{24}, 0}, "a concentration"},
    {"co2",
     {300, 4000, no, hours{24}, no},
     "no air has had less for a century; twice the 2,000 that sensors for rooms are specified to"},
    {"voc", {0, 60'000, no, any_time, no}, "the widest range of sensors that state it"},
    {"sound_level_a",
     {0, 140, no, hours{6}, no},
     "the threshold of hearing; Directive 2003/10/EC, article 3 (peak)"},
    {"rssi", {-150, 10, no, any_time, no}, "thermal noise in 125 kHz; a transmitter beside it"},
    {"snr", {-32, 100, no, any_time, no}, "LoRaWAN 1.0.4, DevStatusAns"},
    {"wind_speed", {0, 75, 20, hours{24}, 0}, wmo},
    {"wind_gust_speed", {0, 150, no, hours{24}, 0}, wmo_range},
    {"wind_from_direction", {0, 360, no, hours{24}, no}, wmo_range},
    {"tilt", {-180, 360, no, any_time, no}, "an angle"},
    {"latitude", {-90, 90, no, any_time, no}, "an angle"},
    {"longitude", {-180, 180, no, any_time, no}, "an angle"},
    {"vehicle_speed", {0, 300, no, any_time, no}, "no road vehicle is faster"},
    {"acceleration_x", {-160, 160, no, any_time, no}, "16 g, the widest range of sensors in use"},
    {"acceleration_y", {-160, 160, no, any_time, no}, "16 g, the widest range of sensors in use"},
    {"acceleration_z", {-160, 160, no, any_time, no}, "16 g, the widest range of sensors in use"},
    {"battery_voltage", {0, 60, no, any_time, no}, "extra-low voltage, IEC 61140"},
    {"people_in", {0, no, no, any_time, no}, count},
    {"people_out", {0, no, no, any_time, no}, count},
    {"people_count", {0, no, no, any_time, no}, count},
    {"vehicle_count", {0, no, no, any_time, no}, count},
    {"traffic_intensity", {0, 20'000, no, any_time, no}, "eight lanes of 2,500 an hour"},
    {"pulse_count", {0, no, no, any_time, no}, count},
    {"occupancy", {0, no, no, any_time, no}, count},
    {"power_factor", {-1, 1, no, any_time, no}, "a cosine"},
};

}  // namespace

std::span<const BuiltInLimits> built_in_limits() { return table; }

Limits built_in_limits_of(std::string_view property) {
  for (const BuiltInLimits& row : table) {
    if (row.property == property) return row.limits;
  }
  return {};
}

Limits merged(const Limits& built_in, const Limits& own) {
  const auto either = [](const auto& first, const auto& second) { return first ? first : second; };
  return {either(own.minimum, built_in.minimum), either(own.maximum, built_in.maximum),
          either(own.rate, built_in.rate), either(own.stuck_after, built_in.stuck_after),
          either(own.resting, built_in.resting)};
}

}  // namespace senne::quality
