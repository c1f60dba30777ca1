#include "ingest/journal/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace senne::ingest {
namespace {

std::string file_in(const Storage& storage, std::uint64_t number) {
  return storage.path() + "/" + segment_name(number);
}

Result<std::unique_ptr<Segment>> open_segment(Storage& storage, std::uint64_t number,
                                              Id128 journal) {
  const std::string name = file_in(storage, number);
  auto file = storage.open_mapped(segment_name(number));
  if (!file) return tl::unexpected(file.error());
  const auto header = read_segment_header((*file)->bytes());
  if (!header) return fail(header.error().kind, name + ": " + header.error().message);
  if (header->journal != journal)
    return fail(ErrorKind::mismatch, fmt::format("{}: belongs to journal {}, this is {}", name,
                                                 to_hex(header->journal), to_hex(journal)));
  if (header->number != number)
    return fail(ErrorKind::damage,
                fmt::format("{}: its header says that it is segment {}", name, header->number));
  return std::make_unique<Segment>(std::move(*file), *header);
}

Result<std::vector<std::unique_ptr<Segment>>> open_segments(Storage& storage, Id128 journal) {
  auto numbers = segment_numbers(storage);
  if (!numbers) return tl::unexpected(numbers.error());
  std::vector<std::unique_ptr<Segment>> segments;
  for (const std::uint64_t number : *numbers) {
    if (!segments.empty() && segments.back()->number() + 1 != number)
      return fail(ErrorKind::damage, fmt::format("{}: is missing, while {} is there",
                                                 file_in(storage, segments.back()->number() + 1),
                                                 segment_name(number)));
    auto segment = open_segment(storage, number, journal);
    if (!segment) return tl::unexpected(segment.error());
    if (!segments.empty() && segments.back()->limit() != (*segment)->first())
      return fail(ErrorKind::damage,
                  fmt::format("{}: begins at position {}, the one before it "
                              "ends at {}",
                              file_in(storage, number), (*segment)->first().value,
                              segments.back()->limit().value));
    segments.push_back(std::move(*segment));
  }
  return segments;
}

// A place in the stream that is being read.
struct Tail {
  std::size_t segment = 0;
  Position end;
  const char* why = "";  // reading stopped
  bool missing = false;  // the log goes on, but the next segment is not there
};

class Scan {
 public:
  Scan(RecoveredStream& stream, std::uint32_t seed) : stream_(stream), seed_(seed) {}

  Tail to_the_first_bad_record() {
    Tail tail{0, stream_.segments.front()->first(), ""};
    Record record;
    for (;;) {
      const Segment& segment = *stream_.segments[tail.segment];
      const auto read =
          read_record(segment.at(tail.end), segment.room(tail.end), tail.end, seed_, record);
      const char* why = read.why;
      if (read.found == Found::seal) {
        if (tail.segment + 1 < stream_.segments.size()) {
          ++tail.segment;
          tail.end = stream_.segments[tail.segment]->first();
          continue;
        }
        // Its name was durable before this end of segment was written.
        tail.missing = true;
        why = "the log goes on in the next segment, which is missing";
      } else if (read.found == Found::record) {
        why = order_.check(record);
        if (why == nullptr) {
          tail.end = record.next;
          ++stream_.report.records;
          stream_.report.bytes += record.next.value - record.position.value;
          continue;
        }
      }
      tail.why = why;
      return tail;
    }
  }

  const RecordOrder& order() const { return order_; }

 private:
  RecoveredStream& stream_;
  const std::uint32_t seed_;
  RecordOrder order_;
};

std::uint64_t count_nonzero(std::span<const std::byte> bytes) {
  return static_cast<std::uint64_t>(bytes.size()) -
         static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), std::byte{0}));
}

