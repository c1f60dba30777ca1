// What is done beside appending and reading: makes durable what was appended, notes how far, and
// sees to it that there are segments.
//
// THREAD  `housekeep` the keeper's; `sync_appended` the writer's, under its claim.
// FAILS   a disk that fails ends the process, by JournalSurroundings::on_disk_failed.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>

#include "ingest/journal/stream.h"

namespace senne::ingest {

class Keeper {
 public:
  // `mark` was read from `synced_file`.
  Keeper(Stream& stream, std::unique_ptr<MappedFile> synced_file, const SyncedMark& mark,
         Id128 journal, std::size_t record_bytes_max);

  void housekeep();

  // Makes everything appended before the call durable, but does not note it in the synced file:
  // that is done by `housekeep`. Until then a start would take damage in these records for a torn
  // tail, and Kafka's position beyond the end would tell.
  // False: the disk failed.
  bool sync_appended();

  void request_sync(Position until);
  void on_sync_requested(std::function<void()> wake) { wake_ = std::move(wake); }
  void on_request_met(std::function<void()> tell) { request_met_ = std::move(tell); }

  std::size_t record_bytes_max() const { return record_bytes_max_; }

 private:
  SyncedMark appended() const;
  void sync_and_note();
  bool sync_until(Position until);  // false: the disk failed
  void advance(Position synced);

  Stream& stream_;
  const Id128 journal_;
  const std::size_t record_bytes_max_;
  std::function<void()> wake_;
  std::function<void()> request_met_;
  // The furthest wish so far: one wake-up for each advance. Relaxed: the wake function orders.
  std::atomic<std::uint64_t> wished_{0};

  std::mutex mutex_;  // guards what follows
  std::unique_ptr<MappedFile> synced_file_;
  SyncedMark noted_;
  Segment* synced_in_;  // holds the synced position; never recycled before it moves on
};

}  // namespace senne::ingest
