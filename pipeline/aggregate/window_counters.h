// How many readings the windows of one definition were offered, and what became of them.
#pragma once

#include <cstdint>

namespace senne::pipeline {

// offered = accumulated + missed.
struct WindowCounters {
  std::uint64_t offered = 0;
  std::uint64_t accumulated = 0;
  std::uint64_t missed = 0;
};

}  // namespace senne::pipeline
