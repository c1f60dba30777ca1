#include "core/vocabulary.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace senne {
namespace {

using Kind = PropertyKind;

constexpr Property properties[] = {
    {"air_temperature", Kind::number, "Cel"},
    {"soil_temperature", Kind::number, "Cel"},
    {"water_temperature", Kind::number, "Cel"},
    {"surface_temperature", Kind::number, "Cel"},
    {"device_temperature", Kind::number, "Cel"},
    {"relative_humidity", Kind::number, "%"},
    {"soil_moisture", Kind::number, "%"},
    {"fill_level", Kind::number, "%"},
    {"battery_level", Kind::number, "%"},
    {"air_pressure", Kind::number, "hPa"},
    {"illuminance", Kind::number, "lx"},
    {"solar_irradiance", Kind::number, "W/m2"},
    {"rainfall", Kind::number, "mm"},
    {"rainfall_rate", Kind::number, "mm/h"},
    {"water_level", Kind::number, "m"},
    {"distance", Kind::number, "m"},
    {"pm1", Kind::number, "ug/m3"},
    {"pm2_5", Kind::number, "ug/m3"},
    {"pm4", Kind::number, "ug/m3"},
    {"pm10", Kind::number, "ug/m3"},
    {"no2", Kind::number, "ug/m3"},
    {"no", Kind::number, "ug/m3"},
    {"o3", Kind::number, "ug/m3"},
    {"so2", Kind::number, "ug/m3"},
    {"co", Kind::number, "ug/m3"},
    {"nh3", Kind::number, "ug/m3"},
    {"co2", Kind::number, "[ppm]"},
    {"voc", Kind::number, "[ppb]"},
    {"sound_level_a", Kind::number, "dB[SPL]", Mean::energy},
    {"rssi", Kind::number, "dB"},
    {"snr", Kind::number, "dB"},
    {"wind_speed", Kind::number, "m/s"},
    {"wind_gust_speed", Kind::number, "m/s"},
    {"wind_from_direction", Kind::number, "deg", Mean::vector},
    {"tilt", Kind::number, "deg"},
    {"latitude", Kind::number, "deg"},
    {"longitude", Kind::number, "deg"},
    {"vehicle_speed", Kind::number, "km/h"},
    {"acceleration_x", Kind::number, "m/s2"},
    {"acceleration_y", Kind::number, "m/s2"},
    {"acceleration_z", Kind::number, "m/s2"},
    {"battery_voltage", Kind::number, "V"},
    {"voltage", Kind::number, "V"},
    {"current", Kind::number, "A"},
    {"active_power", Kind::number, "W"},
    {"energy", Kind::number, "kW.h"},
    {"frequency", Kind::number, "Hz"},
    {"people_in", Kind::number, "{person}"},
    {"people_out", Kind::number, "{person}"},
    {"people_count", Kind::number, "{person}"},
    {"vehicle_count", Kind::number, "{vehicle}"},
    {"traffic_intensity", Kind::number, "{vehicle}/h"},
    {"pulse_count", Kind::number, "{pulse}"},
    {"occupancy", Kind::number, "1"},
    {"power_factor", Kind::number, "1"},
    {"parking_occupied", Kind::flag, ""},
    {"switch_state", Kind::flag, ""},
    {"motion", Kind::flag, ""},
    {"door_open", Kind::flag, ""},
    {"tamper", Kind::flag, ""},
    {"water_leak", Kind::flag, ""},
    {"rain_detected", Kind::flag, ""},
};

struct Spelling {
  std::string_view folded;
  std::string_view property;
  std::string_view assumed_unit = {};  // empty: the canonical one
  std::string_view channel = {};       // which of a device's several it is by that name
};

// Folded (see Folded below) names that sources use, besides the properties' own. A name stands here
// only if one who knows the field would read it in one way.
constexpr Spelling spellings[] = {
    {"temperature", "air_temperature"},
    {"temp", "air_temperature"},
    {"t", "air_temperature"},
    {"airtemp", "air_temperature"},
    {"ambienttemperature", "air_temperature"},
    {"ambienttemp", "air_temperature"},
    {"outdoortemperature", "air_temperature", {}, "outdoor"},
    {"indoortemperature", "air_temperature", {}, "indoor"},
    {"externaltemperature", "air_temperature", {}, "external"},
    {"temperaturesensor", "air_temperature"},
    {"temperaturec", "air_temperature"},
    {"tempc", "air_temperature"},
    {"soiltemp", "soil_temperature"},
    {"tempsoil", "soil_temperature"},
    {"temperaturesoil", "soil_temperature"},
    {"watertemp", "water_temperature"},
    {"surfacetemp", "surface_temperature"},
    {"roadtemperature", "surface_temperature"},
    {"roadsurfacetemperature", "surface_temperature"},
    {"devicetemp", "device_temperature"},
    {"boardtemperature", "device_temperature"},
    {"boardtemp", "device_temperature"},
    {"chiptemperature", "device_temperature"},
    {"cputemperature", "device_temperature"},
    {"cputemp", "device_temperature"},
    {"mcutemperature", "device_temperature"},
    {"humidity", "relative_humidity"},
    {"hum", "relative_humidity"},
    {"rh", "relative_humidity"},
    {"humiditysensor", "relative_humidity"},
    {"relhumidity", "relative_humidity"},
    {"airhumidity", "relative_humidity"},
    {"ambienthumidity", "relative_humidity"},
    {"outdoorhumidity", "relative_humidity", {}, "outdoor"},
    {"indoorhumidity", "relative_humidity", {}, "indoor"},
    {"soilhumidity", "soil_moisture"},
    {"moisturesoil", "soil_moisture"},
    {"soilmoisturevwc", "soil_moisture"},
    {"fillinglevel", "fill_level"},
    {"filllevelpercent", "fill_level"},
    {"battery", "battery_level"},
    {"batterypercent", "battery_level"},
    {"batterypercentage", "battery_level"},
    {"batterypct", "battery_level"},
    {"batterysoc", "battery_level"},
    {"batlevel", "battery_level"},
    {"battlevel", "battery_level"},
    {"pressure", "air_pressure"},
    {"press", "air_pressure"},
    {"airpressure", "air_pressure"},
    {"barometer", "air_pressure"},
    {"barometricpressure", "air_pressure"},
    {"atmosphericpressure", "air_pressure"},
    {"atmospressure", "air_pressure"},
    {"baropressure", "air_pressure"},
    {"lux", "illuminance"},
    {"light", "illuminance"},
    {"lightintensity", "illuminance"},
    {"illuminancesensor", "illuminance"},
    {"illumination", "illuminance"},
    {"luminosity", "illuminance"},
    {"ambientlight", "illuminance"},
    {"solarradiation", "solar_irradiance"},
    {"irradiance", "solar_irradiance"},
    {"globalradiation", "solar_irradiance"},
    {"rain", "rainfall"},
    {"precipitation", "rainfall"},
    {"rainfallamount", "rainfall"},
    {"rainrate", "rainfall_rate"},
    {"rainintensity", "rainfall_rate"},
    {"rainfallintensity", "rainfall_rate"},
    {"precipitationrate", "rainfall_rate"},
    {"precipitationintensity", "rainfall_rate"},
    {"waterheight", "water_level"},
    {"waterdepth", "water_level"},
    // Ultrasonic and radar ranging nodes report millimetres.
    {"distance", "distance", "mm"},
    {"pm1_0", "pm1"},
    {"pm01", "pm1"},
    {"pm25", "pm2_5"},
    {"pm02_5", "pm2_5"},
    {"pm4_0", "pm4"},
    {"pm04", "pm4"},
    {"pm10_0", "pm10"},
    {"nitrogendioxide", "no2"},
    {"nitricoxide", "no"},
    {"nitrogenmonoxide", "no"},
    {"ozone", "o3"},
    {"sulphurdioxide", "so2"},
    {"sulfurdioxide", "so2"},
    {"carbonmonoxide", "co"},
    {"ammonia", "nh3"},
    {"carbondioxide", "co2"},
    {"co2ppm", "co2"},
    {"co2concentration", "co2"},
    {"eco2", "co2"},
    {"tvoc", "voc"},
    {"volatileorganiccompounds", "voc"},
    {"volatileorganiccompoundstotal", "voc"},
    {"laeq", "sound_level_a"},
    {"noise", "sound_level_a"},
    {"noiselevel", "sound_level_a"},
    {"soundlevel", "sound_level_a"},
    {"soundpressurelevel", "sound_level_a"},
    {"soundlevellaeq", "sound_level_a"},
    {"dba", "sound_level_a"},
    {"windspeed", "wind_speed"},
    {"wind", "wind_speed"},
    {"averagewindspeed", "wind_speed"},
    {"windspeedavg", "wind_speed"},
    {"gust", "wind_gust_speed"},
    {"windgust", "wind_gust_speed"},
    {"gustspeed", "wind_gust_speed"},
    {"winddirection", "wind_from_direction"},
    {"winddir", "wind_from_direction"},
    {"inclination", "tilt"},
    {"tiltangle", "tilt"},
    {"lat", "latitude"},
    {"lon", "longitude"},
    {"lng", "longitude"},
    {"averagevehiclespeed", "vehicle_speed"},
    // Accelerometers report in units of standard gravity.
    {"accelerationx", "acceleration_x", "[g]"},
    {"accelerationy", "acceleration_y", "[g]"},
    {"accelerationz", "acceleration_z", "[g]"},
    {"accelx", "acceleration_x", "[g]"},
    {"accely", "acceleration_y", "[g]"},
    {"accelz", "acceleration_z", "[g]"},
    {"accx", "acceleration_x", "[g]"},
    {"accy", "acceleration_y", "[g]"},
    {"accz", "acceleration_z", "[g]"},
    {"vbat", "battery_voltage"},
    {"vbatt", "battery_voltage"},
    {"batv", "battery_voltage"},
    {"battv", "battery_voltage"},
    {"batteryv", "battery_voltage"},
    {"batvoltage", "battery_voltage"},
    {"battvoltage", "battery_voltage"},
    {"batterymv", "battery_voltage", "mV"},
    {"batmv", "battery_voltage", "mV"},
    {"vbatmv", "battery_voltage", "mV"},
    {"batteryvoltagemv", "battery_voltage", "mV"},
    {"power", "active_power"},
    {"powerw", "active_power"},
    {"energykwh", "energy"},
    {"energywh", "energy", "W.h"},
    {"peoplein", "people_in"},
    {"countin", "people_in"},
    {"personsin", "people_in"},
    {"peopleout", "people_out"},
    {"countout", "people_out"},
    {"personsout", "people_out"},
    {"peoplecounter", "people_count"},
    {"personcount", "people_count"},
    {"people", "people_count"},
    {"vehicles", "vehicle_count"},
    {"vehiclescount", "vehicle_count"},
    {"carcount", "vehicle_count"},
    {"pulses", "pulse_count"},
    {"pulsecounter", "pulse_count"},
    {"powerfactor", "power_factor"},
    {"cosphi", "power_factor"},
    {"occupied", "parking_occupied"},
    {"parkingoccupancy", "parking_occupied"},
    {"parkingstatus", "parking_occupied"},
    {"switch", "switch_state"},
    {"relay", "switch_state"},
    {"relaystate", "switch_state"},
    {"pir", "motion"},
    {"motiondetected", "motion"},
    {"presence", "motion"},
    {"door", "door_open"},
    {"dooropened", "door_open"},
    {"doorstatus", "door_open"},
    {"tampered", "tamper"},
    {"tamperalarm", "tamper"},
    {"tamperstatus", "tamper"},
    {"leak", "water_leak"},
    {"waterleakage", "water_leak"},
    {"leakdetected", "water_leak"},
    {"israining", "rain_detected"},
    {"raining", "rain_detected"},
};

// A name without letter case and separators, so that `relativeHumidity`, `relative_humidity` and
// `Relative-Humidity` are one. A separator between two digits is kept, as `_`: `pm1.0` is not
// `pm10`.
class Folded {
 public:
  static constexpr std::size_t longest = 40;

