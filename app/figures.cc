#include "app/figures.h"

#include <algorithm>

#include "app/account_name.h"
#include "app/version.h"

namespace senne::app {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void add_journal(const ingest::Journal& journal, const pipeline::ShardFigures& shard,
                 std::optional<Instant> backlog_since, Instant now,
                 monitor::MetricsSnapshot& snapshot) {
  snapshot.journal_bytes = journal.used_bytes();
  snapshot.journal_capacity_bytes = journal.capacity_bytes();
  const std::uint64_t last = journal.last_sequence().value;
  const std::uint64_t done = shard.pipeline.last_sequence.value;
  snapshot.journal_messages = last > done ? last - done : 0;
  // Until the position is known, all that no snapshot covers counts as uncommitted.
  const std::optional<Instant> oldest = shard.owned ? shard.oldest_uncommitted : backlog_since;
  if (oldest) snapshot.journal_oldest_uncommitted_s = std::max(0.0, seconds(now - *oldest));
}

}  // namespace

std::vector<monitor::RouteFigures> route_figures(
    const std::map<std::string, ingest::RouteCounts>& received,
    const std::vector<pipeline::RouteAccount>& accounts,
    const std::vector<decode::SparkplugAccount>& sparkplug) {
  std::map<std::string, monitor::RouteFigures> by_name;
  for (const auto& [name, counts] : received) {
    by_name[name].messages = counts.messages;
    by_name[name].bytes = counts.bytes;
  }
  for (const pipeline::RouteAccount& account : accounts) {
    monitor::RouteFigures& route = by_name[account_name(account)];
    route.decoded = account.decoded;
    route.readings = account.readings;
    route.observations = account.observations;
    route.duplicates = account.duplicates;
    route.dead_letters = account.dead_lettered;
    for (std::size_t i = 0; i < account.partly.size(); ++i) {
      route.dead_letters[i] += account.partly[i];
    }
    route.suppressed = account.suppressed;
  }
  for (const decode::SparkplugAccount& account : sparkplug) {
    monitor::RouteFigures& route = by_name[account.route];
    route.rebirth_requests = account.rebirth_requests;
    route.sequence_gaps = account.sequence_gaps;
  }
  std::vector<monitor::RouteFigures> routes;
  for (auto& [name, route] : by_name) {
    route.route = name;
    routes.push_back(std::move(route));
  }
  return routes;
}

monitor::MetricsSnapshot figures_of(const Counted& parts, Instant now) {
  // The shard's first: what is received meanwhile then counts as in the journal.
  const pipeline::ShardFigures shard = parts.shard.figures();
  const pipeline::ShardCounters& counters = parts.shard.counters();
  monitor::MetricsSnapshot snapshot;
  snapshot.routes =
      route_figures(parts.receiver.counts(), shard.pipeline.routes, shard.pipeline.sparkplug);
  for (const pipeline::WindowFigures& window : shard.pipeline.windows) {
    snapshot.windows.push_back({window.window, window.counters.missed});
  }
  snapshot.connected = parts.session.metrics().connected.value() > 0;
  snapshot.accounted = shard.owned;
  add_journal(parts.journal, shard, parts.backlog_since, now, snapshot);
  snapshot.open_windows = shard.pipeline.open_windows;
  snapshot.datastreams = shard.pipeline.datastreams;
  snapshot.watermark_lag_s = seconds(shard.pipeline.watermark_lag);
  for (std::size_t i = 0; i < topic_count; ++i) {
    const Topic topic = static_cast<Topic>(i);
    snapshot.topics.push_back(
        {sinks::topic_name(parts.kafka, topic), parts.encoder.records(topic).value()});
  }
  snapshot.commits_committed = counters.committed.value();
  snapshot.commits_aborted = counters.aborted.value();
  snapshot.commits_fenced = counters.fenced.value();
  snapshot.commit_duration = monitor::DurationFigures::of(counters.commit_duration);
  snapshot.end_to_end_latency = monitor::DurationFigures::of(counters.end_to_end_latency);
  snapshot.version = version;
  return snapshot;
}

}  // namespace senne::app