// Drops the segments behind the end, newest first so that a cut in between leaves no gap, and
// zeroes the rest of the last one. They are set aside under a name that is zeroed at a start, which
// this one does next.
Result<void> cut(Storage& storage, RecoveredStream& stream, const Tail& tail) {
  const auto names = storage.list();
  if (!names) return tl::unexpected(names.error());
  std::uint64_t aside = 0;
  for (const std::string& name : *names) {
    for (const std::string_view suffix : {spare_suffix, released_suffix})
      if (const auto number = number_in_name(name, suffix)) aside = std::max(aside, *number + 1);
  }
  while (stream.segments.size() > tail.segment + 1) {
    const Segment& last = *stream.segments.back();
    stream.report.cut_bytes += count_nonzero(last.bytes().subspan(segment_header_bytes));
    if (auto renamed =
            storage.rename(segment_name(last.number()), numbered_name(aside++, released_suffix));
        !renamed)
      return renamed;
    stream.segments.pop_back();
  }
  Segment& last = *stream.segments.back();
  const auto rest = last.bytes().subspan(last.offset_of(tail.end));
  const std::uint64_t garbage = count_nonzero(rest);
  stream.report.cut_bytes += garbage;
  // Also when it is zero: the synced file may lag behind what was appended, and a process that was
  // killed left pages to the kernel that only a sync makes durable.
  wipe(rest);
  return last.file().sync();
}

// What is behind the mark was not synced yet, or its sync failed: then the kernel may take it for
// written although it is not, and the next sync would pass over it.
void touch_behind(const SyncedMark& mark, const RecoveredStream& stream, Position end) {
  for (const auto& segment : stream.segments) {
    const Position from = std::max(mark.position, segment->first());
    const Position until = std::min(end, segment->limit());
    if (from < until) segment->file().touch(segment->offset_of(from), segment->offset_of(until));
  }
}

}  // namespace

const char* RecordOrder::check(const Record& record) {
  const bool message = record.kind == RecordKind::message;
  if (message && record.sequence.value == 0) return "a message without a sequence number";
  if (any_ && record.sequence.value != sequence_.value + (message ? 1 : 0))
    return "its sequence number does not follow";
  if (any_ && record.receive_time < receive_time_) return "its receive time goes backwards";
  any_ = true;
  sequence_ = record.sequence;
  receive_time_ = record.receive_time;
  return nullptr;
}

Error about(const Storage& storage, std::string_view file, const Error& error) {
  return {error.kind, fmt::format("{}/{}: {}", storage.path(), file, error.message)};
}

Error damage_at(const Storage& storage, std::uint64_t segment, std::size_t offset,
                std::string_view why) {
  return Error{ErrorKind::damage,
               fmt::format("{}: offset {}: {}", file_in(storage, segment), offset, why)};
}

Result<std::vector<std::uint64_t>> segment_numbers(Storage& storage) {
  const auto names = storage.list();
  if (!names) return tl::unexpected(names.error());
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : *names)
    if (const auto number = number_in_name(name, segment_suffix)) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Result<RecoveredStream> recover_stream(Storage& storage, Id128 journal, const SyncedMark& mark) {
  const auto start = std::chrono::steady_clock::now();
  auto segments = open_segments(storage, journal);
  if (!segments) return tl::unexpected(segments.error());
  RecoveredStream stream;
  stream.segments = std::move(*segments);
  const Segment& oldest = *stream.segments.front();
  const Segment& newest = *stream.segments.back();
  if (mark.position < oldest.first())
    return fail(
        ErrorKind::damage,
        fmt::format("{}: begins at position {}, after the synced position {}",
                    file_in(storage, oldest.number()), oldest.first().value, mark.position.value));
  if (mark.position > newest.limit())
    return fail(ErrorKind::damage,
                fmt::format("{}: is missing: synced up to position {}, {} ends at {}",
                            file_in(storage, newest.number() + 1), mark.position.value,
                            segment_name(newest.number()), newest.limit().value));

  Scan scan(stream, journal_checksum_seed(journal));
  const Tail tail = scan.to_the_first_bad_record();
  const Segment& last = *stream.segments[tail.segment];
  if (tail.missing || tail.end < mark.position)
    return tl::unexpected(damage_at(storage, last.number(), last.offset_of(tail.end),
                                    fmt::format("{} (position {}, synced up to {})", tail.why,
                                                tail.end.value, mark.position.value)));
  touch_behind(mark, stream, tail.end);
  if (auto done = cut(storage, stream, tail); !done) return tl::unexpected(done.error());
  stream.end = tail.end;
  // The mark knows of messages that lie in segments released since.
  stream.last_sequence = std::max(scan.order().sequence(), mark.sequence);
  stream.last_receive_time =
      scan.order().any() ? scan.order().receive_time() : instant_from_nanos(mark.receive_time);
  stream.report.took = std::chrono::steady_clock::now() - start;
  return stream;
}

}  // namespace senne::ingest
