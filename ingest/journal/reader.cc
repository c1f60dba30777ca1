#include "ingest/journal/reader.h"

#include <fmt/format.h>

#include "core/check.h"
#include "ingest/journal/recovery.h"

namespace senne::ingest {

Reader::Reader(Stream& stream)
    : stream_(stream), oldest_(stream.ring.oldest()), current_(oldest_) {}

Segment* Reader::find(Position position) {
  Segment* segment = position >= current_->first() ? current_ : oldest_;
  while (segment != nullptr && position >= segment->limit())
    segment = stream_.ring.next_of(*segment);
  return segment;
}

Result<std::span<const Record>> Reader::poll(Position from, std::size_t limit) {
  records_.clear();
  // Relaxed: this thread stored it.
  const std::uint64_t released = stream_.released.load(std::memory_order_relaxed);
  if (from.value < released)
    return fail(ErrorKind::not_found, fmt::format("{}: position {} was released, the oldest is {}",
                                                  stream_.storage.path(), from.value, released));
  // Acquire: every record before the end is seen whole. Not the lengths alone: a record would be
  // handed out, and its position released or asked to be synced, before `end` covers it.
  const Position end{stream_.end.load(std::memory_order_acquire)};
  Segment* segment = from <= end ? find(from) : nullptr;
  if (segment == nullptr || from.value % record_alignment != 0)
    return fail(ErrorKind::not_found,
                fmt::format("{}: no record can begin at position {}, the log ends at {}",
                            stream_.storage.path(), from.value, end.value));
  Position at = from;
  while (at < end && records_.size() < limit) {
    Record& record = records_.emplace_back();
    const auto read = read_record(segment->at(at), segment->room(at), at, stream_.seed, record);
    if (read.found == Found::record) {
      at = record.next;
      continue;
    }
    records_.pop_back();
    if (read.found == Found::seal) {
      segment = stream_.ring.next_of(*segment);
      SENNE_CHECK(segment != nullptr);
      at = segment->first();
      continue;
    }
    // The good ones first; the next call says what is wrong here.
    if (!records_.empty()) break;
    return tl::unexpected(damage_at(stream_.storage, segment->number(), segment->offset_of(at),
                                    fmt::format("{} (position {})", read.why, at.value)));
  }
  current_ = segment;
  return std::span<const Record>(records_);
}

void Reader::release(Position until) {
  // Relaxed: what was polled lies before an end that this thread acquired.
  SENNE_CHECK(until.value <= stream_.end.load(std::memory_order_relaxed));
  if (until.value <= stream_.released.load(std::memory_order_relaxed)) return;
  while (oldest_->limit() <= until) {
    oldest_ = stream_.ring.next_of(*oldest_);
    SENNE_CHECK(oldest_ != nullptr);
  }
  if (current_->first() < oldest_->first()) current_ = oldest_;
  // Release: pairs with the keeper, who zeroes what this thread has read.
  stream_.released.store(until.value, std::memory_order_release);
}

}  // namespace senne::ingest
