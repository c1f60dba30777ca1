// Arithmetic on points in time and spans of it as plain nanoseconds, which flat state is made of.
#pragma once

#include <cstdint>
#include <limits>

#include "core/time.h"

namespace senne::pipeline {

using Nanos = std::int64_t;

inline constexpr Nanos nanos_min = std::numeric_limits<Nanos>::min();
inline constexpr Nanos nanos_max = std::numeric_limits<Nanos>::max();

// Times of readings lie between 1823 and 2116, spans under 36 years: then no window's start or end
// overflows.
inline constexpr Nanos time_limit = Nanos{1} << 62;
inline constexpr Nanos span_limit = Nanos{1} << 60;

constexpr bool is_representable(Nanos time) { return time > -time_limit && time < time_limit; }

// `time` + `span`, where `span` >= 0; stays at the end of time.
constexpr Nanos later(Nanos time, Nanos span) {
  return time > nanos_max - span ? nanos_max : time + span;
}

// The number of the window of that length, counted from the epoch, that `time` lies in.
constexpr std::int64_t slot_of(Nanos time, Nanos length) {
  const std::int64_t quotient = time / length;
  return quotient - (time % length < 0 ? 1 : 0);
}

}  // namespace senne::pipeline
