#include "pipeline/decode/ngsi_entity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/check.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/ngsi_forms.h"
#include "pipeline/decode/ngsi_models.h"
#include "pipeline/decode/ngsi_temporal.h"
#include "pipeline/decode/parts.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

constexpr std::string_view urn = "urn:ngsi-ld:";

// When it was observed, in this order.
struct TimePart {
  NgsiPart part;
  TimeMember name;
};
constexpr std::array<TimePart, 5> times = {{
    {NgsiPart::date_observed, "dateObserved"},
    {NgsiPart::observation_date_time, "observationDateTime"},
    {NgsiPart::time_instant, "TimeInstant"},
    {NgsiPart::observed_at, "observedAt"},
    {NgsiPart::bin_logged_time, "binLoggedTime"},
}};

// `urn:ngsi-ld:{Type}:{id}` is the id in the other forms.
std::string_view without_urn(std::string_view id) {
  if (!id.starts_with(urn)) return id;
  const auto colon = id.find(':', urn.size());
  return colon == std::string_view::npos || colon + 1 == id.size() ? id : id.substr(colon + 1);
}

// What a reference says: plain, `value` of NGSIv2, `object` of NGSI-LD; the first of several.
std::string_view referred_to(std::optional<element> sent) {
  array several;
  if (sent && sent->get(several) == simdjson::SUCCESS) {
    sent = several.size() > 0 ? std::optional(several.at(0).value()) : std::nullopt;
  }
  if (!sent) return {};
  object fields;
  if (sent->get(fields) == simdjson::SUCCESS) {
    if (const auto target = text_member(fields, "object")) return *target;
  }
  return text_of(*sent).value_or(std::string_view{});
}

// The entity that a GeoJSON feature represents (ETSI GS CIM 009, 4.5.16): its attributes stand in
// `properties`.
std::optional<object> attributes_of_feature(object entity) {
  const auto type = text_member(entity, "type");
  if (!type || *type != "Feature") return std::nullopt;
  return object_member(entity, "properties");
}

// Not observed: relationships, places, and what a command became.
bool says_no_value(std::string_view kind) {
  for (const std::string_view other :
       {"Relationship", "ListRelationship", "GeoProperty", "geo:json", "geo:point", "command",
        "commandStatus", "commandResult"}) {
    if (kind == other) return true;
  }
  return false;
}

// One attribute several times: each says its kind, or at least its value.
bool are_instances(array several) {
  object first;
  if (several.size() == 0 || several.at(0).get(first) != simdjson::SUCCESS) return false;
  const auto kind = text_member(first, "type");
  return member(first, "value") ||
         (kind && (kind->ends_with("Property") || kind->ends_with("Relationship")));
}

// Types under which NGSIv2 sends numbers as text.
bool is_number_type(std::string_view kind) {
  for (const std::string_view number : {"Number", "Integer", "Float", "Double"}) {
    if (kind == number) return true;
  }
  return false;
}

bool same(const SentTime& a, const SentTime& b) {
  return a.start == b.start && a.end == b.end && a.malformed == b.malformed;
}

CivilZone utc() {
  auto zone = CivilZone::load("UTC");
  SENNE_CHECK(zone.has_value());
  return *zone;
}

}  // namespace

NgsiEntity::NgsiEntity(std::size_t readings_limit)
    : parts_(std::max(readings_limit, PayloadFields::members_max)),
      fields_(readings_limit),
      utc_(utc()),
      limit_(readings_limit) {}

DecodeResult NgsiEntity::append_all(element root, Decoded& out) {
  if (auto appended = append_any(root, "", out); !appended) return appended;
  if (out.reports.empty()) return suppressed(SuppressedReason::status);
  return {};
}

