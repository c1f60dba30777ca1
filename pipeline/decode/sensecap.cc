#include "pipeline/decode/sensecap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

struct Measurement {
  int id;
  std::string_view property;
  std::string_view unit;
};
constexpr std::array<Measurement, 21> measurements = {{
    {3000, "battery_level", "%"},
    {4097, "air_temperature", "Cel"},
    {4098, "relative_humidity", "%"},
    {4099, "illuminance", "lx"},
    {4100, "co2", "[ppm]"},
    {4101, "air_pressure", "Pa"},
    {4102, "soil_temperature", "Cel"},
    {4103, "soil_moisture", "%"},
    {4104, "wind_from_direction", "deg"},
    {4105, "wind_speed", "m/s"},
    {4110, "soil_moisture", "%"},
    {4112, "soil_temperature", "Cel"},
    {4113, "rainfall_rate", "mm/h"},
    {4115, "distance", "cm"},
    {4116, "water_leak", ""},
    {4118, "nh3", "[ppm]"},
    {4124, "water_temperature", "Cel"},
    {4127, "solar_irradiance", "W/m2"},
    {4191, "wind_gust_speed", "m/s"},
    {4197, "longitude", "deg"},
    {4198, "latitude", "deg"},
}};

// Radios that were near: addresses of other people's.
constexpr int first_scan = 5001;
constexpr int last_scan = 5003;

// What its decoders call what they send of every measurement alike.
constexpr std::string_view any_measurement = "report_telemetry";

std::optional<int> id_of(object message) {
  const auto sent = member(message, "measurementId");
  if (!sent) return std::nullopt;
  std::string_view text;
  if (sent->get(text) == simdjson::SUCCESS) {
    int id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return id;
  }
  const auto number = as_number(*sent);
  constexpr double id_max = 65'535;
  if (!number || *number < 0 || *number > id_max) return std::nullopt;
  return static_cast<int>(*number);
}

bool is_measurement(element item) {
  object message;
  return item.get(message) == simdjson::SUCCESS && id_of(message);
}

class NoType final : public Covered {
 public:
  bool covers(const Leaf& leaf) const override {
    return leaf.path == "type" || leaf.path == "measurementId";
  }
};

// Milliseconds since 1970, of a measurement that was kept back.
SentTime time_of(object message) {
  return epoch_time_member(message, "timestamp", EpochUnit::milliseconds);
}

}  // namespace

bool Sensecap::is_of(object fields) {
  const auto messages = array_member(fields, "messages");
  if (!messages) return false;
  for (const auto item : *messages) {
    array several;
    if (item.get(several) == simdjson::SUCCESS) {
      for (const auto inner : several) {
        if (is_measurement(inner)) return true;
      }
    } else if (is_measurement(item)) {
      return true;
    }
  }
  return false;
}

bool Sensecap::append(object fields, std::optional<Location>& place, Decoded& out) {
  const std::size_t first = out.readings.size();
  const auto messages = array_member(fields, "messages");
  if (messages && !append_list(*messages, out)) return false;
  std::optional<double> latitude;
  std::optional<double> longitude;
  for (const RawReading& reading : readings_from(out, first)) {
    const auto* degrees = std::get_if<double>(&reading.value);
    if (degrees == nullptr || reading.unit != "deg") continue;
    if (reading.name == "latitude" && !latitude) latitude = *degrees;
    if (reading.name == "longitude" && !longitude) longitude = *degrees;
  }
  if (const auto said = location_at(latitude, longitude)) place = said;
  return true;
}

bool Sensecap::append_list(array messages, Decoded& out) {
  for (const auto item : messages) {
    array several;
    object message;
    if (item.get(several) == simdjson::SUCCESS) {
      for (const auto inner : several) {
        if (inner.get(message) == simdjson::SUCCESS && !append_message(message, out)) return false;
      }
    } else if (item.get(message) == simdjson::SUCCESS && !append_message(message, out)) {
      return false;
    }
  }
  return true;
}

bool Sensecap::append_message(object message, Decoded& out) {
  const auto id = id_of(message);
  if (id && *id >= first_scan && *id <= last_scan) return true;
  if (!id || message.at_key("measurementValue").error() != simdjson::SUCCESS) {
    // A battery, a version, an error: under its own names.
    const NoType no_type;
    return fields_.append(message, &no_type, out);
  }
  const auto value = member(message, "measurementValue");
  if (!value) return true;
  const auto known = std::find_if(measurements.begin(), measurements.end(),
                                  [&](const Measurement& m) { return m.id == *id; });
  std::array<char, 32> number{};
  std::string_view name = text_member(message, "type").value_or(std::string_view{});
  if (known != measurements.end()) {
    name = known->property;
  } else if (name.empty() || name == any_measurement) {
    const auto end = fmt::format_to_n(number.data(), number.size(), "measurement_{}", *id).out;
    name = {number.data(), static_cast<std::size_t>(end - number.data())};
  }
  const std::size_t first = out.readings.size();
  if (!fields_.append(name, *value, out)) return false;
  const SentTime time = time_of(message);
  for (RawReading& reading : readings_from(out, first)) {
    reading.time = time;
    if (known == measurements.end()) {
      reading.raw = true;  // its unit is not said: `Light` may be a percentage
    } else {
      set_unit(reading, known->unit);
    }
  }
  return true;
}

}  // namespace senne::decode
