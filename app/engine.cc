#include "app/engine.h"

#include <algorithm>
#include <utility>

#include "app/history.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

// The keeper's own pace where every append syncs by itself.
constexpr Duration keeper_interval = 50ms;

pipeline::ShardSettings shard_settings(const Configuration& configuration) {
  pipeline::ShardSettings settings;
  settings.commit_interval = configuration.kafka.commit_interval;
  settings.log_capacity_bytes = configuration.journal.max_bytes;
  settings.snapshot_bytes =
      std::min<std::uint64_t>(settings.snapshot_bytes, configuration.journal.max_bytes / 8);
  return settings;
}

std::vector<Subscription> filters(const PipelineConfiguration& configuration) {
  std::vector<Subscription> wanted;
  for (const Route& route : configuration.routes) wanted.push_back({route.topic, route.qos});
  return wanted;
}

}  // namespace

// Each part stands on those before it; the first that fails leaves nothing half-written.
Result<std::unique_ptr<Engine>> Engine::open(const Configuration& configuration,
                                             EngineSurroundings surroundings) {
  const auto& [top, journal_files, snapshot_files, configuration_files] = surroundings.folders;
  const Clock& clock = surroundings.clock;
  Logger& logger = surroundings.logger;
  std::unique_ptr<Engine> engine(new Engine);
  Engine& e = *engine;

  e.configurations_ = std::make_unique<ConfigurationStore>(configuration_files);
  auto hash = e.configurations_->save(configuration.pipeline);
  if (!hash) return tl::unexpected(hash.error());
  e.configuration_ = *hash;
  e.routes_ = std::make_shared<ingest::RouteTable>(configuration.pipeline.routes);

  auto journal = ingest::Journal::open(journal_files, configuration.journal, clock,
                                       std::move(surroundings.journal));
  if (!journal) return tl::unexpected(journal.error());
  e.journal_ = std::move(*journal);
  e.notes_ = std::make_unique<JournalNotes>(*e.journal_, journal_files);
  e.snapshots_ = std::make_unique<pipeline::SnapshotStore>(snapshot_files);
  auto quarantine = pipeline::Quarantine::open(journal_files);
  if (!quarantine) return tl::unexpected(quarantine.error());
  e.quarantine_ = std::move(*quarantine);
  e.encoder_ =
      std::make_unique<sinks::Encoder>(configuration.instance, configuration.kafka.encoding);
  e.shard_ = std::make_unique<pipeline::Shard>(
      *e.journal_, *e.notes_, std::move(surroundings.sinks), *e.encoder_, *e.configurations_,
      e.configuration_, *e.snapshots_, *e.quarantine_, clock, logger,
      shard_settings(configuration));

  e.receiver_ =
      std::make_unique<ingest::Receiver>(*e.journal_, e.routes_, surroundings.on_exhausted);
  auto history = read_history(*e.journal_, e.journal_->identity().id, *e.snapshots_,
                              *e.configurations_, e.configuration_);
  if (!history) return tl::unexpected(history.error());
  e.receiver_->restore_counts(history->received);
  e.shard_->show(history->account);
  e.backlog_since_ = history->backlog_since;

  e.session_ = std::make_unique<ingest::Session>(
      configuration.mqtt,
      ingest::Session::Parts{*surroundings.transport, *e.receiver_, *e.journal_, top, clock,
                             logger},
      filters(configuration.pipeline), surroundings.seed);
  e.encoder_->on_command([&session = *e.session_](const DeviceCommand& c) { session.send(c); });
  e.transport_ = std::move(surroundings.transport);
  e.ticker_ = std::make_unique<ingest::Ticker>(
      *e.journal_, clock, [&session = *e.session_] { return session.link_up(); });
  const Duration sync_interval = configuration.journal.sync_interval;
  const auto housekeep = [&kept = *e.journal_] { kept.housekeep(); };
  e.keeper_ = std::make_unique<Periodic>(sync_interval > 0s ? sync_interval : keeper_interval,
                                         housekeep, housekeep);
  return engine;
}

void Engine::admit() {
  if (admitted()) return;
  if (shard_->figures().phase != pipeline::Phase::running) return;
  if (receiver_->reconfigure(routes_, configuration_) == ingest::Append::exhausted) return;
  admitted_.store(true, std::memory_order_relaxed);
  session_->want(true);
}

Result<Id128> Engine::reload(const PipelineConfiguration& next) {
  if (!admitted()) return fail(ErrorKind::failed, "reload: the instance is still starting");
  auto hash = configurations_->save(next);
  if (!hash) return hash;
  auto table = std::make_shared<ingest::RouteTable>(next.routes);
  if (receiver_->reconfigure(table, *hash) == ingest::Append::exhausted) {
    return fail(ErrorKind::failed, "reload: the journal is full");
  }
  session_->subscribe_to(filters(next));
  return hash;
}

}  // namespace senne::app
