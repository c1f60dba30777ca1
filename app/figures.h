// What one scrape reports, taken from where it is counted.
//
// THREAD  any.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/monitor/metrics_snapshot.h"
#include "core/time.h"
#include "ingest/journal/journal.h"
#include "ingest/mqtt/session.h"
#include "ingest/receiver.h"
#include "pipeline/shard.h"
#include "sinks/encoder.h"

namespace senne::app {

// The parts that count.
struct Counted {
  const ingest::Receiver& receiver;
  const ingest::Session& session;
  const ingest::Journal& journal;
  const pipeline::Shard& shard;
  const sinks::Encoder& encoder;
  const sinks::KafkaSettings& kafka;
  std::optional<Instant> backlog_since = {};  // see Engine::backlog_since
};

// `now`: wall time. Whether it is ready is not among it.
monitor::MetricsSnapshot figures_of(const Counted& parts, Instant now);

// Received and decided, brought together by the name of the account.
std::vector<monitor::RouteFigures> route_figures(
    const std::map<std::string, ingest::RouteCounts>& received,
    const std::vector<pipeline::RouteAccount>& accounts,
    const std::vector<decode::SparkplugAccount>& sparkplug = {});

}  // namespace senne::app
