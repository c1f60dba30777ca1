// The table that a run ends with: ratios first, then what they were computed from, then the
// machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/end_to_end/cost.h"
#include "bench/end_to_end/latency.h"

namespace senne::bench {

// Both processes under the same load, one right after the other.
struct Pair {
  Cost bare_loop;
  Cost senne;
  double ratio() const { return senne.us / bare_loop.us; }
};

struct Load {
  std::string name;
  double ratio_max = 0;  // design budget
  std::vector<Pair> rounds{};
};

struct Report {
  std::vector<Load> loads{};
  std::vector<Latency> latencies{};  // of each rate tried; the last one held, if any did
  double idle_share = 0;
  Cost catch_up{};
};

void print(const Report& report);

}  // namespace senne::bench
