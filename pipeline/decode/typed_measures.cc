#include "pipeline/decode/typed_measures.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace senne::decode {
namespace {

constexpr std::array<std::string_view, 5> parts = {"type", "value", "metadata", "unitCode",
                                                   "observedAt"};

// A structured measure may well have a `type` or a `value` of its own, beside others.
bool is_typed(element measure) {
  object fields;
  if (measure.get(fields) != simdjson::SUCCESS || fields.size() > parts.size()) return false;
  if (!text_member(fields, "type") || fields.at_key("value").error() != simdjson::SUCCESS) {
    return false;
  }
  return std::all_of(fields.begin(), fields.end(), [](const auto& field) {
    return std::find(parts.begin(), parts.end(), field.key) != parts.end();
  });
}

}  // namespace

std::span<const TypedMeasures::Measure> TypedMeasures::find(object measures) {
  measures_.clear();
  std::size_t place = 0;
  for (const auto field : measures) {
    if (is_typed(field.value)) measures_.push_back({field.key, place, field.value});
    ++place;
  }
  std::sort(measures_.begin(), measures_.end(), [](const Measure& a, const Measure& b) {
    return std::tie(a.name, a.place) < std::tie(b.name, b.place);
  });
  const auto end = std::unique(measures_.begin(), measures_.end(),
                               [](const Measure& a, const Measure& b) { return a.name == b.name; });
  measures_.erase(end, measures_.end());
  return measures_;
}

bool TypedMeasures::covers(const Leaf& leaf) const {
  if (leaf.path == "TimeInstant") return true;
  if (measures_.empty()) return false;
  for (auto point = leaf.path.find('.'); point != leaf.path.npos;
       point = leaf.path.find('.', point + 1)) {
    if (has(leaf.path.substr(0, point))) return true;
  }
  return has(leaf.path);
}

bool TypedMeasures::has(std::string_view name) const {
  const auto found =
      std::lower_bound(measures_.begin(), measures_.end(), name,
                       [](const Measure& measure, std::string_view n) { return measure.name < n; });
  return found != measures_.end() && found->name == name;
}

}  // namespace senne::decode
