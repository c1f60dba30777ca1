#include "pipeline/decode/tasmota.h"

#include <algorithm>
#include <array>

#include "core/check.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

// Times are those of the device's own clock, without an offset.
constexpr const char* local_zone = "Europe/Brussels";

// Quantities by their names in Tasmota's source; units that `...Unit` members say are left open. Of
// one sensor where it means by the name what others do not, and that before the rest; of the first
// of several names for one property the sensor alone is the channel.
struct Quantity {
  std::string_view sensor;  // empty: any
  KnownField field;         // without a property: raw
};
constexpr std::array<Quantity, 29> quantities = {{
    {"ESP32", {"Temperature", "device_temperature", ""}},    // of the chip
    {"MPU6050", {"Temperature", "device_temperature", ""}},  // the same
    {"AS3935", {"Distance", "", ""}},                        // of lightning
    {"ENERGY", {"Total", "energy", "kW.h"}},                 // elsewhere it is rain, or water
    {"WindMeter", {"Speed", "wind_speed", ""}},
    {"", {"Temperature", "air_temperature", ""}},
    {"", {"Humidity", "relative_humidity", "%"}},
    {"", {"Pressure", "air_pressure", ""}},
    {"", {"Illuminance", "illuminance", "lx"}},
    {"", {"CarbonDioxide", "co2", "[ppm]"}},
    {"", {"eCO2", "co2", "[ppm]"}},
    {"", {"TVOC", "voc", "[ppb]"}},
    {"", {"PM1", "pm1", "ug/m3"}},
    {"", {"PM1_0", "pm1", "ug/m3"}},
    {"", {"PM2.5", "pm2_5", "ug/m3"}},
    {"", {"PM2_5", "pm2_5", "ug/m3"}},
    {"", {"PM4", "pm4", "ug/m3"}},
    {"", {"PM4_0", "pm4", "ug/m3"}},
    {"", {"PM10", "pm10", "ug/m3"}},
    {"", {"Distance", "distance", "cm"}},
    {"", {"Power", "active_power", "W"}},
    {"", {"Voltage", "voltage", "V"}},
    {"", {"Current", "current", "A"}},
    {"", {"Frequency", "frequency", "Hz"}},
    {"", {"Factor", "power_factor", "1"}},
    {"", {"Battery", "battery_level", "%"}},
    {"", {"RSSI", "rssi", "dB"}},
    {"", {"Speed.Act", "wind_speed", ""}},
    {"", {"Dir.Deg", "wind_from_direction", "deg"}},
}};

std::size_t quantity_of(std::string_view sensor, std::string_view name) {
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    const Quantity& known = quantities[i];
    if (known.field.name == name && (known.sensor.empty() || known.sensor == sensor)) return i;
  }
  return quantities.size();
}

// Of a property its place in the table; of another name for it the same.
std::size_t first_of_property(std::size_t quantity) {
  for (std::size_t i = 0; i < quantity; ++i) {
    if (quantities[i].field.property == quantities[quantity].field.property) return i;
  }
  return quantity;
}

struct UnitMember {
  std::string_view member;
  std::string_view property;
  std::string_view otherwise;  // where the message does not say
};
constexpr std::array<UnitMember, 4> unit_members = {{{"TempUnit", "air_temperature", "Cel"},
                                                     {"TempUnit", "device_temperature", "Cel"},
                                                     {"PressureUnit", "air_pressure", "hPa"},
                                                     {"SpeedUnit", "wind_speed", "km/h"}}};

std::string_view ucum_of(std::string_view unit) {
  if (unit == "C") return "Cel";
  if (unit == "F") return "[degF]";
  if (unit == "mmHg") return "mm[Hg]";
  if (unit == "kn") return "[kn_i]";
  if (unit == "mph") return "[mi_i]/h";
  if (unit == "ft/s") return "[ft_i]/s";
  return unit;
}

