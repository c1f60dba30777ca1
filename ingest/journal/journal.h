// The durable queue between the MQTT callback and the shard: an append-only log in preallocated,
// memory-mapped segment files. It is the lock-free queue, the write-ahead log and the buffer for an
// outage at once; the shard parses straight out of the mapping. On-disk format:
// docs/journal-format.md.
//
// THREAD  Writers: any thread, one at a time, kept apart by one atomic exchange; `append_*` wait
//         for it with a bounded spin, `try_append_tick` does not wait. Reader: `poll`, `release`
//         from one thread. `housekeep` from one thread. The rest from any.
// OWNS    the files in its storage and their mappings. The storage and the clock must outlive it.
// FAILS   `open`: damage (file and offset), version, mismatch (another journal's files, or a wall
//         clock that cannot be right), no_space. Appends report back-pressure by value; a message
//         that does not fit a segment is a broken invariant. A failed sync ends the process: what
//         the kernel dropped cannot be known, and it must not be retried.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/clock.h"
#include "core/log.h"
#include "core/storage.h"
#include "ingest/appender.h"
#include "ingest/journal/identity.h"
#include "ingest/journal/recovery_report.h"
#include "ingest/journal/settings.h"
#include "ingest/receive_clock.h"

namespace senne::ingest {

class Journal final : public Log, public Appender {
 public:
  // Opens the journal in `storage` (which the caller has locked), creating it where there is none,
  // cutting a torn tail. `clock` must outlive the journal.
  static Result<std::unique_ptr<Journal>> open(Storage& storage, const JournalSettings& settings,
                                               const Clock& clock,
                                               JournalSurroundings surroundings = {});
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
  // segments, keeps one segment ahead allocated. Run every `sync_interval` (with `always`, about
  // every 50 ms: appends sync by themselves, but the rest is not done by anyone else), and when
  // `on_sync_requested` fires.
  void housekeep();
  // Before any thread starts. `on_request_met` fires once `synced` has reached the furthest
  // position asked for; rarely it does not, so that who waits must look from time to time.
  void on_sync_requested(std::function<void()> wake);
  void on_request_met(std::function<void()> tell);

  JournalIdentity identity() const;
  // Durable on return; `has_committed` never goes back.
  Result<void> note_committed(const std::string& cluster_id);

  // The largest record that fits, header included: topic, user properties and payload may take
  // `record_header_bytes` less.
  std::size_t record_bytes_max() const;
  std::uint64_t capacity_bytes() const override;  // max_bytes
  std::uint64_t used_bytes() const override;      // end - released
  // Until `housekeep`, which goes on trying, has found space for the reserve again.
  bool disk_full() const override;
  Sequence last_sequence() const;
  Instant last_receive_time() const;  // epoch when there is no record
  // How far wall and receive clock have parted.
  Duration clock_parted() const;
  // What `open` found.
  const JournalRecovery& recovery() const;

 private:
  class State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace senne::ingest
