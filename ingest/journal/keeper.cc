#include "ingest/journal/keeper.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/check.h"

namespace senne::ingest {

void leave_failed_disk(const Error& error) {
  std::fprintf(stderr, "senne: the journal's disk failed: %s\n", error.message.c_str());
  ::_exit(1);
}

Keeper::Keeper(Stream& stream, std::unique_ptr<MappedFile> synced_file, const SyncedMark& mark,
               Id128 journal, std::size_t record_bytes_max)
    : stream_(stream),
      journal_(journal),
      record_bytes_max_(record_bytes_max),
      synced_file_(std::move(synced_file)),
      noted_(mark),
      synced_in_(stream.ring.oldest()) {
  while (synced_in_->limit() <= mark.position) {
    synced_in_ = stream_.ring.next_of(*synced_in_);
    SENNE_CHECK(synced_in_ != nullptr);
  }
  // Relaxed: no other thread is there yet.
  stream_.synced.store(mark.position.value, std::memory_order_relaxed);
}

SyncedMark Keeper::appended() const {
  SyncedMark mark;
  for (;;) {
    // Against the writer's order; see Stream. It goes round again only when an append happened in
    // these few nanoseconds.
    const std::uint64_t confirmed = stream_.sequence_confirmed.load(std::memory_order_acquire);
    mark.position = Position{stream_.end.load(std::memory_order_acquire)};
    if (stream_.sequence.load(std::memory_order_relaxed) != confirmed) continue;
    mark.sequence = Sequence{confirmed};
    mark.receive_time = stream_.receive_time.load(std::memory_order_relaxed);
    return mark;
  }
}

bool Keeper::sync_until(Position until) {
  // Relaxed: written under the mutex only, as `failed` is by a sync.
  if (stream_.failed.load(std::memory_order_relaxed)) return false;
  if (until.value <= stream_.synced.load(std::memory_order_relaxed)) return true;
  for (;;) {
    if (auto synced = synced_in_->file().sync(); !synced) {
      stream_.disk_failed(synced.error());
      return false;
    }
    if (until < synced_in_->limit()) return true;
    synced_in_ = stream_.ring.next_of(*synced_in_);
    SENNE_CHECK(synced_in_ != nullptr);
  }
}

void Keeper::advance(Position synced) {
  // Relaxed: written under the mutex only, and no memory is read through it.
  const std::uint64_t before = stream_.synced.load(std::memory_order_relaxed);
  if (synced.value <= before) return;
  stream_.synced.store(synced.value, std::memory_order_relaxed);
  // Relaxed: who wished it looks at `synced`, and looks again by itself if this comes too early.
  const std::uint64_t wished = wished_.load(std::memory_order_relaxed);
  if (before < wished && wished <= synced.value && request_met_) request_met_();
}

bool Keeper::sync_appended() {
  // Relaxed: by the writer, who stored it or has the claim from who did.
  const Position until{stream_.end.load(std::memory_order_relaxed)};
  const std::lock_guard lock(mutex_);
  if (!sync_until(until)) return false;
  advance(until);
  return true;
}

void Keeper::sync_and_note() {
  const SyncedMark mark = appended();
  const std::lock_guard lock(mutex_);
  if (mark.position <= noted_.position) return;
  if (!sync_until(mark.position)) return;
  // The records are durable, which is what others wait for. Should the note be lost, the next start
  // finds them behind it; damage in them would show as a position of Kafka's beyond the end.
  advance(mark.position);
  const std::uint64_t generation = noted_.generation + 1;
  noted_ = mark;
  noted_.generation = generation;
  write_synced_mark(synced_file_->bytes(), noted_, journal_);
  if (auto synced = synced_file_->sync(); !synced) stream_.disk_failed(synced.error());
}

void Keeper::housekeep() {
  sync_and_note();
  if (stream_.failed.load(std::memory_order_relaxed)) return;
  const auto done = [this](const Result<void>& result) {
    if (!result && result.error().kind != ErrorKind::no_space) stream_.disk_failed(result.error());
  };
  // Never beyond what the synced file says, or a start would miss segments.
  // Acquire: what the reader read happened before it is zeroed.
  const std::uint64_t until =
      std::min(stream_.released.load(std::memory_order_acquire), noted_.position.value);
  done(stream_.ring.recycle(Position{until}));
  // Acquire: the segment that holds the end is published.
  const Position end{stream_.end.load(std::memory_order_acquire)};
  const Segment* open = stream_.ring.oldest();
  while (end >= open->limit()) {
    open = stream_.ring.next_of(*open);
    SENNE_CHECK(open != nullptr);
  }
  if (auto prepared = stream_.ring.prepare(open->number() + 1); !prepared)
    done(tl::unexpected(prepared.error()));
  done(stream_.ring.refill());
}

void Keeper::request_sync(Position until) {
  if (until.value <= stream_.synced.load(std::memory_order_relaxed)) return;
  std::uint64_t before = wished_.load(std::memory_order_relaxed);
  while (before < until.value) {
    if (wished_.compare_exchange_weak(before, until.value, std::memory_order_relaxed)) {
      if (wake_) wake_();
      return;
    }
  }
}

}  // namespace senne::ingest
