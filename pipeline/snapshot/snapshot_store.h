// Keeps the two newest snapshots of the pipeline's state on disk, written by a thread of its own.
//
// The shard hands a snapshot over by move and goes on; the agent checksums and writes it, then
// removes what is older than the two newest. The journal may be released up to the older of the
// two, so that a damaged newest one costs a longer replay and nothing else.
//
// THREAD  save, busy: the shard's. do_work, on_close: one thread (the runner's, or a test's). The
//         rest: any.
// FAILS   damage, version, not_found as each function says; what the disk says, by `status`.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/agent.h"
#include "core/metrics.h"
#include "core/storage.h"
#include "pipeline/snapshot/snapshot_file.h"

namespace senne::pipeline {

struct SnapshotInfo {
  std::string file;
  Position position;  // by the file's name
  std::uint64_t bytes = 0;
  Id128 journal;               // zero when damaged
  Id128 configuration;         // zero when damaged
  std::optional<Error> error;  // why it cannot be used
};

struct LoadedSnapshot : Snapshot {
  std::string file;
  // Newer ones that could not be used, for the log: one line each.
  std::vector<std::string> passed_over;
};

class SnapshotStore final : public Agent {
 public:
  // Uses the files `snapshot-*` of `storage`, which must outlive the store.
  explicit SnapshotStore(Storage& storage) : storage_(storage) {}

  // Takes the snapshot over and returns at once. False, and the snapshot untouched, while the one
  // before is not yet on disk. Of the newest one's position it is kept as a copy beside it.
  bool save(Snapshot&& snapshot);
  // Relaxed: `save` acquires.
  bool busy() const { return pending_.load(std::memory_order_relaxed); }

  // Returns once the snapshot taken over, if any, is on disk or failed; writes it itself where the
  // agent's thread has not begun.
  void wait() { do_work(); }

  // Up to here the journal may be released: the older of the two snapshots kept. With fewer than
  // two, Position{}: nothing may be released.
  Position older_kept() const { return Position{older_kept_.load(std::memory_order_relaxed)}; }

  // The newest snapshot of this journal at or before `at_most`, checked. A damaged one is passed
  // over. Also learns what is kept, so call it before the first `save`.
  // FAILS  not_found: none, and nothing was passed over as damaged; damage: none is left that
  //        checks; version: the newest was written by a newer release.
  Result<LoadedSnapshot> load(Position at_most, Id128 journal);

  // Every snapshot on disk, oldest first, each read and checked.
  Result<std::vector<SnapshotInfo>> list();

  // How the last write ended. A failure leaves the snapshots before it as they were.
  Result<void> status() const;
  const Counter& written() const { return written_; }

  Duration do_work() override;
  void on_close() override { do_work(); }

 private:
  struct Kept {
    std::string file;
    Position position;
  };

  Result<void> write(Snapshot&& snapshot);
  Result<void> remove_all_but_kept();
  void keep(std::vector<Kept> newest_first);

  Storage& storage_;

  // Full from `save` (release) until the write ended (release): the flag hands `next_` over.
  std::atomic<bool> pending_{false};
  Snapshot next_;

  mutable std::mutex files_;  // held over every use of the files and of what follows
  std::vector<Kept> kept_;    // newest first, at most two, all checked or written by us
  // Relaxed: a number; the file it speaks of was synced before, by system calls.
  std::atomic<std::uint64_t> older_kept_{0};

  mutable std::mutex status_mutex_;
  std::optional<Error> last_error_;
  Counter written_;
};

}  // namespace senne::pipeline