// What says something of the message, not of the world.
class Remarks final : public Covered {
 public:
  bool covers(const Leaf& leaf) const override {
    return leaf.path == "Time" || leaf.path.ends_with(".Id") ||
           (leaf.path.ends_with("Unit") && leaf.path.find('.') == std::string_view::npos);
  }
};

class ZigbeeRemarks final : public Covered {
 public:
  bool covers(const Leaf& leaf) const override {
    for (const std::string_view name : {"Device", "Name", "Endpoint", "Group", "Time"}) {
      if (leaf.path == name) return true;
    }
    return false;
  }
};

// Attributes of Zigbee clusters, as the bridge calls them, in the units that it scales them to.
constexpr std::array<KnownField, 11> zigbee_attributes = {{
    {"Temperature", "air_temperature", "Cel"},
    {"Humidity", "relative_humidity", "%"},
    {"Pressure", "air_pressure", "hPa"},
    {"BatteryPercentage", "battery_level", "%"},
    {"BatteryVoltage", "battery_voltage", "V"},
    {"Occupancy", "motion", ""},
    {"Water", "water_leak", ""},
    {"Power", "switch_state", ""},
    {"RMSVoltage", "voltage", "V"},
    {"RMSCurrent", "current", "A"},
    {"ActivePower", "active_power", "W"},
}};

struct TopicParts {
  std::optional<SuppressedReason> suppressed;
  bool sensors = false;    // SENSOR
  bool state = false;      // STATE
  bool will = false;       // LWT
  bool sign = false;       // it says that the device lives
  std::string_view block;  // of a status: the member in which the same stands
};

// Fills in the device: all levels but the prefix and what the message is.
TopicParts parts_of_topic(std::string_view topic, std::string& device) {
  TopicParts parts;
  device.clear();
  const auto slash = topic.rfind('/');
  const std::string_view kind =
      slash == std::string_view::npos ? std::string_view{} : topic.substr(slash + 1);
  std::string_view rest = slash == std::string_view::npos ? topic : topic.substr(0, slash);
  bool prefixed = false;
  while (!rest.empty()) {
    const auto next = rest.find('/');
    const std::string_view level = rest.substr(0, next);
    rest = next == std::string_view::npos ? std::string_view{} : rest.substr(next + 1);
    if (level == "cmnd") parts.suppressed = SuppressedReason::command;
    if (level == "stat" || (level == "tasmota" && rest.starts_with("discovery"))) {
      parts.suppressed = SuppressedReason::status;
    }
    if (!prefixed && (level == "tele" || level == "stat" || level == "cmnd")) {
      prefixed = true;
      continue;
    }
    if (!device.empty()) device.push_back('/');
    device.append(level);
  }
  if (parts.suppressed == SuppressedReason::command || !prefixed) {
    parts.sensors = kind == "SENSOR" && !parts.suppressed;
    return parts;
  }
  const bool answer = parts.suppressed.has_value();  // stat/...
  parts.sensors = answer ? kind == "STATUS8" || kind == "STATUS10" : kind == "SENSOR";
  parts.state = answer ? kind == "STATUS11" : kind == "STATE";
  parts.will = !answer && kind == "LWT";
  parts.sign = !answer;
  if (answer && parts.sensors) parts.block = "StatusSNS";
  if (answer && parts.state) parts.block = "StatusSTS";
  parts.suppressed.reset();
  // INFO1, UPTIME, STATUS5, RESULT, ...
  if (!parts.sensors && !parts.state && !parts.will) parts.suppressed = SuppressedReason::status;
  return parts;
}

struct SensorAndQuantity {
  std::string_view sensor;
  std::string_view quantity;
};

SensorAndQuantity split(std::string_view path) {
  const auto point = path.find('.');
  if (point == std::string_view::npos) return {{}, path};
  return {path.substr(0, point), path.substr(point + 1)};
}

