#include "ingest/route_table.h"

#include "core/check.h"
#include "core/topic_filter.h"

namespace senne::ingest {

RouteTable::RouteTable(const std::vector<Route>& routes) {
  SENNE_CHECK(routes.size() < RouteIndex::none);
  for (const Route& route : routes) {
    const auto index = static_cast<std::uint16_t>(entries_.size());
    entries_.push_back({route.name, route.limits.payload_bytes});
    if (route.topic.find_first_of("+#") == std::string::npos) {
      exact_.emplace(route.topic, index);  // of equal filters the first one stays
    } else {
      wildcards_.push_back({route.topic, index});
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
    if (matches(wildcard.filter, topic)) return {wildcard.route};
  }
  return {first};
}

}  // namespace senne::ingest
