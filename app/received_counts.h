// How many messages each route had received before this process started: what the last snapshot
// accounts for, and what has been appended to the journal since. With it the ledger balances over
// restarts.
//
// THREAD  the journal's reader, before the shard runs.
// FAILS   what the journal, the snapshots or the configurations say.
#pragma once

#include <map>
#include <string>

#include "core/configuration.h"
#include "core/log.h"
#include "ingest/receiver.h"
#include "pipeline/snapshot/snapshot_store.h"

namespace senne::app {

Result<std::map<std::string, ingest::RouteCounts>> count_received(
    Log& log, Id128 log_id, pipeline::SnapshotStore& snapshots, ConfigurationSource& configurations,
    Id128 initial_configuration);

}  // namespace senne::app