// `DS18B20-1`, `BME280-77`: a sensor that is one of several has its number or its address on the
// bus in its name, in hexadecimal.
bool is_numbered(std::string_view sensor) {
  const auto separator = sensor.find_last_of("-_");
  if (separator == std::string_view::npos || separator + 1 == sensor.size()) return false;
  return sensor.find_first_not_of("0123456789ABCDEF", separator + 1) == std::string_view::npos;
}

// How many sensors would say each quantity, but have no value for it now.
std::array<std::size_t, quantities.size()> without_value(object root) {
  std::array<std::size_t, quantities.size()> silent{};
  for (const auto sensor : root) {
    object values;
    if (sensor.value.get(values) != simdjson::SUCCESS) continue;
    for (const auto value : values) {
      if (!value.value.is_null()) continue;
      const std::size_t quantity = quantity_of(sensor.key, value.key);
      if (quantity < quantities.size()) ++silent[first_of_property(quantity)];
    }
  }
  return silent;
}

// `Switch1`: several relays of one device have no underscore before their number.
void name_switch(RawReading& reading) {
  constexpr std::string_view relay = "Switch";
  if (!reading.name.starts_with(relay) || reading.name.size() == relay.size()) return;
  reading.channel = reading.name.substr(relay.size());
  reading.name = "switch_state";
}

}  // namespace

TasmotaDecoder::TasmotaDecoder(const Route& route)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      zone_([] {
        auto zone = CivilZone::load(local_zone);
        SENNE_CHECK(zone.has_value());
        return *zone;
      }()),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult TasmotaDecoder::decode(const Message& message, Instant receive_time, Decoded& out) {
  receive_time_ = receive_time;
  const TopicParts topic = parts_of_topic(message.topic, device_);
  if (device_.empty() || !(topic.suppressed || topic.sensors || topic.state || topic.will)) {
    if (topic.suppressed) return suppressed(*topic.suppressed);
    return rejected(DeadLetterReason::malformed,
                    "expected a topic of Tasmota, such as tele/{device}/SENSOR");
  }
  if (topic.will) return only_seen(message.payload == "Offline", out);
  if (topic.suppressed) {
    return topic.sign ? only_seen(false, out) : suppressed(*topic.suppressed);
  }
  auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  if (!topic.block.empty()) {
    const auto block = object_member(*root, topic.block);
    if (!block) return suppressed(SuppressedReason::status);
    root = *block;
  }
  return topic.state ? decode_state(*root, out) : decode_sensors(*root, out);
}

DecodeResult TasmotaDecoder::only_seen(bool gone, Decoded& out) {
  out.signs.push_back({out.keep(device_), {}, out.link, gone});
  return suppressed(SuppressedReason::status);
}

SentTime TasmotaDecoder::time_of(object root) const {
  SentTime time;
  const auto sent = member(root, "Time");
  if (!sent || sent->is_null()) return time;
  std::string_view text;
  time.malformed = true;
  if (sent->get(text) == simdjson::SUCCESS) time = zone_.parse_or_interval(text, receive_time_);
  time.from = "Time";
  return time;
}

DecodeResult TasmotaDecoder::decode_sensors(object root, Decoded& out) {
  if (const auto devices = object_member(root, "ZbReceived")) return decode_zigbee(*devices, out);
  const Remarks remarks;
  if (!fields_.append(root, &remarks, out)) return too_many_readings(readings_limit_);
  if (out.readings.empty()) return suppressed(SuppressedReason::status);
  Report report;
  report.device = out.keep(device_);
  name_quantities(root, out);
  report.time = time_of(root);
  add_report(report, 0, out);
  return {};
}

