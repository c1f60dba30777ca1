#include "pipeline/decode/sensor_community.h"

#include <algorithm>
#include <array>

#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

// What the firmware calls them, after the name of the sensor (`SDS_P1`, `BME280_temperature`), if
// any.
constexpr std::array<KnownField, SensorCommunityDecoder::quantity_count> quantities = {{
    {"P0", "pm1", "ug/m3"},
    {"P1", "pm10", "ug/m3"},
    {"P2", "pm2_5", "ug/m3"},
    {"P4", "pm4", "ug/m3"},
    {"temperature", "air_temperature", "Cel"},
    {"humidity", "relative_humidity", "%"},
    {"pressure", "air_pressure", "Pa"},
    {"co2_ppm", "co2", "[ppm]"},
    {"LAeq", "sound_level_a", "dB[SPL]"},
    {"signal", "rssi", "dB"},
}};

// How the firmware itself fares.
constexpr std::array<std::string_view, 4> housekeeping = {"samples", "min_micro", "max_micro",
                                                          "interval"};

struct Named {
  std::string_view sensor;
  const KnownField* quantity;
};

Named name_of(std::string_view type) {
  if (const KnownField* const whole = find_field(quantities, type)) return {{}, whole};
  // The sensor's name may be followed by what it senses: `DNMS_noise_LAeq`.
  const std::string_view sensor = type.substr(0, type.find('_'));
  for (auto at = type.find('_'); at != std::string_view::npos; at = type.find('_', at + 1)) {
    const KnownField* const quantity = find_field(quantities, type.substr(at + 1));
    if (quantity != nullptr) return {sensor, quantity};
  }
  return {{}, nullptr};
}

}  // namespace

SensorCommunityDecoder::SensorCommunityDecoder(const Route& route)
    : json_(route.limits), readings_limit_(route.limits.readings_per_message) {}

DecodeResult SensorCommunityDecoder::decode(const Message& message, Instant /*receive_time*/,
                                            Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  const auto values = array_member(*root, "sensordatavalues");
  if (!values) {
    return rejected(DeadLetterReason::malformed, "expected an array at /sensordatavalues");
  }
  Report report;
  for (const std::string_view id : {"esp8266id", "esp32id", "raspiid"}) {
    const auto sent = member(*root, id);
    if (!sent || !report.device.empty()) continue;
    const auto text = text_member(*root, id);
    report.device = text ? out.keep(*text) : keep_counter(*sent, out);
  }
  // Some firmwares leave the id out: the last level of the topic names the device then.
  if (report.device.empty()) report.device = out.keep(last_level(message.topic));
  if (report.device.empty()) {
    return rejected(DeadLetterReason::malformed,
                    "expected a device id at /esp8266id, or as last level of the topic");
  }
  if (auto appended = append(*values, report, out); !appended) return appended;
  const auto named = [](const RawReading& reading) { return !reading.name.empty(); };
  if (std::none_of(out.readings.begin(), out.readings.end(), named)) {
    return rejected(DeadLetterReason::malformed,
                    "expected a value with a name at /sensordatavalues");
  }
  tell_apart(out);
  add_report(report, 0, out);
  return {};
}

DecodeResult SensorCommunityDecoder::append(array values, Report& report, Decoded& out) {
  std::optional<double> latitude;
  std::optional<double> longitude;
  sensors_.clear();
  said_.fill(0);
  for (const auto item : values) {
    object pair;
    std::optional<std::string_view> type;
    if (item.get(pair) == simdjson::SUCCESS) type = text_member(pair, "value_type");
    const auto sent = type ? member(pair, "value") : std::nullopt;
    if (!type || type->empty()) {
      RawReading nameless;
      nameless.bad = DeadLetterReason::malformed;
      if (!out.make_room(readings_limit_)) return too_many_readings(readings_limit_);
      out.readings.push_back(nameless);
      sensors_.emplace_back();
      continue;
    }
    if (!sent || std::find(housekeeping.begin(), housekeeping.end(), *type) != housekeeping.end()) {
      continue;
    }
    const auto text = text_member(pair, "value");
    if (text && *type == "GPS_lat") latitude = double_in(*text);
    if (text && *type == "GPS_lon") longitude = double_in(*text);
    if (type->starts_with("GPS_")) continue;
    const auto [sensor, quantity] = name_of(*type);
    RawReading reading;
    if (quantity != nullptr) {
      ++said_[static_cast<std::size_t>(quantity - quantities.data())];
      name_by(*quantity, reading);
    } else {
      reading.name = out.keep_name(*type);
      if (type->size() > RawReading::name_bytes_max) reading.bad = DeadLetterReason::limit;
    }
    if (text) {
      if (!read_text_value(*text, reading, out)) continue;
    } else if (const auto value = as_value(*sent, out)) {
      reading.value = *value;
    } else {
      reading.bad = DeadLetterReason::bad_value;
    }
    if (!out.make_room(readings_limit_)) return too_many_readings(readings_limit_);
    out.readings.push_back(reading);
    sensors_.push_back(quantity == nullptr ? std::string_view{} : out.keep_name(sensor));
  }
  report.location = location_at(latitude, longitude);
  return {};
}

// A sensor is the channel only where several say the same, or would if all had a value.
void SensorCommunityDecoder::tell_apart(Decoded& out) {
  const auto place = [](const RawReading& reading) {
    return static_cast<std::size_t>(
        std::find_if(quantities.begin(), quantities.end(),
                     [&](const KnownField& field) { return field.property == reading.name; }) -
        quantities.begin());
  };
  for (std::size_t i = 0; i < out.readings.size(); ++i) {
    const std::size_t at = place(out.readings[i]);
    if (at < quantities.size() && said_[at] > 1) out.readings[i].channel = sensors_[i];
  }
}

}  // namespace senne::decode
