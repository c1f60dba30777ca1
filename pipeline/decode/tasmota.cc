#include "pipeline/decode/tasmota.h"

#include <array>

#include "core/check.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

// Times are those of the device's own clock, without an offset.
constexpr const char* local_zone = "Europe/Brussels";

// Quantities of a sensor by their names in Tasmota's source; units that `...Unit` members say are
// left open.
constexpr std::array<KnownField, 18> quantities = {{
    {"Temperature", "air_temperature", ""},
    {"Humidity", "relative_humidity", "%"},
    {"Pressure", "air_pressure", ""},
    {"Illuminance", "illuminance", "lx"},
    {"CarbonDioxide", "co2", "[ppm]"},
    {"eCO2", "co2", "[ppm]"},
    {"TVOC", "voc", "[ppb]"},
    {"PM1", "pm1", "ug/m3"},
    {"PM2.5", "pm2_5", "ug/m3"},
    {"PM4", "pm4", "ug/m3"},
    {"PM10", "pm10", "ug/m3"},
    {"Distance", "distance", "cm"},
    {"Power", "active_power", "W"},
    {"Voltage", "voltage", "V"},
    {"Current", "current", "A"},
    {"Frequency", "frequency", "Hz"},
    {"Factor", "power_factor", "1"},
    {"Total", "energy", "kW.h"},
}};

struct UnitMember {
  std::string_view member;
  std::string_view property;
  std::string_view otherwise;  // where the message does not say
};
constexpr std::array<UnitMember, 2> unit_members = {
    {{"TempUnit", "air_temperature", "Cel"}, {"PressureUnit", "air_pressure", "hPa"}}};

std::string_view ucum_of(std::string_view unit) {
  if (unit == "C") return "Cel";
  if (unit == "F") return "[degF]";
  if (unit == "mmHg") return "mm[Hg]";
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

struct TopicParts {
  std::optional<SuppressedReason> suppressed;
  bool telemetry = false;
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
  if (kind == "SENSOR") {
    parts.telemetry = !parts.suppressed;
  } else if (!parts.suppressed && prefixed) {
    parts.suppressed = SuppressedReason::status;  // STATE, LWT, INFO1, UPTIME, ...
  }
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

DecodeResult TasmotaDecoder::decode(const Message& message, Instant /*receive_time*/,
                                    Decoded& out) {
  const TopicParts topic = parts_of_topic(message.topic, device_);
  if (topic.suppressed) return suppressed(*topic.suppressed);
  if (!topic.telemetry || device_.empty()) {
    return rejected(DeadLetterReason::malformed,
                    "expected a topic of Tasmota, such as tele/{device}/SENSOR");
  }
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  const Remarks remarks;
  if (!fields_.append(*root, &remarks, out)) return too_many_readings(readings_limit_);
  if (out.readings.empty()) return suppressed(SuppressedReason::status);
  Report report;
  report.device = out.keep(device_);
  name_quantities(*root, out);
  if (const auto text = text_member(*root, "Time")) {
    report.time.from = "Time";
    report.time.start = zone_.parse(*text);
    report.time.malformed = !report.time.start;
  }
  add_report(report, 0, out);
  return {};
}

// A sensor is the channel only where several say the same.
void TasmotaDecoder::name_quantities(object root, Decoded& out) {
  std::array<std::size_t, quantities.size()> said{};
  sensors_.clear();
  for (RawReading& reading : out.readings) {
    const auto [sensor, quantity] = split(reading.name);
    const KnownField* const known = sensor.empty() ? nullptr : find_field(quantities, quantity);
    sensors_.push_back(
        {sensor, known == nullptr ? none : static_cast<std::size_t>(known - quantities.data())});
    if (known == nullptr) {
      if (sensor.empty() && reading.channel.empty()) name_switch(reading);
      continue;
    }
    if (reading.channel.empty() || reading.channel == "0") ++said[sensors_.back().quantity];
    name_by(*known, reading);
    for (const UnitMember& unit : unit_members) {
      if (unit.property != known->property) continue;
      set_unit(reading,
               out.keep_name(ucum_of(text_member(root, unit.member).value_or(unit.otherwise))));
    }
  }
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    const auto& [sensor, quantity] = sensors_[i];
    if (quantity == none || said[quantity] < 2) continue;
    RawReading& reading = out.readings[i];
    device_.assign(sensor);
    if (!reading.channel.empty()) device_.append(".").append(reading.channel);
    reading.channel = out.keep_name(device_);
  }
}

}  // namespace senne::decode
