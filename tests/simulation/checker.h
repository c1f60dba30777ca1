// Whether the promises of docs/guarantees.md held in a run: from what was published and what a
// read_committed consumer sees. It shares no code with the pipeline but the schema of the records.
//
// THREAD  any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/pipeline.h"
#include "sinks/memory_sink.h"
#include "tests/simulation/traffic.h"

namespace senne::simulation {

// What the world around the process knows of its time.
struct Circumstances {
  // When the client was connected, by the wall clock, ascending; nothing where that clock was
  // stepped.
  std::optional<std::vector<Instant>> connected_at;
};

// One line for each promise broken, at most a few dozen; empty when all held. `figures` are those
// of the quiet end.
std::vector<std::string> check(const std::vector<Published>& published,
                               const std::vector<sinks::MemoryRecord>& records,
                               const pipeline::PipelineFigures& figures,
                               const Circumstances& circumstances);

}  // namespace senne::simulation
