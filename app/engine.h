// The way of a message from MQTT to the sink, put together: session, receiver, journal, ticker,
// shard, encoder, snapshots. It has no threads: its parts are agents, which an Instance runs in a
// thread each and a simulation by hand.
//
// THREAD  construction and destruction from one thread; the parts as each of them says; `admit`
//         from one; the rest from any.
// OWNS    every part. What it is given by reference outlives it.
// FAILS   `open` with one line for the operator; later failures by the parts.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "app/configuration/configuration.h"
#include "app/configuration/configuration_store.h"
#include "app/journal_notes.h"
#include "app/periodic.h"
#include "core/clock.h"
#include "core/logging.h"
#include "core/result.h"
#include "core/sink.h"
#include "core/storage.h"
#include "ingest/journal/journal.h"
#include "ingest/mqtt/session.h"
#include "ingest/mqtt/transport.h"
#include "ingest/receiver.h"
#include "ingest/ticker.h"
#include "pipeline/shard.h"
#include "pipeline/snapshot/snapshot_store.h"
#include "sinks/encoder.h"

namespace senne::app {

// The folders of the data directory.
struct Folders {
  Storage& top;
  Storage& journal;
  Storage& snapshots;
  Storage& configurations;
};

// What stands behind the seams: a disk, a clock, a broker and a cluster, real or simulated.
struct EngineSurroundings {
  Folders folders;
  const Clock& clock;
  Logger& logger;
  SinkFactory sinks;
  std::unique_ptr<ingest::MqttTransport> transport;
  std::uint64_t seed = 0;              // of the jitter between attempts to reconnect
  std::function<void()> on_exhausted;  // the journal's reserve is used up: must end the process
  ingest::JournalSurroundings journal = {};
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> open(const Configuration& configuration,
                                              EngineSurroundings surroundings);

  // Lets MQTT in once the position is owned: it is called until `admitted`.
  void admit();
  bool admitted() const { return admitted_.load(std::memory_order_relaxed); }

  // Puts routes, windows and devices of `next` into force, through the journal.
  Result<Id128> reload(const PipelineConfiguration& next);

  // Nothing comes in any more. After the session's `on_close`.
  void drop_transport() { transport_.reset(); }

  // Receive time of the first message in the journal that the start knew no snapshot of.
  std::optional<Instant> backlog_since() const { return backlog_since_; }

  ingest::Receiver& receiver() { return *receiver_; }
  ingest::Journal& journal() { return *journal_; }
  const sinks::Encoder& encoder() const { return *encoder_; }
  const ingest::Receiver& receiver() const { return *receiver_; }
  const ingest::Journal& journal() const { return *journal_; }

  // The agents.
  Agent& keeper() { return *keeper_; }
  pipeline::SnapshotStore& snapshots() { return *snapshots_; }
  pipeline::Shard& shard() { return *shard_; }
  ingest::Session& session() { return *session_; }
  ingest::Ticker& ticker() { return *ticker_; }
  const pipeline::Shard& shard() const { return *shard_; }
  const ingest::Session& session() const { return *session_; }

 private:
  Engine() = default;

  // Each stands on what is declared before it and goes before that.
  std::unique_ptr<ConfigurationStore> configurations_;
  Id128 configuration_;  // of the start, by content
  std::optional<Instant> backlog_since_;
  std::shared_ptr<const ingest::RouteTable> routes_;
  std::unique_ptr<ingest::Journal> journal_;
  std::unique_ptr<JournalNotes> notes_;
  std::unique_ptr<pipeline::SnapshotStore> snapshots_;
  std::unique_ptr<pipeline::Quarantine> quarantine_;
  std::unique_ptr<sinks::Encoder> encoder_;
  std::unique_ptr<pipeline::Shard> shard_;
  std::unique_ptr<ingest::Receiver> receiver_;
  std::unique_ptr<ingest::Session> session_;
  std::unique_ptr<ingest::MqttTransport> transport_;
  std::unique_ptr<ingest::Ticker> ticker_;
  std::unique_ptr<Periodic> keeper_;

  std::atomic<bool> admitted_{false};  // relaxed: it only says that something was done
};

}  // namespace senne::app
