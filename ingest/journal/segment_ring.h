// The segments that hold the stream, oldest to newest, and the spare files they are made of.
//
// A file goes round like this; each arrow is a rename, durable when it returns, and each state is
// one that a start can go on from:
//
//   N.spare     all zero. Its header is written and synced, then
//     -> N.segment   part of the stream. When it is released:
//     -> N.released  no longer part of the stream, whatever it holds. It is zeroed, synced, then
//     -> N.spare     or removed where there are enough.
//
// A cut before `.segment` leaves a spare with a header, and no more: spares are zeroed at a start.
// A cut after `.released` leaves a file that a start zeroes. Segments are released oldest first, so
// the stream never has a gap. Records never reappear: a file becomes a segment again only after its
// zeros are on disk, and their checksums name the position and journal they were written for.
//
// THREAD  `find` and `next_of` from any, of what is not released; `prepare` from the writer and the
//         keeper; `recycle` and `oldest` from the keeper.
// OWNS    the mappings, from `.segment` to the end of recycling.
// FAILS   no_space: nothing changed. Anything else means that the disk failed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/storage.h"
#include "ingest/journal/format.h"

namespace senne::ingest {

// A mapped segment. Its place in the stream never changes.
class Segment {
 public:
  Segment(std::unique_ptr<MappedFile> file, const SegmentHeader& header)
      : file_(std::move(file)), header_(header), bytes_(file_->bytes()) {}

  std::uint64_t number() const { return header_.number; }
  Position first() const { return header_.first; }
  Position limit() const { return header_.limit(); }
  std::size_t offset_of(Position position) const {
    return segment_header_bytes + static_cast<std::size_t>(position.value - header_.first.value);
  }
  std::byte* at(Position position) const { return bytes_.data() + offset_of(position); }
  std::size_t room(Position position) const {
    return static_cast<std::size_t>(limit().value - position.value);
  }
  std::span<std::byte> bytes() const { return bytes_; }
  MappedFile& file() const { return *file_; }
  std::unique_ptr<MappedFile> take_file() { return std::move(file_); }

 private:
  std::unique_ptr<MappedFile> file_;
  SegmentHeader header_;
  std::span<std::byte> bytes_;
};

// Writes zeros where there are others.
void wipe(std::span<std::byte> bytes);

struct RingSettings {
  Id128 journal;
  std::uint64_t segment_bytes = 0;
  std::uint64_t max_bytes = 0;
  std::uint64_t reserve_bytes = 0;
};

class SegmentRing {
 public:
  // `segments`: contiguous, oldest first.
  SegmentRing(Storage& storage, const RingSettings& settings,
              std::vector<std::unique_ptr<Segment>> segments);

  // Takes in the spare and released files that lie in the storage, and allocates what is missing of
  // the reserve. Before any thread starts.
  Result<void> fill_reserve();

  Segment* find(std::uint64_t number) const;
  // Null where it is not there yet.
  Segment* next_of(const Segment& segment) const { return find(segment.number() + 1); }
  // Before any thread starts, and the keeper's, who alone moves it.
  Segment* oldest() const { return find(oldest_.load(std::memory_order_relaxed)); }

  // Makes sure that segment `number` is there, whose predecessor is: from a spare beyond the
  // reserve, else a new file, else, where the stream holds more than max_bytes or the disk is full,
  // from the reserve. no_space where that is used up.
  Result<Segment*> prepare(std::uint64_t number);

  // Zeroes the segments that end at or before `until` and puts them by.
  Result<void> recycle(Position until);

  // Tries to bring the reserve back to its size.
  Result<void> refill();

  // The disk had no room for a new segment and has none yet.
  bool short_of_space() const { return short_of_space_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::uint64_t vacant = ~std::uint64_t{0};
  struct Slot {
    // Of the segment that others may use; stored after `segment` is, and taken away before.
    std::atomic<std::uint64_t> number{vacant};
    std::unique_ptr<Segment> segment;
  };
  struct Spare {
    std::string name;
    std::unique_ptr<MappedFile> file;
  };

  Slot& slot_of(std::uint64_t number) { return slots_[number & (slots_.size() - 1)]; }
  const Slot& slot_of(std::uint64_t number) const { return slots_[number & (slots_.size() - 1)]; }
  void publish(std::unique_ptr<Segment> segment);
  Result<Spare> create_spare();
  Result<Spare> choose_spare();
  Result<void> take_in(const std::string& name, std::string_view suffix);
  Result<void> put_by(std::unique_ptr<MappedFile> file, std::string name);
  void note_space();

  Storage& storage_;
  const RingSettings settings_;
  const std::size_t reserve_count_;
  std::vector<Slot> slots_;  // a power of two, indexed by segment number

  // Guards all below. Held for renames and the sync of a header, never while zeroing; the writer
  // takes it only when it reaches a segment's end before the keeper prepared the next one.
  std::mutex mutex_;
  std::vector<Spare> spares_;
  std::uint64_t spare_names_ = 0;  // the next number for a spare's name
  std::atomic<std::uint64_t> oldest_{0};
  std::atomic<std::uint64_t> newest_{0};
  std::atomic<bool> short_of_space_{false};
};

}  // namespace senne::ingest
