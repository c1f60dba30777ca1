// How much that is remembered each route has brought and may bring, so that a source that invents
// names uses up its own route's room and no other's.
//
// A thing counts for the route that brought it first, also after that route is gone.
//
// THREAD  the shard's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/ids.h"

namespace senne::pipeline {

struct RouteCap {
  std::string_view route;
  std::uint64_t most = 0;
};

class RouteShares {
 public:
  // The routes from now on, in the order of their RouteIndex, each name once. What a route has
  // brought stays, and stays over a cap that is now lower.
  void configure(const std::vector<RouteCap>& routes);

  std::size_t routes() const { return by_route_.size(); }
  bool full(RouteIndex route) const;

  // Counts one more thing of the route; returns where, for `give_back`.
  std::uint16_t take(RouteIndex route);
  void give_back(std::uint16_t share);

  void snapshot(ByteWriter& writer) const;
  // Without the counts: of each thing `recount` is to be told. False when it cannot be.
  bool restore(ByteReader& reader);
  bool recount(std::uint16_t share);
  void clear();

 private:
  struct Share {
    std::string route;
    std::uint64_t most = 0;
    std::uint64_t count = 0;
    std::uint16_t place = RouteIndex::none;  // in the configuration
  };
  std::uint16_t share_of(std::string_view route);

  std::vector<Share> shares_;
  std::vector<std::uint16_t> by_route_;
};

}  // namespace senne::pipeline
