#include "pipeline/decode/ngsi_temporal.h"

#include <algorithm>
#include <array>
#include <span>

namespace senne::decode {
namespace {

constexpr std::array<std::string_view, 5> values = {"values", "languageMaps", "valueLists",
                                                    "vocabs", "jsons"};
constexpr std::array<std::string_view, 8> methods = {
    "totalCount", "distinctCount", "sum", "avg", "min", "max", "stddev", "sumsq"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<array> series_in(std::string_view member, element value) {
  if (!is_one_of(values, member) && !is_one_of(methods, member)) return std::nullopt;
  array pairs;
  // Its first is told from a value that is a list.
  if (value.get(pairs) != simdjson::SUCCESS || pairs.size() == 0 ||
      !temporal_pair(pairs.at(0).value())) {
    return std::nullopt;
  }
  return pairs;
}

bool has_series(object attribute) {
  bool found = false;
  for (const auto field : attribute) {
    const std::string_view name = field.key;
    if (name == "value") return false;
    found = found || series_in(name, field.value).has_value();
  }
  return found;
}

bool is_aggregation(std::string_view member) { return is_one_of(methods, member); }

std::optional<TemporalPair> temporal_pair(element item) {
  array pair;
  if (item.get(pair) != simdjson::SUCCESS) return std::nullopt;
  const std::size_t size = pair.size();
  if (size != 2 && size != 3) return std::nullopt;
  TemporalPair parts{pair.at(0).value(), pair.at(1).value(), std::nullopt};
  if (!parts.start.is_string()) return std::nullopt;
  if (size == 3) {
    parts.end = pair.at(2).value();
    if (!parts.end->is_string()) return std::nullopt;
  }
  return parts;
}

}  // namespace senne::decode