DecodeResult NgsiEntity::append_any(element root, std::string_view where, Decoded& out) {
  array entities;
  object fields;
  if (root.get(entities) == simdjson::SUCCESS) return append_list(entities, where, out);
  if (root.get(fields) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed, "expected an entity, or an array of them");
  }
  const auto in = [&](std::string_view name) { return fmt::format("{}/{}", where, name); };
  if (const auto body = object_member(fields, "body"); body && member(fields, "metadata")) {
    // ETSI GS CIM 009, 7.2: what stands in headers over HTTP stands in `metadata` over MQTT.
    const auto data = member(*body, "data");
    if (!data || !(data->is_array() || data->is_object())) {
      return rejected(DeadLetterReason::malformed, "expected entities at /body/data");
    }
    return append_any(*data, "/body/data", out);
  }
  if (const auto data = member(fields, "data"); data && !member(fields, "value")) {
    // Of a notification; a single object may also be an attribute of that name.
    const bool notification = data->is_object() && member(fields, "subscriptionId");
    if (data->is_array() || notification) return append_any(*data, in("data"), out);
  }
  for (const std::string_view several : {"entities", "features"}) {
    const auto list = array_member(fields, several);
    if (list && entity_id(fields).empty()) return append_list(*list, in(several), out);
  }
  return append(fields, where, std::nullopt, out);
}

DecodeResult NgsiEntity::append_list(array entities, std::string_view where, Decoded& out) {
  Parts parts(where, entities.size(), limit_, out);
  std::size_t index = 0;
  for (const auto item : entities) {
    parts.begin();
    object entity;
    auto result = item.get(entity) == simdjson::SUCCESS
                      ? append(entity, where, index, out)
                      : rejected(DeadLetterReason::malformed,
                                 fmt::format("expected an entity at {}/{}", where, index));
    if (auto ended = parts.end(std::move(result)); !ended) return ended;
    ++index;
  }
  return parts.finish().value_or(DecodeResult{});
}

DecodeResult NgsiEntity::append(object entity, std::string_view where,
                                std::optional<std::size_t> index, Decoded& out) {
  const auto feature = attributes_of_feature(entity);
  if (!parts_.read(feature.value_or(entity))) return too_many_readings(limit_);
  const std::string_view id = feature ? entity_id(entity) : parts_.id();
  const std::string_view type = parts_.type();
  if (id.empty() || type.empty()) {
    const std::string at = index ? fmt::format("{}/{}", where, *index) : std::string(where);
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected an entity with {0}/id and {0}/type", at));
  }
  Report report;
  // The ids of observations often change from one to the next; that of the device does not.
  const std::string_view device = without_urn(referred_to(parts_[NgsiPart::reference_to_device]));
  report.device = out.keep(device.empty() ? without_urn(id) : device);
  if (!device.empty()) {
    report.other_device = out.keep(without_urn(id));
  } else if (id.size() != report.device.size()) {
    report.other_device = out.keep(id);
  }
  report.time = observation_time();
  const auto place = feature ? member(entity, "geometry") : parts_[NgsiPart::location];
  if (place) report.location = place_of(*place);
  const std::size_t first = out.readings.size();
  for (const auto& [name, attribute] : parts_.observed()) {
    if (!append_attribute(type, name, attribute, out)) return too_many_readings(limit_);
  }
  for (RawReading& reading : readings_from(out, first)) {
    if (same(reading.time, report.time)) reading.time = {};
  }
  if (out.readings.size() > first) add_report(report, first, out);
  return {};
}

SentTime NgsiEntity::time_in(element value) const {
  const auto text = text_of(value);
  if (text) return utc_.parse_or_interval(*text);
  SentTime time;
  time.malformed = true;
  return time;
}

// `dateObserved` is often an interval without a zone, beside limits that have one.
SentTime NgsiEntity::observation_time() const {
  const auto& from = parts_[NgsiPart::observed_from];
  const auto& to = parts_[NgsiPart::observed_to];
  if (from && to) {
    SentTime time = time_in(*from);
    const SentTime end = time_in(*to);
    if (time.start && end.start && *time.start <= *end.start) {
      time.end = end.start;
      time.from = "dateObservedFrom, dateObservedTo";
      return time;
    }
  }
  for (const auto& [part, name] : times) {
    if (const auto& sent = parts_[part]) {
      SentTime time = time_in(*sent);
      time.from = name;
      return time;
    }
  }
  SentTime time = from ? time_in(*from) : SentTime{};
  time.from = "dateObservedFrom";
  return time;
}

