#include "pipeline/decode/ngsi_entity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/check.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/ngsi_models.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

constexpr std::string_view urn = "urn:ngsi-ld:";

// Describe the entity: nothing that it observed.
constexpr std::array<std::string_view, 17> descriptions = {
    "id",     "type",         "@context",    "address",     "location",      "name",
    "source", "dataProvider", "description", "dateCreated", "alternateName", "dateModified",
    "owner",  "seeAlso",      "areaServed",  "@id",         "@type"};

// When it was observed, in this order.
constexpr std::array<std::string_view, 5> times = {"dateObserved", "observationDateTime",
                                                   "TimeInstant", "observedAt", "binLoggedTime"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_reference(std::string_view name) {
  return name.size() > 3 && name.starts_with("ref") && name[3] >= 'A' && name[3] <= 'Z';
}

// `urn:ngsi-ld:{Type}:{id}` is the id in the other forms.
std::string_view without_urn(std::string_view id) {
  if (!id.starts_with(urn)) return id;
  const auto colon = id.find(':', urn.size());
  return colon == std::string_view::npos || colon + 1 == id.size() ? id : id.substr(colon + 1);
}

// What a normalized attribute holds, and a plain one is.
element value_of(element attribute) {
  object fields;
  if (attribute.get(fields) != simdjson::SUCCESS) return attribute;
  element value = attribute;
  if (fields.at_key("value").get(value) == simdjson::SUCCESS ||
      fields.at_key("@value").get(value) == simdjson::SUCCESS) {
    object typed;
    element inner;
    if (value.get(typed) == simdjson::SUCCESS &&
        typed.at_key("@value").get(inner) == simdjson::SUCCESS) {
      return inner;
    }
  }
  return value;
}

std::optional<std::string_view> text_of(element attribute) {
  std::string_view text;
  if (value_of(attribute).get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

// What an entity refers to: plain, `value` of NGSIv2, `object` of NGSI-LD; the first of several.
std::string_view referred_to(object entity, std::string_view name) {
  auto sent = member(entity, name);
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

// GeoJSON: longitude first. Only a point is a place.
std::optional<Location> location_of_entity(object entity) {
  const auto sent = member(entity, "location");
  object geometry;
  if (!sent || value_of(*sent).get(geometry) != simdjson::SUCCESS) return std::nullopt;
  const auto type = text_member(geometry, "type");
  const auto coordinates = array_member(geometry, "coordinates");
  if (!type || *type != "Point" || !coordinates || coordinates->size() < 2) return std::nullopt;
  const auto longitude = as_number(coordinates->at(0).value());
  const auto latitude = as_number(coordinates->at(1).value());
  std::optional<double> altitude;
  if (coordinates->size() > 2) altitude = as_number(coordinates->at(2).value());
  return location_at(latitude, longitude, altitude);
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
    : fields_(readings_limit), utc_(utc()), limit_(readings_limit) {}

DecodeResult NgsiEntity::append_all(element root, Decoded& out) {
  array entities;
  object fields;
  DecodeResult appended;
  if (root.get(entities) == simdjson::SUCCESS) {
    appended = append_list(entities, "", out);
  } else if (root.get(fields) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed, "expected an entity, or an array of them");
  } else if (const auto body = object_member(fields, "body"); body && member(fields, "metadata")) {
    // ETSI GS CIM 009, 7.2: what stands in headers over HTTP stands in `metadata` over MQTT.
    const auto data = array_member(*body, "data");
    if (!data) return rejected(DeadLetterReason::malformed, "expected an array at /body/data");
    appended = append_list(*data, "/body/data", out);
  } else if (const auto data = array_member(fields, "data"); data && !member(fields, "value")) {
    appended = append_list(*data, "/data", out);
  } else if (const auto batch = array_member(fields, "entities")) {
    appended = append_list(*batch, "/entities", out);
  } else {
    appended = append(fields, "", out);
  }
  if (!appended) return appended;
  if (out.reports.empty()) return suppressed(SuppressedReason::status);
  return {};
}

DecodeResult NgsiEntity::append_list(array entities, std::string_view where, Decoded& out) {
  std::size_t index = 0;
  expect_reports(entities.size(), limit_, out);
  for (const auto item : entities) {
    object entity;
    const std::string place = fmt::format("{}/{}", where, index++);
    if (item.get(entity) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed, "expected an entity at " + place);
    }
    if (auto appended = append(entity, place, out); !appended) return appended;
  }
  return {};
}

DecodeResult NgsiEntity::append(object entity, std::string_view where, Decoded& out) {
  const auto id = text_member(entity, "id");
  const auto type = text_member(entity, "type");
  if (!id || id->empty() || !type || type->empty()) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected an entity with {0}/id and {0}/type", where));
  }
  Report report;
  // The ids of observations often change from one to the next; that of the device does not.
  const std::string_view device = without_urn(referred_to(entity, "refDevice"));
  report.device = out.keep(device.empty() ? without_urn(*id) : device);
  if (!device.empty()) {
    report.other_device = out.keep(without_urn(*id));
  } else if (id->size() != report.device.size()) {
    report.other_device = out.keep(*id);
  }
  report.time = time_of(entity);
  report.location = location_of_entity(entity);
  const std::size_t first = out.readings.size();
  for (const auto attribute : entity) {
    const std::string_view name = attribute.key;
    if (is_one_of(descriptions, name) || is_one_of(times, name) || is_reference(name) ||
        name == "dateObservedFrom" || name == "dateObservedTo") {
      continue;
    }
    if (!append_attribute(*type, name, attribute.value, out)) return too_many_readings(limit_);
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
SentTime NgsiEntity::time_of(object entity) const {
  const auto from = member(entity, "dateObservedFrom");
  const auto to = member(entity, "dateObservedTo");
  if (from && to) {
    SentTime time = time_in(*from);
    const SentTime end = time_in(*to);
    if (time.start && end.start && *time.start <= *end.start) {
      time.end = end.start;
      time.from = "dateObservedFrom, dateObservedTo";
      return time;
    }
  }
  for (const std::string_view name : times) {
    if (const auto sent = member(entity, name)) {
      SentTime time = time_in(*sent);
      time.from = TimeMember::of(name);
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
  if (sent.get(several) == simdjson::SUCCESS && several.size() > 0 && several.at(0).is_object() &&
      several.at(0).at_key("value").error() == simdjson::SUCCESS) {
    // One attribute several times, told apart by `datasetId` (ETSI GS CIM 009, 4.5.5).
    for (const auto instance : several) {
      if (!append_attribute(type, name, instance, out)) return false;
    }
    return true;
  }
  object fields;
  if (sent.get(fields) == simdjson::SUCCESS) {
    const auto kind = text_member(fields, "type");
    if (kind && (*kind == "Relationship" || *kind == "ListRelationship" || *kind == "GeoProperty" ||
                 *kind == "geo:json")) {
      return true;
    }
    attribute.number_as_text = kind && *kind == "Number";
    if (const auto languages = member(fields, "languageMap")) {
      attribute.value = *languages;
    }
    if (const auto code = text_member(fields, "unitCode")) attribute.unit_code = *code;
    if (const auto dataset = text_member(fields, "datasetId")) {
      attribute.channel = without_urn(*dataset);
    }
    if (const auto observed = member(fields, "observedAt")) attribute.time = time_in(*observed);
    if (const auto metadata = object_member(fields, "metadata")) {
      if (const auto code = member(*metadata, "unitCode")) {
        attribute.unit_code = text_of(*code).value_or(std::string_view{});
      }
      for (const std::string_view stamp : {"TimeInstant", "timestamp", "observedAt"}) {
        if (const auto at = member(*metadata, stamp)) attribute.time = time_in(*at);
      }
    }
  }
  return append_value(type, attribute, out);
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
  const std::string_view ucum = ucum_of_uncefact(attribute.unit_code);
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
