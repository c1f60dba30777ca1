// What writer, reader and keeper of one journal share: the segments, and three words that say how
// far each of them has come. Each word has one writer.
#pragma once

#include <atomic>
#include <cstdint>

#include "ingest/journal/segment_ring.h"
#include "ingest/journal/settings.h"

namespace senne::ingest {

struct Stream {
  Stream(Storage& where, const JournalSettings& what, const RingSettings& ring_settings,
         std::vector<std::unique_ptr<Segment>> segments,
         std::function<void(const Error&)> disk_failed)
      : storage(where),
        settings(what),
        on_disk_failed(std::move(disk_failed)),
        seed(journal_checksum_seed(ring_settings.journal)),
        ring(where, ring_settings, std::move(segments)) {}

  Storage& storage;
  const JournalSettings settings;
  const std::function<void(const Error&)> on_disk_failed;
  const std::uint32_t seed;
  SegmentRing ring;

  // By whoever holds the writer claim. Three words, in this order at each append: the sequence, the
  // end (release), the sequence again (release). Who reads them backwards (acquire, acquire) and
  // finds the same sequence twice has an end to which it belongs.
  alignas(64) std::atomic<std::uint64_t> sequence{0};
  std::atomic<std::uint64_t> end{0};
  std::atomic<std::uint64_t> sequence_confirmed{0};
  std::atomic<std::int64_t> receive_time{0};

  // By the reader. Release: what it read from before this position happened before; acquired by the
  // keeper, who zeroes it. The writer only does arithmetic with it (relaxed).
  alignas(64) std::atomic<std::uint64_t> released{0};

  // By the keeper, under its mutex. Relaxed: see Journal::synced.
  alignas(64) std::atomic<std::uint64_t> synced{0};

  // By any, once: relaxed, since who set it does not go on, and who reads it late ends as if the
  // disk had failed a moment later.
  std::atomic<bool> failed{false};

  void disk_failed(const Error& error) {
    if (!failed.exchange(true, std::memory_order_relaxed)) on_disk_failed(error);
  }
};

}  // namespace senne::ingest
