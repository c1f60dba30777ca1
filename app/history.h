// What a start knows of the time before it: how many messages each route had received, which is
// what the last snapshot accounts for and what has been appended to the journal since. With it the
// ledger balances over restarts.
//
// THREAD  the journal's reader, before the shard runs.
// FAILS   what the journal, the snapshots or the configurations say.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/configuration.h"
#include "core/log.h"
#include "ingest/receiver.h"
#include "pipeline/figures.h"
#include "pipeline/snapshot/snapshot_store.h"

namespace senne::app {

struct History {
  std::map<std::string, ingest::RouteCounts> received;
  pipeline::PipelineFigures account;  // of the last snapshot
  // Receive time of the first message that the snapshot does not account for.
  std::optional<Instant> backlog_since;
};

Result<History> read_history(Log& log, Id128 log_id, pipeline::SnapshotStore& snapshots,
                             ConfigurationSource& configurations, Id128 initial_configuration);

}  // namespace senne::app
