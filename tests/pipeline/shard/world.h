// A whole Senne without threads, disk, MQTT or Kafka: the real journal, pipeline, shard and encoder
// on a clock, a disk and a cluster in memory, stepped by hand. It can be killed and started again
// at any step.
//
// THREAD  one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "ingest/journal/journal.h"
#include "pipeline/shard.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"
#include "sinks/encoder.h"
#include "sinks/memory_sink.h"
#include "tests/support/memory_storage.h"

namespace senne::testing {

class World {
 public:
  explicit World(pipeline::ShardSettings settings = {});
  ~World();

  // Starts the process; the journal and the snapshots are what the last one left.
  void boot();
  // SIGKILL: everything in memory is gone, the mapped files stay as they are.
  void kill();
  // As a clean stop: everything committed, a last snapshot.
  void stop();

  // One reading of a device. `n` is its frame counter, and its time is n tenths of a second after
  // the world's beginning, whenever it is published.
  void publish(int device, int n, double value);
  void publish_bytes(std::string_view topic, std::string_view payload, bool duplicate = false);
  // Lets `by` pass in steps of 50 ms: the keeper, the ticker, the shard and the snapshot writer
  // have their turn in each.
  void run(Duration by);
  // One turn of each without time passing.
  void step();
  // Until everything appended is committed; false if that does not happen within a minute of the
  // world's time.
  bool settle();

  std::vector<v1::ObservationCollection> observations() const;
  // The highest revision of each window result, ordered by subject, window and start; revision and
  // final_after cleared.
  std::vector<std::string> final_windows() const;

  // Stands before the encoder from the next boot on; must outlive the process.
  std::function<Output&(sinks::Encoder&)> decorate;
  // Stands before each sink that is made from now on.
  std::function<std::unique_ptr<Sink>(std::unique_ptr<Sink>)> decorate_sink;
  // Whether time appends ticks, as it does while MQTT is connected.
  bool connected = true;
  // What the operator chose by `senne journal adopt`.
  std::optional<Position> adopted;
  MemoryStorage& snapshot_disk() { return *snapshot_files_; }
  // As where a snapshot ahead of an adopted position was dropped.
  void lose_snapshots();

  pipeline::Shard& shard() { return *shard_; }
  ingest::Journal& journal() { return *journal_; }

  ManualClock clock{Instant{std::chrono::seconds{1'790'000'000}}};
  std::shared_ptr<sinks::MemoryCluster> cluster = sinks::MemoryCluster::create();
  ingest::JournalSettings journal_settings;
  PipelineConfiguration configuration;

 private:
  class Notes;
  class Source;

  pipeline::ShardSettings settings_;
  SilentLogger logger_;
  std::unique_ptr<MemoryStorage> journal_files_ = std::make_unique<MemoryStorage>("journal");
  std::unique_ptr<MemoryStorage> snapshot_files_ = std::make_unique<MemoryStorage>("snapshots");
  std::unique_ptr<Source> source_;
  std::unique_ptr<ingest::Journal> journal_;
  std::unique_ptr<Notes> notes_;
  std::unique_ptr<pipeline::SnapshotStore> snapshots_;
  std::unique_ptr<pipeline::Quarantine> quarantine_;
  std::unique_ptr<sinks::Encoder> encoder_;
  std::unique_ptr<pipeline::Shard> shard_;
  Duration idle_{0};  // until the shard wants its next turn
};

}  // namespace senne::testing