// False when there are too many readings.
bool NgsiEntity::append_attribute(std::string_view type, std::string_view name, element sent,
                                  Decoded& out) {
  Attribute attribute{name, value_of(sent), {}, {}, {}, false};
  array several;
  if (sent.get(several) == simdjson::SUCCESS && are_instances(several)) {
    // One attribute several times, told apart by `datasetId` (ETSI GS CIM 009, 4.5.5).
    for (const auto instance : several) {
      if (!append_attribute(type, name, instance, out)) return false;
    }
    return true;
  }
  if (is_geometry(attribute.value)) return true;
  object fields;
  if (sent.get(fields) == simdjson::SUCCESS) {
    const auto kind = text_member(fields, "type");
    if (kind && says_no_value(*kind)) return true;
    const auto target = text_member(fields, "object");
    if (!kind && target && target->starts_with("urn:")) return true;  // a concise relationship
    attribute.number_as_text = kind && is_number_type(*kind);
    if (const auto code = text_member(fields, "unitCode")) attribute.unit_code = *code;
    if (const auto dataset = text_member(fields, "datasetId")) {
      attribute.channel = without_urn(*dataset);
    }
    if (const auto observed = member(fields, "observedAt")) attribute.time = time_in(*observed);
    if (const auto metadata = object_member(fields, "metadata")) {
      for (const std::string_view stated : {"unit", "unitCode"}) {
        const auto code = member(*metadata, stated);
        if (code) attribute.unit_code = text_of(*code).value_or(std::string_view{});
      }
      for (const std::string_view stamp : {"TimeInstant", "timestamp", "observedAt"}) {
        if (const auto at = member(*metadata, stamp)) attribute.time = time_in(*at);
      }
    }
  }
  if (attribute.value.is_object() && has_series(fields)) {
    return append_series(type, attribute, fields, out);
  }
  return append_value(type, attribute, out);
}

// One reading a pair of value and time.
bool NgsiEntity::append_series(std::string_view type, Attribute attribute, object fields,
                               Decoded& out) {
  const std::string_view name = attribute.name;
  for (const auto field : fields) {
    const auto pairs = series_in(field.key, field.value);
    if (!pairs) continue;
    attribute.name = name;
    if (is_aggregation(field.key)) {
      aggregated_.assign(name).append(".").append(field.key);
      attribute.name = aggregated_;
    }
    for (const auto item : *pairs) {
      const auto pair = temporal_pair(item);
      if (!pair) {
        if (!append_bad(attribute.name, out)) return false;
        continue;
      }
      attribute.value = pair->value;
      attribute.time = time_in(pair->start);
      if (pair->end) attribute.time.end = time_in(*pair->end).start;
      if (!append_value(type, attribute, out)) return false;
    }
  }
  return true;
}

bool NgsiEntity::append_bad(std::string_view name, Decoded& out) {
  if (!out.make_room(limit_)) return false;
  RawReading& reading = out.readings.emplace_back();
  reading.name = out.keep_name(name);
  reading.bad = DeadLetterReason::malformed;
  return true;
}

bool NgsiEntity::append_value(std::string_view type, const Attribute& attribute, Decoded& out) {
  const std::size_t first = out.readings.size();
  std::string_view text;
  if (attribute.value.get(text) == simdjson::SUCCESS) {
    if (text == "urn:ngsi-ld:null") return true;
    if (attribute.number_as_text && number_in(text)) {
      if (!out.make_room(limit_)) return false;
      RawReading& reading = out.readings.emplace_back();
      reading.name = out.keep_name(attribute.name);
      reading.value = *number_in(text);
    }
  }
  if (out.readings.size() == first && !fields_.append(attribute.name, attribute.value, out)) {
    return false;
  }
  const std::string_view channel = out.keep_name(attribute.channel);
  const std::string_view unknown = out.keep_name(attribute.unit_code);
  const std::string_view ucum =
      unknown.empty() ? std::string_view{} : ucum_of_uncefact(attribute.unit_code);
  for (RawReading& reading : readings_from(out, first)) {
    if (!channel.empty()) reading.channel = channel;
    reading.time = attribute.time;
    name_by_model(type, reading);
    // A code that nobody knows must not be taken for the usual unit.
    if (!unknown.empty()) set_unit(reading, ucum.empty() ? unknown : ucum);
  }
  return true;
}

}  // namespace senne::decode
