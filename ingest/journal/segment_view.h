// A segment's file as it stands on disk, mapped for reading, beside whoever writes it.
//
// THREAD  one.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "core/storage.h"
#include "ingest/journal/format.h"

namespace senne::ingest {

struct SegmentView {
  std::unique_ptr<MappedFile> file;
  Position first;
  Position limit;  // records end here at the latest

  std::span<const std::byte> bytes() const { return file->bytes(); }
  std::size_t offset_of(Position position) const {
    return segment_header_bytes + static_cast<std::size_t>(position.value - first.value);
  }
  ReadRecord read(Position position, std::uint32_t seed, Record& record) const {
    return read_record_beside_writer(bytes().data() + offset_of(position),
                                     static_cast<std::size_t>(limit.value - position.value),
                                     position, seed, record);
  }
};

// Whether the segment is still part of the stream. A released one is renamed before the first of
// its bytes is zeroed, so what was read wrongly of one that is still there is wrong.
bool still_there(Storage& storage, std::uint64_t number);

// Where a page of the segment could not be read, for as far as it was looked at.
std::optional<Error> unreadable(const Storage& storage, std::uint64_t number,
                                const MappedFile& file);

}  // namespace senne::ingest
