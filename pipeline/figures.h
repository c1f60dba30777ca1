// A copy of what the pipeline counts, for others to look at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"
#include "pipeline/aggregate/window_counters.h"
#include "pipeline/decode/sparkplug_nodes.h"
#include "pipeline/ledger.h"

namespace senne::pipeline {

struct WindowFigures {
  std::string window;
  WindowCounters counters;
};

struct PipelineFigures {
  std::vector<RouteAccount> routes;
  std::vector<decode::SparkplugAccount> sparkplug;  // of routes of which there is anything
  std::vector<WindowFigures> windows;
  Sequence last_sequence;
  std::uint64_t datastreams = 0;
  std::uint64_t open_windows = 0;
  std::uint64_t window_results = 0;  // since the log began, revisions included
  Duration watermark_lag{0};         // from the most advanced watermark to the last tick
};

}  // namespace senne::pipeline
