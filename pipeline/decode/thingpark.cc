#include "pipeline/decode/thingpark.h"

#include <algorithm>
#include <array>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

struct Event {
  std::string_view member;
  SuppressedReason reason;
};
// By how their names begin: there are `DevEUI_downlink_Sent`, `..._Rejected` and more.
constexpr std::array<Event, 4> suppressed_events = {{
    {"DevEUI_location", SuppressedReason::location},
    {"DevEUI_downlink", SuppressedReason::downlink},
    {"DevEUI_multicast", SuppressedReason::downlink},
    {"DevEUI_notification", SuppressedReason::status},
}};

// A number, or a text that is one.
std::optional<double> number_at(object place, std::string_view name) {
  const auto text = text_member(place, name);
  return text ? double_in(*text) : number_member(place, name);
}

// Where its owner says that it stands. LrrLAT and LrrLON are the gateway's.
std::optional<Location> location_of_customer(object uplink) {
  const auto customer = object_member(uplink, "CustomerData");
  const auto place = customer ? object_member(*customer, "loc") : std::nullopt;
  if (!place) return std::nullopt;
  return location_at(number_at(*place, "lat"), number_at(*place, "lon"));
}

// Of a point whose unit is `GPS` the record is a place, longitude first (as IoT Flow sends it).
std::optional<Location> place_of(element record) {
  array pair;
  if (record.get(pair) != simdjson::SUCCESS || pair.size() < 2) return std::nullopt;
  return location_at(as_number(pair.at(1).value()), as_number(pair.at(0).value()));
}

// What the points of the message have said, by the same names.
class SaidByPoints final : public Covered {
 public:
  // Sorted.
  explicit SaidByPoints(const std::vector<std::string_view>& names) : names_(names) {}
  bool covers(const Leaf& leaf) const override {
    return std::binary_search(names_.begin(), names_.end(), leaf.path);
  }

 private:
  const std::vector<std::string_view>& names_;
};

}  // namespace

ThingparkDecoder::ThingparkDecoder(const Route& route, DeviceCodecs* codecs)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      bytes_(codecs, route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult ThingparkDecoder::decode(const Message& message, Instant /*receive_time*/,
                                      Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  if (const auto uplink = object_member(*root, "DevEUI_uplink")) {
    return decode_uplink(*uplink, out);
  }
  for (const auto field : *root) {
    object body;
    if (field.value.get(body) != simdjson::SUCCESS) continue;
    for (const Event& event : suppressed_events) {
      if (!field.key.starts_with(event.member)) continue;
      const auto type = text_member(body, "Type");
      return suppressed(type && *type == "join" ? SuppressedReason::join : event.reason);
    }
  }
  return rejected(DeadLetterReason::malformed,
                  "expected an event of ThingPark, such as /DevEUI_uplink");
}

// What ThingPark X makes of a payload: by name a unit, and one `record` or several `records`, each
// with its time.
bool ThingparkDecoder::append_points(object points, Report& report, Decoded& out) {
  for (const auto field : points) {
    object point;
    if (field.value.get(point) != simdjson::SUCCESS) continue;
    if (points_.size() < readings_limit_) points_.push_back(field.key);
    const std::string_view unit = out.keep_name(text_member(point, "unitId").value_or(""));
    const auto append = [&](element value, const SentTime& time) {
      const auto place = unit == "GPS" ? place_of(value) : std::nullopt;
      if (place) {
        if (!report.location) report.location = place;
        return append_place(*place, time, out);
      }
      const std::size_t first = out.readings.size();
      if (!fields_.append(field.key, value, out)) return false;
      for (RawReading& reading : readings_from(out, first)) {
        reading.time = time;
        reading.unit = unit;
        if (!unit.empty()) reading.unit_system = UnitSystem::senml;
      }
      return true;
    };
    if (const auto record = member(point, "record"); record && !append(*record, {})) return false;
    const auto records = array_member(point, "records");
    if (!records) continue;
    for (const auto item : *records) {
      object record;
      if (item.get(record) != simdjson::SUCCESS) continue;
      const auto value = member(record, "value");
      if (value && !append(*value, rfc3339_time_member(record, "eventTime"))) return false;
    }
  }
  std::sort(points_.begin(), points_.end());
  return true;
}

bool ThingparkDecoder::append_place(const Location& place, const SentTime& time, Decoded& out) {
  const auto append = [&](std::string_view name, double degrees) {
    if (!out.make_room(readings_limit_)) return false;
    RawReading& reading = out.readings.emplace_back();
    reading.name = name;
    set_unit(reading, "deg");
    reading.value = degrees;
    reading.time = time;
    return true;
  };
  return append("latitude", place.latitude) && append("longitude", place.longitude);
}

DecodeResult ThingparkDecoder::decode_uplink(object uplink, Decoded& out) {
  const auto sent = text_member(uplink, "DevEUI");
  const auto eui = sent ? DevEui::parse(*sent) : std::nullopt;
  if (!eui) {
    return rejected(DeadLetterReason::malformed,
                    "expected 16 hexadecimal digits at /DevEUI_uplink/DevEUI");
  }
  Report report;
  report.device = out.keep(eui->text());
  if (const auto counter = member(uplink, "FCntUp")) {
    report.sequence = keep_counter(*counter, out);
  }
  report.time = rfc3339_time_member(uplink, "Time");
  hear(uplink, "LrrRSSI", "LrrSNR", out.link);
  out.link.battery = battery_of(number_at(uplink, "BatteryLevel"));
  points_.clear();
  const auto points = object_member(uplink, "points");
  if (points && !append_points(*points, report, out)) return too_many_readings(readings_limit_);
  if (!report.location) report.location = location_of_customer(uplink);
  if (const auto decoded = object_member(uplink, "payload")) {
    const SaidByPoints said(points_);
    if (!fields_.append(*decoded, &said, out)) return too_many_readings(readings_limit_);
  }
  if (!out.readings.empty()) {
    add_report(report, 0, out);
    return {};
  }
  const auto bytes = text_member(uplink, "payload_hex");
  if (!bytes || bytes->empty()) return only_heard(report, out);
  return bytes_.decode(
      {*bytes, BytesEncoding::hex, "/DevEUI_uplink/payload_hex", port_of(uplink, "FPort")}, report,
      out);
}

}  // namespace senne::decode
