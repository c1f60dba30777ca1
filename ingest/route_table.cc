#include "ingest/route_table.h"

#include "core/check.h"
#include "core/topic_filter.h"

namespace senne::ingest {
namespace {

std::string literal_beginning(std::string_view filter) {
  std::string_view literal = filter.substr(0, filter.find_first_of("+#"));
  // `city/#` matches `city` too (MQTT 5, section 4.7.1.2).
  const bool parent_matches = filter[literal.size()] == '#' && !literal.empty();
  if (parent_matches) literal.remove_suffix(1);
  return std::string(literal);
}

}  // namespace

RouteTable::RouteTable(const std::vector<Route>& routes) {
  SENNE_CHECK(routes.size() < RouteIndex::none);
  for (const Route& route : routes) {
    const auto index = static_cast<std::uint16_t>(entries_.size());
    entries_.push_back({route.name, route.limits.payload_bytes});
    if (route.topic.find_first_of("+#") == std::string::npos) {
      exact_.emplace(route.topic, index);  // of equal filters the first one stays
    } else {
      wildcards_.push_back({route.topic, literal_beginning(route.topic), index});
    }
  }
}

RouteIndex RouteTable::find(std::string_view topic) const {
  std::uint16_t first = RouteIndex::none;
  if (!exact_.empty()) {
    if (const auto exact = exact_.find(topic); exact != exact_.end()) first = exact->second;
  }
  for (const Wildcard& wildcard : wildcards_) {
    if (wildcard.route > first) break;
    if (!topic.starts_with(wildcard.literal)) continue;
    if (matches(wildcard.filter, topic)) return {wildcard.route};
  }
  return {first};
}

}  // namespace senne::ingest
