// Instants and durations: UTC, nanoseconds, since 1970-01-01T00:00:00Z, leap seconds not counted.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace senne {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

using std::chrono::floor;

constexpr Instant instant_from_nanos(std::int64_t nanos) { return Instant{Duration{nanos}}; }
constexpr std::int64_t to_nanos(Instant instant) { return instant.time_since_epoch().count(); }

// The whole second that `instant` lies in: the time of the tick it implies.
constexpr Instant whole_second(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant);
}

// Whole seconds since 1970 in four bytes, for state of which there is much: until 2106.
constexpr std::uint32_t short_seconds(Instant instant) {
  constexpr std::int64_t last = std::numeric_limits<std::uint32_t>::max();
  const std::int64_t seconds = whole_second(instant).time_since_epoch() / std::chrono::seconds{1};
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, last));
}

}  // namespace senne
