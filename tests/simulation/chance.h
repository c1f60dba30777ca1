// All chance of a simulated run, from one 64-bit seed, the same on every machine.
#pragma once

#include <cstdint>

#include "core/time.h"

namespace senne::simulation {

// SplitMix64 (Steele, Lea, Flood 2014).
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  // From `low` to `high`, both included.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(high - low + 1);
  }
  bool one_in(std::uint64_t n) { return n > 0 && below(n) == 0; }
  Duration between(Duration low, Duration high) {
    return low + Duration{static_cast<Duration::rep>(
                     below(static_cast<std::uint64_t>((high - low).count()) + 1))};
  }
  // An independent stream: what one part draws does not move the others.
  Chance fork() { return Chance(next()); }

 private:
  std::uint64_t state_;
};

}  // namespace senne::simulation
