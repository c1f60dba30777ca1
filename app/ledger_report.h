// The account of an instance as one line of JSON: `senne ledger`, and /ledger of a running process.
//
// THREAD  any; pure.
#pragma once

#include <map>
#include <string>

#include "ingest/receiver.h"
#include "pipeline/figures.h"

namespace senne::app {

// `received` by route name; what has no outcome yet is in the journal. `source` says whose word it
// is: `process` or `snapshot`.
std::string ledger_json(std::string_view instance, std::string_view source,
                        const std::map<std::string, ingest::RouteCounts>& received,
                        const pipeline::PipelineFigures& figures);

// Whether such a line is about this instance.
bool is_ledger_of(std::string_view json, std::string_view instance);

}  // namespace senne::app
