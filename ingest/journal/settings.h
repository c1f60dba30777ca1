// What an operator may set about the journal, and what a simulation may.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"

namespace senne::ingest {

struct JournalSettings {
  std::uint64_t max_bytes = 8ull << 30;
  // Power loss loses at most what arrived within this. Zero: `always`, every message is synced
  // before it is acknowledged (about 120 us each).
  Duration sync_interval = std::chrono::milliseconds{50};
  // Preallocated beyond max_bytes, for what the broker still delivers while the session closes.
  std::uint64_t reserve_bytes = 64ull << 20;
  // Size of a segment file, a power of two from 16 KiB to 1 GiB; a record must fit into one. Zero:
  // derived from max_bytes (a sixteenth, 1 MiB to 64 MiB). A journal may hold segments of several
  // sizes.
  std::uint64_t segment_bytes = 0;
  // Start although the wall clock is more than 30 days after the last record, or more than 60 s
  // before it.
  bool accept_clock_gap = false;
};

// One line to standard error, then the end of the process, at once: nothing that follows could be
// trusted, and nothing may be acknowledged any more.
[[noreturn]] void leave_failed_disk(const Error& error);

// What a journal has of the world beside its disk and its clock.
struct JournalSurroundings {
  // Names a new journal.
  std::function<Id128()> draw_id = random_id;
  // A sync failed, or what else must not. Called once. Where it returns, the journal appends
  // nothing and reports nothing as synced from then on.
  std::function<void(const Error&)> on_disk_failed = leave_failed_disk;
};

}  // namespace senne::ingest
