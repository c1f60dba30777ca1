// What can still be read of a journal, whatever is wrong with it: a record's checksum names its
// place in the stream and its journal, so that it needs nothing around it to be known for right.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "ingest/journal/format.h"
#include "ingest/journal/inspect.h"
#include "ingest/journal/recovery.h"
#include "ingest/journal/segment_view.h"

namespace senne::ingest {
namespace {

// Where at or after `from` the next record that checks begins; the limit where there is none.
Position first_readable(const SegmentView& view, Position from, std::uint32_t seed) {
  Record record;
  for (Position at = from; at < view.limit; at.value += record_alignment) {
    const auto found = view.read(at, seed, record).found;
    if (found == Found::record || found == Found::seal) return at;
  }
  return view.limit;
}

class Salvage {
 public:
  Salvage(Storage& storage, const std::function<bool(const Record&)>& visit)
      : storage_(storage), visit_(visit) {}

  Result<JournalExport> run() {
    const auto journal = find_journal();
    if (!journal) return tl::unexpected(journal.error());
    journal_ = *journal;
    seed_ = journal_checksum_seed(journal_);
    // The mark before the segments: what it says was appended is then seen in them.
    if (auto done = read_mark(); !done) return tl::unexpected(done.error());
    const auto numbers = segment_numbers(storage_);
    if (!numbers) return tl::unexpected(numbers.error());
    for (const std::uint64_t number : *numbers) {
      const auto view = open(number);
      if (view && !read(*view, number)) break;
    }
    return std::move(result_);
  }

 private:
  // By the identity; where that is gone, by the first segment that knows its own.
  Result<Id128> find_journal() {
    const std::string name(identity_file_name);
    const auto bytes = storage_.read_whole(name);
    auto identity =
        bytes ? decode_identity(*bytes) : Result<JournalIdentity>(tl::unexpected(bytes.error()));
    if (identity) return identity->id;
    const Error error = bytes ? about(storage_, name, identity.error()) : identity.error();
    if (error.kind == ErrorKind::version) return tl::unexpected(error);
    const auto numbers = segment_numbers(storage_);
    if (!numbers) return tl::unexpected(numbers.error());
    for (const std::uint64_t number : *numbers) {
      const auto header = header_of(number);
      if (!header) continue;
      result_.damage.push_back(error);
      return header->journal;
    }
    return tl::unexpected(error);
  }

  Result<void> read_mark() {
    const std::string name(synced_file_name);
    const auto file = storage_.open_mapped_read_only(name);
    const auto mark = file ? read_synced_mark((*file)->bytes(), journal_)
                           : Result<SyncedMark>(tl::unexpected(file.error()));
    if (mark) {
      synced_ = mark->position;
      return {};
    }
    const Error error = file ? about(storage_, name, mark.error()) : mark.error();
    if (error.kind == ErrorKind::version) return tl::unexpected(error);
    result_.damage.push_back(error);
    return {};
  }

  std::optional<SegmentHeader> header_of(std::uint64_t number) {
    const auto file = storage_.open_mapped_read_only(segment_name(number));
    if (!file) return std::nullopt;
    const auto header = read_segment_header_alone((*file)->bytes());
    return header ? std::optional(*header) : std::nullopt;
  }

