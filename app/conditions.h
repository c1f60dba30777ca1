// From one look at the parts of an instance to the conditions of its readiness.
//
// THREAD  any.
#pragma once

#include <cstdint>
#include <string>

#include "app/monitor/readiness.h"
#include "ingest/journal/journal.h"
#include "ingest/mqtt/session.h"
#include "pipeline/shard.h"

namespace senne::app {

struct Look {
  pipeline::Phase phase = pipeline::Phase::reaching;
  std::string obstacle = {};  // of the shard's; empty while it goes on
  bool failed = false;        // the shard, for good
  Duration waiting{0};        // of the shard, for an answer of the sink
  ingest::SessionState session = ingest::SessionState::off;
  std::string trouble = {};  // of the session's; empty while it is connected
  bool admitted = false;     // MQTT may come in: the position in Kafka is owned
  std::uint64_t journal_used_bytes = 0;
  std::uint64_t journal_capacity_bytes = 0;
  bool disk_full = false;    // no space for what the journal needs next
  Duration clock_parted{0};  // wall clock from the journal's
};

Look look_at(const pipeline::Shard& shard, const ingest::Session& session,
             const ingest::Journal& journal, bool admitted);

// Sets every condition, each with a sentence that says what is the case.
void judge(const Look& look, monitor::Readiness& readiness);

}  // namespace senne::app
