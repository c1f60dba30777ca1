#include "pipeline/decode/zigbee2mqtt.h"

#include <array>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

// What its device definitions expose, in the units that they fix.
constexpr std::array<KnownField, 32> exposed = {{
    {"temperature", "air_temperature", "Cel"},
    {"local_temperature", "air_temperature", "Cel"},
    {"device_temperature", "device_temperature", "Cel"},
    {"soil_temperature", "soil_temperature", "Cel"},
    {"humidity", "relative_humidity", "%"},
    {"soil_moisture", "soil_moisture", "%"},
    {"pressure", "air_pressure", "hPa"},
    {"illuminance", "illuminance", "lx"},
    {"illuminance_lux", "illuminance", "lx"},
    {"battery", "battery_level", "%"},
    {"co2", "co2", "[ppm]"},
    {"voc_parts", "voc", "[ppb]"},
    {"pm1", "pm1", "ug/m3"},
    {"pm25", "pm2_5", "ug/m3"},
    {"pm10", "pm10", "ug/m3"},
    {"noise", "sound_level_a", "dB[SPL]"},
    {"power", "active_power", "W"},
    {"current", "current", "A"},
    {"voltage", "voltage", "V"},
    {"energy", "energy", "kW.h"},
    {"ac_frequency", "frequency", "Hz"},
    {"power_factor", "power_factor", "1"},
    {"occupancy", "motion", ""},
    {"presence", "motion", ""},
    {"contact", "door_open", ""},
    {"water_leak", "water_leak", ""},
    {"tamper", "tamper", ""},
    {"rain", "rain_detected", ""},
    {"wind_speed", "wind_speed", "m/s"},
    {"wind_direction", "wind_from_direction", "deg"},
    {"precipitation", "rainfall", "mm"},
    {"people", "people_count", "{person}"},
}};

// Remarks of the bridge, not of the device.
class Remarks final : public Covered {
 public:
  bool covers(const Leaf& leaf) const override {
    for (const std::string_view name : {"last_seen", "update_available"}) {
      if (leaf.path == name) return true;
    }
    for (const std::string_view group : {"update.", "device."}) {
      if (leaf.path.starts_with(group)) return true;
    }
    return false;
  }
};

// The same where each attribute has its topic.
bool is_remark(std::string_view attribute) {
  return attribute == "last_seen" || attribute == "update_available" || attribute == "update" ||
         attribute.starts_with("update-") || attribute.starts_with("device-");
}

// What is read by its neighbours: alone it may be one thing or another.
bool needs_neighbours(std::string_view attribute) {
  return attribute == "voltage" || attribute == "illuminance";
}

// Of devices of several outlets, buttons or phases (`power_l1`, `voltage_phase_b`, `state_left`).
constexpr std::array<std::string_view, 16> endpoints = {
    "l1",   "l2",    "l3",     "l4",  "l5",     "l6",      "l7",      "l8",
    "left", "right", "center", "top", "bottom", "phase_a", "phase_b", "phase_c"};

// The name without its endpoint, which becomes the channel.
std::string_view without_endpoint(RawReading& reading) {
  const std::string_view name = reading.name;
  for (const std::string_view endpoint : endpoints) {
    if (!reading.channel.empty() || name.size() < endpoint.size() + 2) continue;
    const std::size_t at = name.size() - endpoint.size();
    if (!name.ends_with(endpoint) || name[at - 1] != '_') continue;
    const std::string_view base = name.substr(0, at - 1);
    if (base != "state" && find_field(exposed, base) == nullptr) continue;
    reading.channel = name.substr(at);
    return base;
  }
  return name;
}

// Whether it measures the mains: then `voltage` is not its battery's.
bool measures_power(object root) {
  for (const auto field : root) {
    for (const std::string_view name : {"power", "current", "energy"}) {
      if (field.key == name || (field.key.starts_with(name) && field.key[name.size()] == '_')) {
        return true;
      }
    }
  }
  return false;
}

// By what is known of it alone.
void name_by_itself(std::string_view sent, RawReading& reading) {
  // Of air by mass, and of a rain sensor in mV: no fraction of volume, no height of water.
  if (sent == "voc" || sent == "rain_intensity") {
    reading.raw = true;
    return;
  }
  if (sent == "state") {
    // That of a blind or a lock is another thing.
    const auto* text = std::get_if<std::string_view>(&reading.value);
    if (text != nullptr && (*text == "ON" || *text == "OFF")) reading.name = "switch_state";
    return;
  }
  const KnownField* const known = find_field(exposed, sent);
  if (known == nullptr) return;
  name_by(*known, reading);
  // True while the two halves touch.
  if (bool* const closed = std::get_if<bool>(&reading.value); closed && sent == "contact") {
    *closed = !*closed;
  }
}