  // As much of the segment as its file holds, at its place in the stream; says what is wrong with
  // it. Nothing when it was released since it was listed, or nothing of it can be read.
  std::optional<SegmentView> open(std::uint64_t number) {
    const auto before = std::exchange(before_, std::nullopt);
    const std::string name = segment_name(number);
    auto file = storage_.open_mapped_read_only(name);
    if (!file) {
      if (file.error().kind != ErrorKind::not_found) result_.damage.push_back(file.error());
      return std::nullopt;
    }
    SegmentView view;
    view.file = std::move(*file);
    const auto header = read_segment_header_alone(view.bytes());
    if (!header && !still_there(storage_, number)) return std::nullopt;
    const std::size_t size = view.bytes().size();
    const auto wrong = [&](ErrorKind kind, std::string what) {
      result_.damage.push_back(about(storage_, name, {kind, std::move(what)}));
    };
    if (!header) {
      const auto page = unreadable(storage_, number, *view.file);
      result_.damage.push_back(page ? *page : about(storage_, name, header.error()));
      if (header.error().kind == ErrorKind::version || !place(view, number, before))
        return std::nullopt;
      if (std::has_single_bit(size)) before_ = view.limit;
      return view;
    }
    if (header->journal != journal_) {
      wrong(ErrorKind::mismatch, fmt::format("belongs to journal {}", to_hex(header->journal)));
      return std::nullopt;
    }
    if (header->number != number)
      wrong(ErrorKind::damage,
            fmt::format("its header says that it is segment {}", header->number));
    if (header->file_bytes != size)
      wrong(ErrorKind::damage,
            fmt::format("has {} bytes, its header says {}", size, header->file_bytes));
    before_ = header->limit();
    view.first = header->first;
    view.limit = Position{header->first.value + std::min(header->record_bytes(), room_in(size))};
    return view;
  }

  // For records, in a file of this size that was cut short.
  static std::uint64_t room_in(std::size_t size) {
    return size < segment_header_bytes
               ? 0
               : (size - segment_header_bytes) / record_alignment * record_alignment;
  }

  // Finds where in the stream a segment belongs whose header does not say: behind the one before
  // it, in front of the next one, or where it is when all have its size. A record that checks there
  // is the proof.
  bool place(SegmentView& view, std::uint64_t number, std::optional<Position> before) {
    const std::size_t size = view.bytes().size();
    const std::uint64_t room = std::has_single_bit(size) && size >= segment_bytes_min
                                   ? size - segment_overhead_bytes
                                   : room_in(size);
    std::vector<Position> places;
    if (before) places.push_back(*before);
    const auto next = header_of(number + 1);
    if (next && next->journal == journal_ && next->first.value >= room)
      places.push_back(Position{next->first.value - room});
    places.push_back(Position{number * room});
    for (const Position first : places) {
      view.first = first;
      view.limit = Position{first.value + room};
      if (first_readable(view, first, seed_) < view.limit) return true;
    }
    return false;
  }

  // False: the visitor wants no more.
  bool read(const SegmentView& view, std::uint64_t number) {
    Record record;
    for (Position at = view.first; at < view.limit;) {
      const auto read = view.read(at, seed_, record);
      if (read.found == Found::seal) break;
      if (read.found == Found::record) {
        ++result_.records;
        if (!visit_(record)) return false;
        at = record.next;
        continue;
      }
      const Position next = first_readable(view, Position{at.value + record_alignment}, seed_);
      const bool lost = next < view.limit || at < synced_;
      if (lost && !still_there(storage_, number)) return true;
      // Between two looks a record may have been appended here: then it is simply read.
      if (lost && next < view.limit && read.found == Found::nothing &&
          view.read(at, seed_, record).found != Found::nothing)
        continue;
      if (lost) result_.damage.push_back(damage_at(storage_, number, view.offset_of(at), read.why));
      at = next;
    }
    if (auto page = unreadable(storage_, number, *view.file); page && still_there(storage_, number))
      result_.damage.push_back(std::move(*page));
    return true;
  }

  Storage& storage_;
  const std::function<bool(const Record&)>& visit_;
  Id128 journal_;
  std::uint32_t seed_ = 0;
  Position synced_;
  std::optional<Position> before_;  // where the segment that was opened last ends
  JournalExport result_;
};

}  // namespace

Result<JournalExport> for_each_readable_record(Storage& storage,
                                               const std::function<bool(const Record&)>& visit) {
  return Salvage(storage, visit).run();
}

}  // namespace senne::ingest
