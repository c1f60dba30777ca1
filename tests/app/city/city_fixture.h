// What a simulated city publishes on a Monday morning, as tests look at it.
#pragma once

#include <chrono>
#include <vector>

#include "app/city/city.h"

namespace senne::city {

inline constexpr Instant monday_morning{std::chrono::seconds{1'795'420'800}};  // 2026-11-23T08:00Z

inline std::vector<Publication> drain(City& city, Instant until) {
  std::vector<Publication> all;
  while (auto publication = city.next(until)) all.push_back(std::move(*publication));
  return all;
}

inline std::vector<Publication> a_city(const CityOptions& options,
                                       Duration length = std::chrono::minutes{5}) {
  City city(options, monday_morning);
  return drain(city, monday_morning + length);
}

// Enough messages that every kind occurs.
inline const std::vector<Publication>& busy_minutes() {
  static const std::vector<Publication> all =
      a_city({.seed = 7, .rate = 300}, std::chrono::minutes{2});
  return all;
}

}  // namespace senne::city
