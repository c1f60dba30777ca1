#include "app/drain.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "app/configuration/configuration_store.h"
#include "app/data_directory.h"
#include "app/journal_notes.h"
#include "pipeline/shard.h"
#include "pipeline/snapshot/snapshot_store.h"
#include "sinks/encoder.h"
#include "sinks/kafka/kafka_sink.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

constexpr int attempts = 10;  // of up to 10 s each
constexpr Duration step_max = 20ms;

Result<std::optional<Committed>> committed_of(const SinkFactory& sinks) {
  std::string why;
  for (int i = 0; i < attempts; ++i) {
    auto committed = sinks()->committed();
    if (committed) return *committed;
    why = committed.error().message;
    if (committed.error().kind != SinkError::Kind::retry) break;
    std::this_thread::sleep_for(1s);
  }
  return fail(ErrorKind::failed, why);
}

// Where the journal's own commits ended.
Result<Position> end_of_its_own(const Id128& journal, const std::string& instance,
                                const std::optional<Committed>& committed) {
  if (committed && committed->metadata.journal == journal) {
    return fail(
        ErrorKind::configuration,
        fmt::format("journal {} is not taken over: senne run goes on with it", to_hex(journal)));
  }
  if (committed) {
    for (const Predecessor& before : committed->metadata.predecessors) {
      if (before.journal == journal) return before.position;
    }
  }
  return fail(
      ErrorKind::mismatch,
      fmt::format("Kafka does not know any more what journal {} had committed as {}: choose "
                  "with --from POSITION; senne journal list shows what it holds",
                  to_hex(journal), instance));
}

}  // namespace

Result<Drained> drain(const Configuration& configuration, const std::string& as,
                      std::optional<Position> from, const Clock& clock, Logger& logger) {
  if (as == configuration.instance || configuration.embedded()) {
    return fail(ErrorKind::configuration,
                configuration.embedded()
                    ? std::string("senne journal drain: an embedded cluster keeps nothing")
                    : fmt::format("--as {}: expected another name than the instance's own", as));
  }
  auto data = DataDirectory::open(configuration.data_dir, configuration.instance,
                                  DataDirectory::Content::kept);
  if (!data) return tl::unexpected(data.error());
  ConfigurationStore configurations((*data)->configurations());
  const auto hash = configurations.save(configuration.pipeline);
  if (!hash) return tl::unexpected(hash.error());
  auto journal = ingest::Journal::open((*data)->journal(), configuration.journal, clock);
  if (!journal) return tl::unexpected(journal.error());
  const Id128 id = (*journal)->identity().id;

  const SinkFactory sinks = sinks::make_kafka_sink_factory(configuration.kafka, as, logger);
  const auto drained = committed_of(sinks);
  if (!drained) return tl::unexpected(drained.error());
  Drained range;
  if (*drained && (*drained)->metadata.journal == id) {
    range.from = (*drained)->position;  // begun before, and broken off
  } else if (*drained) {
    return fail(ErrorKind::configuration,
                fmt::format("--as {}: that name is journal {}'s; choose one that nobody uses", as,
                            to_hex((*drained)->metadata.journal)));
  } else {
    const auto owner = committed_of(
        sinks::make_kafka_sink_factory(configuration.kafka, configuration.instance, logger));
    if (!owner) return tl::unexpected(owner.error());
    const auto known = end_of_its_own(id, configuration.instance, *owner);
    if (!known && !(from && known.error().kind == ErrorKind::mismatch)) {
      return tl::unexpected(known.error());
    }
    range.from = from.value_or(known ? *known : Position{});
    if (auto adopted = adopt((*data)->journal(), range.from); !adopted) {
      return tl::unexpected(adopted.error());
    }
  }

  JournalNotes notes(**journal, (*data)->journal());
  pipeline::SnapshotStore snapshots((*data)->snapshots());
  auto quarantine = pipeline::Quarantine::open((*data)->journal());
  if (!quarantine) return tl::unexpected(quarantine.error());
  sinks::Encoder encoder(as, configuration.kafka.encoding);
  pipeline::ShardSettings settings;
  settings.log_capacity_bytes = configuration.journal.max_bytes;
  pipeline::Shard shard(**journal, notes, sinks, encoder, configurations, *hash, snapshots,
                        **quarantine, clock, logger, settings);
  shard.begin_drain();
  for (pipeline::ShardFigures now = shard.figures(); !now.drained; now = shard.figures()) {
    if (now.failure) return tl::unexpected(*now.failure);
    const Duration pause = shard.do_work();
    (*journal)->housekeep();
    snapshots.do_work();
    if (pause > Duration::zero()) std::this_thread::sleep_for(std::min(pause, step_max));
  }
  range.until = (*journal)->end();
  shard.on_close();
  // Nothing in it is owed to anybody any more.
  (*journal)->release(range.until);
  (*journal)->housekeep();
  return range;
}

}  // namespace senne::app