void name_reading(object root, RawReading& reading) {
  const std::string_view sent = without_endpoint(reading);
  if (sent == "illuminance" && member(root, "illuminance_lux")) {
    reading.name = "illuminance_raw";  // beside lux it is the sensor's own, logarithmic figure
    return;
  }
  if (sent == "voltage" && reading.channel.empty() && !measures_power(root)) {
    reading.name = "battery_voltage";  // of the mains only beside those
    set_unit(reading, "mV");
    return;
  }
  name_by_itself(sent, reading);
}

// An attribute's value is none: a list of them comes without brackets.
bool is_json(std::string_view payload) {
  const auto first = payload.find_first_not_of(" \t\r\n");
  return first != payload.npos && (payload[first] == '{' || payload[first] == '[');
}

// `online`, or in an object as its `state`.
bool is_offline(const Message& message, JsonParser& json) {
  if (message.payload == "offline") return true;
  if (!message.payload.starts_with('{')) return false;
  const auto root = json.parse_object(message);
  return root && text_member(*root, "state") == "offline";
}

}  // namespace

Zigbee2MqttDecoder::Zigbee2MqttDecoder(const Route& route)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {
  // `city/zigbee2mqtt/#`: what stands before the wildcard.
  const auto wildcard = route.topic.find_first_of("+#");
  if (wildcard != std::string::npos) base_ = route.topic.substr(0, wildcard);
}

std::string_view Zigbee2MqttDecoder::below_base(std::string_view topic) const {
  if (!base_.empty() && topic.starts_with(base_)) return topic.substr(base_.size());
  const auto slash = topic.find('/');
  return slash == std::string_view::npos ? std::string_view{} : topic.substr(slash + 1);
}

DecodeResult Zigbee2MqttDecoder::decode(const Message& message, Instant /*receive_time*/,
                                        Decoded& out) {
  const std::string_view device = below_base(message.topic);
  if (device.empty()) {
    return rejected(DeadLetterReason::malformed,
                    "expected a topic of Zigbee2MQTT, such as zigbee2mqtt/{friendly name}");
  }
  if (device == "bridge" || device.starts_with("bridge/")) {
    return suppressed(SuppressedReason::bridge);
  }
  constexpr std::string_view availability = "/availability";
  if (device.ends_with(availability)) {
    const auto id = device.substr(0, device.size() - availability.size());
    out.signs.push_back({out.keep(id), {}, {}, is_offline(message, json_)});
    return suppressed(SuppressedReason::status);
  }
  for (const std::string_view command : {"/set", "/get"}) {
    if (device.ends_with(command)) return suppressed(SuppressedReason::command);
  }
  for (const std::string_view command : {"/set/", "/get/"}) {
    if (device.find(command) != device.npos) return suppressed(SuppressedReason::command);
  }
  if (!is_json(message.payload)) return decode_attribute(message, device, out);
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  const Remarks remarks;
  if (!fields_.append(*root, &remarks, out)) return too_many_readings(readings_limit_);
  if (out.readings.empty()) return suppressed(SuppressedReason::status);
  for (RawReading& reading : out.readings) name_reading(*root, reading);
  Report report;
  report.device = out.keep(device);
  if (const auto seen = member(*root, "last_seen")) {
    // As `last_seen: ISO_8601` or `epoch` of its configuration have it.
    report.time =
        seen->is_number() ? epoch_time(*seen, EpochUnit::milliseconds) : rfc3339_time(*seen);
    report.time.from = "last_seen";
  }
  add_report(report, 0, out);
  return {};
}

// With `output: attribute` each attribute has a topic below its device's, and a plain value.
DecodeResult Zigbee2MqttDecoder::decode_attribute(const Message& message, std::string_view path,
                                                  Decoded& out) {
  const auto slash = path.rfind('/');
  const bool text = simdjson::validate_utf8(message.payload.data(), message.payload.size());
  if (!text || slash == std::string_view::npos || slash == 0 || slash + 1 == path.size()) {
    return rejected(DeadLetterReason::malformed,
                    "expected a JSON object, or the value of an attribute on a topic "
                    "{friendly name}/{attribute}");
  }
  const std::string_view attribute = path.substr(slash + 1);
  if (is_remark(attribute)) return suppressed(SuppressedReason::status);
  RawReading reading;
  reading.name = out.keep_name(attribute);
  if (attribute.size() > RawReading::name_bytes_max) reading.bad = DeadLetterReason::limit;
  if (message.payload == "true" || message.payload == "false") {
    reading.value = message.payload == "true";
  } else if (!read_text_value(message.payload, reading, out)) {
    return suppressed(SuppressedReason::status);  // what was null
  }
  if (needs_neighbours(attribute)) {
    reading.raw = true;
  } else {
    name_by_itself(without_endpoint(reading), reading);
  }
  out.readings.push_back(reading);
  Report report;
  report.device = out.keep(path.substr(0, slash));
  add_report(report, 0, out);
  return {};
}

}  // namespace senne::decode
