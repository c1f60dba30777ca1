// The forms in which NGSIv2 and NGSI-LD (ETSI GS CIM 009) write the parts of an entity: normalized,
// concise, simplified, with names expanded to IRIs.
#pragma once

#include <optional>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/json.h"

namespace senne::decode {

// `https://smartdatamodels.org/dataModel.Weather/temperature` is `temperature`: what a broker
// writes that was given no context.
std::string_view short_name(std::string_view name);

// `id` or `@id`; empty where there is none.
std::string_view entity_id(object entity);

// What a normalized or concise attribute holds, and a plain one is.
element value_of(element attribute);
std::optional<std::string_view> text_of(element attribute);

// Whether a value says where something is, by GeoJSON.
bool is_geometry(element value);
// A GeoJSON point, longitude first, or the `latitude, longitude` of NGSIv2's geo:point. Nothing for
// another geometry.
std::optional<Location> place_of(element attribute);

}  // namespace senne::decode
