#include "pipeline/decode/ngsi_forms.h"

#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

}  // namespace

std::string_view short_name(std::string_view name) {
  if (!name.starts_with("http://") && !name.starts_with("https://")) return name;
  const std::string_view last = name.substr(name.find_last_of("/#") + 1);
  return last.empty() ? name : last;
}

std::string_view entity_id(object entity) {
  const auto id = text_member(entity, "id");
  return (id ? id : text_member(entity, "@id")).value_or(std::string_view{});
}

element value_of(element attribute) {
  object fields;
  if (attribute.get(fields) != simdjson::SUCCESS) return attribute;
  for (const std::string_view name :
       {"value", "@value", "languageMap", "valueList", "json", "vocab"}) {
    element value = attribute;
    if (fields.at_key(name).get(value) != simdjson::SUCCESS) continue;
    object typed;
    element inner;
    if (value.get(typed) == simdjson::SUCCESS &&
        typed.at_key("@value").get(inner) == simdjson::SUCCESS) {
      return inner;
    }
    return value;
  }
  return attribute;
}

std::optional<std::string_view> text_of(element attribute) {
  std::string_view text;
  if (value_of(attribute).get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

bool is_geometry(element value) {
  object geometry;
  return value.get(geometry) == simdjson::SUCCESS && text_member(geometry, "type") &&
         (array_member(geometry, "coordinates") || array_member(geometry, "geometries"));
}

std::optional<Location> place_of(element attribute) {
  const element value = value_of(attribute);
  std::string_view pair;
  if (value.get(pair) == simdjson::SUCCESS) {
    const auto comma = pair.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    return location_at(double_in(trimmed(pair.substr(0, comma))),
                       double_in(trimmed(pair.substr(comma + 1))));
  }
  object geometry;
  if (value.get(geometry) != simdjson::SUCCESS) return std::nullopt;
  const auto type = text_member(geometry, "type");
  const auto coordinates = array_member(geometry, "coordinates");
  if (!type || *type != "Point" || !coordinates || coordinates->size() < 2) return std::nullopt;
  const auto longitude = as_number(coordinates->at(0).value());
  const auto latitude = as_number(coordinates->at(1).value());
  std::optional<double> altitude;
  if (coordinates->size() > 2) altitude = as_number(coordinates->at(2).value());
  return location_at(latitude, longitude, altitude);
}

}  // namespace senne::decode