// Of its relays; how it fares itself is no observation.
DecodeResult TasmotaDecoder::decode_state(object root, Decoded& out) {
  constexpr std::string_view relay = "POWER";
  if (const auto wifi = object_member(root, "Wifi")) {
    out.link.rssi = number_member(*wifi, "Signal");
  }
  for (const auto field : root) {
    const std::string_view name = field.key;
    std::string_view text;
    const bool numbered = std::all_of(name.begin() + std::min(relay.size(), name.size()),
                                      name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!name.starts_with(relay) || !numbered || name.size() > RawReading::name_bytes_max ||
        field.value.get(text) != simdjson::SUCCESS) {
      continue;
    }
    if (!out.make_room(readings_limit_)) return too_many_readings(readings_limit_);
    RawReading& reading = out.readings.emplace_back();
    reading.name = "switch_state";
    // Beside what `Switch1` of its sensors says, which is a button.
    reading.channel = out.keep(name);
    reading.value = out.keep(text);
  }
  if (out.readings.empty()) return only_seen(false, out);
  Report report;
  report.device = out.keep(device_);
  report.time = time_of(root);
  add_report(report, 0, out);
  return {};
}

// A sensor is the channel where several say the same, or would if all had a value, and where its
// name says that it is one of several.
void TasmotaDecoder::name_quantities(object root, Decoded& out) {
  std::array<std::size_t, quantities.size()> said = without_value(root);
  sensors_.clear();
  for (RawReading& reading : out.readings) {
    const auto [sensor, name] = split(reading.name);
    const std::size_t quantity = sensor.empty() ? none : quantity_of(sensor, name);
    sensors_.push_back({sensor, name, none});
    if (quantity >= quantities.size()) {
      if (sensor.empty() && reading.channel.empty()) name_switch(reading);
      continue;
    }
    const KnownField& known = quantities[quantity].field;
    if (known.property.empty()) continue;
    sensors_.back().quantity = quantity;
    if (reading.channel.empty() || reading.channel == "0") ++said[first_of_property(quantity)];
    name_by(known, reading);
    for (const UnitMember& unit : unit_members) {
      if (unit.property != known.property) continue;
      set_unit(reading,
               out.keep_name(ucum_of(text_member(root, unit.member).value_or(unit.otherwise))));
    }
  }
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    const auto& [sensor, name, quantity] = sensors_[i];
    if (quantity == none) continue;
    if (said[first_of_property(quantity)] < 2 && !is_numbered(sensor)) continue;
    RawReading& reading = out.readings[i];
    device_.assign(sensor);
    if (first_of_property(quantity) != quantity && quantities[quantity].sensor.empty()) {
      device_.append(".").append(name);
    }
    if (!reading.channel.empty()) device_.append(".").append(reading.channel);
    reading.channel = out.keep_name(device_);
  }
}

// What a bridge to Zigbee hands on: a device each, by its name, else its short address.
DecodeResult TasmotaDecoder::decode_zigbee(object devices, Decoded& out) {
  const std::size_t bridge = device_.size();
  expect_reports(devices.size(), readings_limit_, out);
  for (const auto field : devices) {
    object values;
    if (field.value.get(values) != simdjson::SUCCESS) continue;
    const std::size_t first = out.readings.size();
    const ZigbeeRemarks remarks;
    if (!fields_.append(values, &remarks, out)) return too_many_readings(readings_limit_);
    if (out.readings.size() == first) continue;
    for (RawReading& reading : readings_from(out, first)) {
      const KnownField* const known = find_field(zigbee_attributes, reading.name);
      if (known != nullptr) name_by(*known, reading);
      // By ZCL 4.2.2.2.1.1 a logarithm.
      if (reading.name == "Illuminance") reading.raw = true;
    }
    Report report;
    const auto id = [&](std::string_view of) {
      device_.resize(bridge);
      return out.keep(device_.append("/").append(of));
    };
    report.device = id(text_member(values, "Name").value_or(field.key));
    report.other_device = id(text_member(values, "Device").value_or(field.key));
    if (report.other_device == report.device) report.other_device = {};
    add_report(report, first, out);
  }
  if (out.reports.empty()) return suppressed(SuppressedReason::status);
  return {};
}

}  // namespace senne::decode
