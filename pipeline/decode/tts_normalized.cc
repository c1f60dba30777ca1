#include "pipeline/decode/tts_normalized.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/vocabulary.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

struct SchemaField {
  std::string_view path;
  std::string_view name;  // the vocabulary's where it has the property, else the path
  std::string_view unit;  // UCUM, as the schema's description states it
};

constexpr std::array<SchemaField, 24> schema = {{
    {"air.temperature", "air_temperature", "Cel"},
    {"air.relativeHumidity", "relative_humidity", "%"},
    {"air.pressure", "air_pressure", "hPa"},
    {"air.co2", "co2", "[ppm]"},
    {"air.lightIntensity", "illuminance", "lx"},
    {"wind.speed", "wind_speed", "m/s"},
    {"wind.direction", "wind_from_direction", "deg"},
    {"soil.depth", "soil.depth", "cm"},
    {"soil.moisture", "soil_moisture", "%"},
    {"soil.temperature", "soil_temperature", "Cel"},
    {"soil.ec", "soil.ec", "dS/m"},
    {"soil.pH", "soil.pH", "[pH]"},
    {"soil.n", "soil.n", "[ppm]"},
    {"soil.p", "soil.p", "[ppm]"},
    {"soil.k", "soil.k", "[ppm]"},
    {"rain.intensity", "rainfall_rate", "mm/h"},
    {"rain.cumulative", "rain.cumulative", "mm"},
    {"water.leak", "water_leak", ""},
    {"water.temperature.current", "water_temperature", "Cel"},
    {"metering.water.total", "metering.water.total", "L"},
    {"action.motion.detected", "motion", ""},
    {"position.latitude", "latitude", "deg"},
    {"position.longitude", "longitude", "deg"},
    {"battery", "battery_voltage", "V"},
}};

std::optional<double> number_of(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*number);
  return std::nullopt;
}

}  // namespace

TtsNormalized::TtsNormalized(std::size_t readings_limit) : fields_(readings_limit) {}

void TtsNormalized::clear() {
  said_ = 0;
  numbers_.clear();
}

bool TtsNormalized::append(element measurements, Decoded& out) {
  object single;
  array list;
  if (measurements.get(single) == simdjson::SUCCESS) {
    if (!append_measurement(single, {}, out)) return false;
  } else if (measurements.get(list) == simdjson::SUCCESS) {
    if (!append_list(list, out)) return false;
  }
  std::sort(numbers_.begin(), numbers_.end());
  return true;
}

bool TtsNormalized::append_list(array list, Decoded& out) {
  // Where measurements have times they are one after the other, not one beside the other.
  const bool in_time = std::any_of(list.begin(), list.end(), [](element item) {
    object measurement;
    return item.get(measurement) == simdjson::SUCCESS && text_member(measurement, "time");
  });
  const bool several = list.size() > 1 && !in_time;
  std::size_t index = 0;
  for (const auto item : list) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, index++).ptr;
    const std::string_view channel(digits, static_cast<std::size_t>(end - digits));
    object measurement;
    if (item.get(measurement) != simdjson::SUCCESS) continue;
    if (!append_measurement(measurement, several ? channel : std::string_view{}, out)) return false;
  }
  return true;
}

bool TtsNormalized::append_measurement(object measurement, std::string_view channel, Decoded& out) {
  const std::size_t first = out.readings.size();
  if (!fields_.append(measurement, nullptr, out)) return false;
  SentTime time;
  const auto stated = text_member(measurement, "time");
  if (stated) {
    time.start = parse_rfc3339(*stated);
    time.malformed = !time.start;
    time.from = "normalized_payload[].time";
  }
  const std::string_view kept_channel = out.keep(channel);
  if (stated) {
    const auto begin = out.readings.begin() + static_cast<std::ptrdiff_t>(first);
    out.readings.erase(std::remove_if(begin, out.readings.end(),
                                      [](const RawReading& r) { return r.name == "time"; }),
                       out.readings.end());
  }
  for (std::size_t i = first; i < out.readings.size(); ++i) {
    RawReading& reading = out.readings[i];
    reading.time = time;
    if (reading.channel.empty()) reading.channel = kept_channel;
    for (std::size_t f = 0; f < schema.size(); ++f) {
      if (schema[f].path != reading.name) continue;
      said_ |= 1U << f;
      if (const auto number = number_of(reading.value); number && !reading.bad) {
        numbers_.push_back({f, *number});
      }
      reading.name = schema[f].name;
      reading.unit = schema[f].unit;
      if (!reading.unit.empty()) reading.unit_system = UnitSystem::ucum;
      break;
    }
  }
  return true;
}

bool TtsNormalized::has_said(std::size_t field, std::optional<double> number) const {
  return number && std::binary_search(numbers_.begin(), numbers_.end(), Said{field, *number});
}

bool TtsNormalized::covers(const Leaf& leaf) const {
  if (said_ == 0) return false;
  const auto alias = find_alias(leaf.name);
  for (std::size_t f = 0; f < schema.size(); ++f) {
    if ((said_ & (1U << f)) == 0) continue;
    const bool same_path = schema[f].path == leaf.path;
    const bool same_property =
        leaf.name == schema[f].name || (alias && alias->property->name == schema[f].name);
    if (!same_path && !same_property) continue;
    const bool of_several = !leaf.channel.empty() || (alias && !alias->channel.empty());
    if (same_property && !of_several) return true;
    if (same_path && !alias) return true;
    if (has_said(f, leaf.number)) return true;
  }
  return false;
}

}  // namespace senne::decode
