// Which route a topic belongs to: the filters of a configuration, compiled for the receive path.
//
// THREAD  any; immutable. `find` allocates nothing and takes no lock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/configuration.h"
#include "core/ids.h"

namespace senne::ingest {

class RouteTable {
 public:
  explicit RouteTable(const std::vector<Route>& routes);

  // The first route, in the order of the configuration, whose filter matches; `none` when no filter
  // does.
  RouteIndex find(std::string_view topic) const;

  std::size_t size() const { return entries_.size(); }
  const std::string& name(RouteIndex route) const { return entries_[route.value].name; }
  // Payloads longer than this are cut.
  std::size_t payload_limit(RouteIndex route) const { return entries_[route.value].payload_limit; }

 private:
  struct Entry {
    std::string name;
    std::size_t payload_limit;
  };
  struct Wildcard {
    std::string filter;
    // What every topic that it matches begins with: tells most of the others apart in one compare.
    std::string literal;
    std::uint16_t route;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::uint16_t, Hash, std::equal_to<>> exact_;
  std::vector<Wildcard> wildcards_;  // in the order of the configuration
};

}  // namespace senne::ingest
