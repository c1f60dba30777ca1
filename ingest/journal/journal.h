// The durable queue between the MQTT callback and the shard: an append-only log in preallocated,
// memory-mapped segment files. It is the lock-free queue, the write-ahead log and the buffer for an
// outage at once; the shard parses straight out of the mapping. On-disk format:
// docs/journal-format.md.
//
// THREAD  Writers: any thread, one at a time, kept apart by one atomic exchange; `append_*` wait
// for it with a bounded
//         spin, `try_append_tick` does not wait. Reader: `poll`, `release` from one thread.
//         `housekeep` from one thread. The rest from any.
// OWNS    the segment files in its storage and their mappings.
// FAILS   `open`: locked, damage (file and offset), version, mismatch, no_space. Appends report
// back-pressure by value.
//         A failed sync ends the process: what the kernel dropped cannot be known, and it must not
//         be retried.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "core/log.h"
#include "core/storage.h"
#include "ingest/appender.h"
#include "ingest/journal/settings.h"
#include "ingest/receive_clock.h"

namespace senne::ingest {

// What the journal notes about itself beside the records; survives restarts.
struct JournalIdentity {
  Id128 id;  // random, drawn when the journal was created
  bool has_committed = false;
  std::string cluster_id;  // of the Kafka cluster it committed to; empty before
};

class Journal final : public Log, public Appender {
 public:
  // Opens the journal in `storage` (which the caller has locked), creating it where there is none,
  // cutting a torn tail. `clock` must outlive the journal.
  static Result<std::unique_ptr<Journal>> open(Storage& storage, const JournalSettings& settings,
                                               const Clock& clock);
  ~Journal() override;

  // Writers. The receive time is taken here, under the claim, and never decreases. With
  // `sync_interval` zero the append returns after the record is on disk.
  Append append_message(const Message& message) override;
  Append append_connected() override;
  Append append_configuration(Id128 hash) override;
  // Appends a tick unless a record with a receive time in this second is there already, or another
  // writer is at it. True when a tick was appended.
  bool try_append_tick() override;

  // Reader.
  Result<std::span<const Record>> poll(Position from, std::size_t limit) override;
  void release(Position until) override;

  Position begin() const override;
  Position end() const override;
  Position synced() const override;
  void request_sync(Position until) override;

  // One step of the keeper's work: syncs what was appended and notes how far, zeroes released
  // segments, keeps one segment ahead allocated. Run every `sync_interval`, and when
  // `on_sync_requested` fires.
  void housekeep();
  void on_sync_requested(std::function<void()> wake);

  const JournalIdentity& identity() const;
  // Durable on return; `has_committed` never goes back.
  Result<void> note_committed(const std::string& cluster_id);

  std::uint64_t capacity_bytes() const override;  // max_bytes
  std::uint64_t used_bytes() const override;      // end - released
  Sequence last_sequence() const;
  Instant last_receive_time() const;  // epoch when there is no record
  // How far wall and receive clock have parted.
  Duration clock_parted() const;

 private:
  class State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace senne::ingest
