#include "pipeline/route_shares.h"

#include <algorithm>

#include "core/check.h"

namespace senne::pipeline {

void RouteShares::configure(const std::vector<RouteCap>& routes) {
  by_route_.clear();
  for (Share& share : shares_) share.place = RouteIndex::none;
  for (const RouteCap& cap : routes) {
    const std::uint16_t at = share_of(cap.route);
    Share& share = shares_[at];
    share.most = cap.most;
    share.place = static_cast<std::uint16_t>(by_route_.size());
    by_route_.push_back(at);
  }
}

// Its own, else one that is free, else a new one.
std::uint16_t RouteShares::share_of(std::string_view route) {
  auto at = std::find_if(shares_.begin(), shares_.end(),
                         [&](const Share& share) { return share.route == route; });
  if (at == shares_.end()) {
    at = std::find_if(shares_.begin(), shares_.end(), [](const Share& share) {
      return share.count == 0 && share.place == RouteIndex::none;
    });
  }
  if (at == shares_.end()) {
    SENNE_CHECK(shares_.size() < RouteIndex::none);
    at = shares_.insert(shares_.end(), Share{});
  }
  at->route = route;
  return static_cast<std::uint16_t>(at - shares_.begin());
}

bool RouteShares::full(RouteIndex route) const {
  SENNE_CHECK(route.value < by_route_.size());
  const Share& share = shares_[by_route_[route.value]];
  return share.count >= share.most;
}

std::uint16_t RouteShares::take(RouteIndex route) {
  SENNE_CHECK(route.value < by_route_.size());
  const std::uint16_t at = by_route_[route.value];
  ++shares_[at].count;
  return at;
}

void RouteShares::give_back(std::uint16_t share) {
  SENNE_CHECK(shares_[share].count > 0);
  --shares_[share].count;
}

void RouteShares::snapshot(ByteWriter& writer) const {
  writer.put(static_cast<std::uint64_t>(shares_.size()));
  for (const Share& share : shares_) {
    writer.put_text(share.route);
    writer.put(share.most);
    writer.put(share.place);
  }
}

bool RouteShares::restore(ByteReader& reader) {
  clear();
  const auto count = reader.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    Share share;
    share.route = reader.get_text();
    share.most = reader.get<std::uint64_t>();
    share.place = reader.get<std::uint16_t>();
    shares_.push_back(std::move(share));
  }
  if (!reader.ok() || shares_.size() >= RouteIndex::none) return false;
  // The places are 0, 1, 2, ..., each once.
  const auto placed = static_cast<std::size_t>(
      std::count_if(shares_.begin(), shares_.end(),
                    [](const Share& share) { return share.place != RouteIndex::none; }));
  by_route_.assign(placed, RouteIndex::none);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    const std::uint16_t place = shares_[i].place;
    if (place == RouteIndex::none) continue;
    if (place >= placed || by_route_[place] != RouteIndex::none) return false;
    by_route_[place] = static_cast<std::uint16_t>(i);
  }
  return true;
}

bool RouteShares::recount(std::uint16_t share) {
  if (share >= shares_.size()) return false;
  ++shares_[share].count;
  return true;
}

void RouteShares::clear() {
  shares_.clear();
  by_route_.clear();
}

}  // namespace senne::pipeline
