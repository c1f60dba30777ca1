// How long to wait before the next attempt: exponential with full jitter, so that many clients of a
// broker that came back do not arrive at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "core/time.h"

namespace senne::ingest {

class Backoff {
 public:
  static constexpr Duration first = std::chrono::milliseconds{100};
  static constexpr Duration longest = std::chrono::seconds{30};

  explicit Backoff(std::uint64_t seed) : random_(seed) {}

  // Uniform in (0, ceiling], where the ceiling doubles from `first` to `longest`.
  Duration next() {
    const Duration ceiling = std::min(first * (std::int64_t{1} << doublings_), longest);
    if (ceiling < longest) ++doublings_;
    // Not uniform_int_distribution: its sequence differs between standard libraries.
    const auto steps = static_cast<std::uint64_t>(ceiling.count());
    return Duration{static_cast<std::int64_t>(random_() % steps + 1)};
  }
  void reset() { doublings_ = 0; }

 private:
  std::mt19937_64 random_;
  int doublings_ = 0;
};

}  // namespace senne::ingest