  constexpr explicit Folded(std::string_view name) {
    if (name.size() > longest) return;
    for (std::size_t i = 0; i < name.size(); ++i) {
      const char c = name[i];
      if (c == '_' || c == '-' || c == '.' || c == ' ') {
        if (i == 0 || i + 1 == name.size() || !digit(name[i - 1]) || !digit(name[i + 1])) continue;
        append('_');
      } else {
        append(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
      }
    }
  }

  constexpr std::string_view text() const { return {text_, size_}; }
  constexpr std::uint32_t hash() const { return hash_ ^ (hash_ >> 15); }

 private:
  static constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
  // FNV-1a.
  constexpr void append(char c) {
    text_[size_++] = c;
    hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 16777619U;
  }

  char text_[longest] = {};
  std::size_t size_ = 0;
  std::uint32_t hash_ = 2166136261U;
};

struct Entry {
  char folded[Folded::longest] = {};
  std::uint8_t size = 0;
  std::uint8_t property = 0;
  std::string_view assumed_unit;
  std::string_view channel;

  constexpr std::string_view text() const { return {folded, size}; }
};

// Open addressing, filled at compile time: no constructor runs, and at most half of it is used.
constexpr std::size_t slot_count = 512;
struct Table {
  std::array<Entry, slot_count> entries = {};
  std::array<std::uint8_t, slot_count> used = {};
};

constexpr std::size_t property_index(std::string_view name) {
  for (std::size_t i = 0; i < std::size(properties); ++i) {
    if (properties[i].name == name) return i;
  }
  throw "an alias names a property that is not in the vocabulary";
}

// The first entry of a spelling wins: explicit ones, with their units, before the properties' own.
constexpr void insert(Table& table, std::string_view name, std::size_t property,
                      std::string_view assumed_unit, std::string_view channel = {}) {
  const Folded folded(name);
  std::size_t slot = folded.hash() % slot_count;
  for (; table.used[slot] != 0; slot = (slot + 1) % slot_count) {
    if (table.entries[slot].text() == folded.text()) return;
  }
  table.used[slot] = 1;
  Entry& entry = table.entries[slot];
  for (const char c : folded.text()) entry.folded[entry.size++] = c;
  entry.property = static_cast<std::uint8_t>(property);
  entry.assumed_unit = assumed_unit;
  entry.channel = channel;
}

constexpr Table build_table() {
  static_assert(2 * (std::size(spellings) + std::size(properties)) <= slot_count);
  Table table;
  for (const Spelling& spelling : spellings) {
    const std::size_t property = property_index(spelling.property);
    insert(table, spelling.folded, property,
           spelling.assumed_unit.empty() ? properties[property].unit : spelling.assumed_unit,
           spelling.channel);
  }
  for (std::size_t i = 0; i < std::size(properties); ++i) {
    insert(table, properties[i].name, i, properties[i].unit);
  }
  return table;
}

constexpr Table table = build_table();

const Entry* find(std::string_view name) {
  const Folded folded(name);
  if (folded.text().empty()) return nullptr;
  std::size_t slot = folded.hash() % slot_count;
  for (; table.used[slot] != 0; slot = (slot + 1) % slot_count) {
    if (table.entries[slot].text() == folded.text()) return &table.entries[slot];
  }
  return nullptr;
}

}  // namespace

std::span<const Property> vocabulary() { return properties; }

const Property* find_property(std::string_view name) {
  const Entry* const entry = find(name);
  if (entry == nullptr) return nullptr;
  const Property& property = properties[entry->property];
  return property.name == name ? &property : nullptr;
}

namespace {

constexpr bool has_own_mean(const Property& property) { return property.mean != Mean::arithmetic; }
constexpr auto own_means = [] {
  constexpr auto count = std::count_if(std::begin(properties), std::end(properties), has_own_mean);
  std::array<Property, static_cast<std::size_t>(count)> own{};
  std::copy_if(std::begin(properties), std::end(properties), own.begin(), has_own_mean);
  return own;
}();

}  // namespace

Mean mean_of(std::string_view property) {
  for (const Property& own : own_means) {
    if (own.name == property) return own.mean;
  }
  return Mean::arithmetic;
}

std::optional<Alias> find_alias(std::string_view source_name) {
  const Entry* const entry = find(source_name);
  if (entry == nullptr) return std::nullopt;
  return Alias{&properties[entry->property], entry->assumed_unit, entry->channel};
}

std::optional<NumberedName> numbered_name(std::string_view source_name) {
  constexpr std::size_t longest_number = 5;
  const std::size_t at = source_name.rfind('_');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const std::string_view number = source_name.substr(at + 1);
  const bool digits =
      std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || number.empty() || number.size() > longest_number) return std::nullopt;
  return NumberedName{source_name.substr(0, at), number};
}

}  // namespace senne
