// An NGSI-LD attribute over time, simplified (ETSI GS CIM 009, 4.5.9: `values` and their like, each
// with its time) or aggregated (4.5.19: `avg`, `max`, ..., each with its period).
#pragma once

#include <optional>
#include <string_view>

#include "pipeline/decode/json.h"

namespace senne::decode {

// The pairs of a member that is such a series; nothing for another.
std::optional<array> series_in(std::string_view member, element value);

// Whether an attribute has one, and no value.
bool has_series(object attribute);

// Whether the member is not the values themselves, but what a method made of them.
bool is_aggregation(std::string_view member);

struct TemporalPair {
  element value;
  element start;
  std::optional<element> end;
};
// `[value, time]`, or `[value, start, end]`.
std::optional<TemporalPair> temporal_pair(element item);

}  // namespace senne::decode
