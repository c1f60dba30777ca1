#include "ingest/journal/inspect.h"

#include <fmt/format.h>

#include <algorithm>

#include "ingest/journal/format.h"
#include "ingest/journal/recovery.h"

namespace senne::ingest {
namespace {

// A segment's file as it stands, mapped for reading.
struct View {
  std::unique_ptr<MappedFile> file;
  SegmentHeader header;

  std::span<const std::byte> bytes() const { return file->bytes(); }
  std::size_t offset_of(Position position) const {
    return segment_header_bytes + static_cast<std::size_t>(position.value - header.first.value);
  }
  ReadRecord read(Position position, std::uint32_t seed, Record& record) const {
    return read_record(bytes().data() + offset_of(position),
                       static_cast<std::size_t>(header.limit().value - position.value), position,
                       seed, record);
  }
};

struct Opened {
  JournalIdentity identity;
  SyncedMark mark;
  std::uint32_t seed = 0;
  std::vector<std::uint64_t> numbers;
};

tl::unexpected<Error> about(const Storage& storage, std::string_view file, const Error& error) {
  return fail(error.kind, fmt::format("{}/{}: {}", storage.path(), file, error.message));
}

Result<Opened> open_journal(Storage& storage) {
  const auto bytes = storage.read_whole(std::string(identity_file_name));
  if (!bytes) return tl::unexpected(bytes.error());
  auto identity = decode_identity(*bytes);
  if (!identity) return about(storage, identity_file_name, identity.error());
  Opened opened;
  opened.identity = std::move(*identity);
  opened.seed = journal_checksum_seed(opened.identity.id);
  // The mark before the segments: what it says was appended is then seen in them.
  auto synced = storage.open_mapped_read_only(std::string(synced_file_name));
  if (!synced) return tl::unexpected(synced.error());
  auto mark = read_synced_mark((*synced)->bytes(), opened.identity.id);
  if (!mark) return about(storage, synced_file_name, mark.error());
  opened.mark = *mark;
  auto numbers = segment_numbers(storage);
  if (!numbers) return tl::unexpected(numbers.error());
  opened.numbers = std::move(*numbers);
  return opened;
}

// Whether the segment is still part of the stream. A released one is renamed before the first of
// its bytes is zeroed, so what was read wrongly of one that is still there is wrong.
bool still_there(Storage& storage, std::uint64_t number) {
  return storage.open_mapped_read_only(segment_name(number)).has_value();
}

// Nothing when it was released since it was listed.
Result<std::optional<View>> open_view(Storage& storage, const Opened& journal,
                                      std::uint64_t number) {
  const std::string name = segment_name(number);
  View view;
  auto file = storage.open_mapped_read_only(name);
  if (!file && file.error().kind == ErrorKind::not_found) return std::optional<View>{};
  if (!file) return tl::unexpected(file.error());
  view.file = std::move(*file);
  const auto header = read_segment_header(view.bytes());
  if (!header && !still_there(storage, number)) return std::optional<View>{};
  if (!header) return about(storage, name, header.error());
  view.header = *header;
  if (view.header.journal != journal.identity.id)
    return about(storage, name,
                 Error{ErrorKind::mismatch,
                       fmt::format("belongs to journal {}", to_hex(view.header.journal))});
  if (view.header.number != number)
    return about(storage, name,
                 Error{ErrorKind::damage,
                       fmt::format("its header says that it is segment {}", view.header.number)});
  return std::optional<View>(std::move(view));
}

struct Walk {
  Position end;
  bool sealed = false;
  // What stopped it is not just the end of what was appended.
  bool bad = false;
  const char* why = "";
};

// Record after record until one does not check, or `visit` says so by a reason.
Walk walk(const View& view, std::uint32_t seed,
          const std::function<const char*(const Record&)>& visit) {
  Walk at{view.header.first, false, false, ""};
  Record record;
  for (;;) {
    const auto read = view.read(at.end, seed, record);
    if (read.found == Found::record) {
      at.why = visit(record);
      at.bad = at.why != nullptr;
      if (at.bad) return at;
      at.end = record.next;
      continue;
    }
    at.why = read.why;
    at.sealed = read.found == Found::seal;
    at.bad = read.found == Found::bad;
    return at;
  }
}

// Where after `from` the next record that checks begins; the limit where there is none.
Position next_readable(const View& view, Position from, std::uint32_t seed) {
  Record record;
  const Position limit = view.header.limit();
  Position at{from.value + record_alignment};
  for (; at < limit; at.value += record_alignment) {
    const auto found = view.read(at, seed, record).found;
    if (found == Found::record || found == Found::seal) return at;
  }
  return limit;
}

}  // namespace

Result<JournalListing> list_segments(Storage& storage) {
  const auto journal = open_journal(storage);
  if (!journal) return tl::unexpected(journal.error());
  JournalListing listing{journal->identity, journal->mark.position, {}};
  for (const std::uint64_t number : journal->numbers) {
    SegmentListing segment;
    segment.file = segment_name(number);
    segment.number = number;
    auto view = open_view(storage, *journal, number);
    if (view && !*view) continue;
    if (!view) {
      segment.damage = view.error();
      listing.segments.push_back(std::move(segment));
      continue;
    }
    segment.first = (*view)->header.first;
    segment.file_bytes = (*view)->header.file_bytes;
    const Walk end = walk(**view, journal->seed, [&segment](const Record& record) -> const char* {
      if (segment.records++ == 0) segment.first_receive_time = record.receive_time;
      segment.last_receive_time = record.receive_time;
      return nullptr;
    });
    segment.end = end.end;
    segment.bytes = end.end.value - segment.first.value;
    segment.sealed = end.sealed;
    const bool lost = end.end < journal->mark.position && !end.sealed;
    if (lost && !still_there(storage, number)) continue;
    // At or after the synced position it is a torn tail, which a start cuts.
    if (lost) segment.damage = damage_at(storage, number, (*view)->offset_of(end.end), end.why);
    listing.segments.push_back(std::move(segment));
  }
  return listing;
}

Result<JournalVerification> verify_journal(Storage& storage) {
  const auto journal = open_journal(storage);
  if (!journal) return tl::unexpected(journal.error());
  JournalVerification result;
  result.synced = journal->mark.position;
  RecordOrder order;
  bool first = true;
  Walk before;
  // A segment was released meanwhile, and so were all before it.
  const auto start_over = [&] {
    result = JournalVerification{};
    result.synced = journal->mark.position;
    order = RecordOrder{};
    first = true;
  };
  for (const std::uint64_t number : journal->numbers) {
    auto opened = open_view(storage, *journal, number);
    if (!opened) return tl::unexpected(opened.error());
    if (!*opened) {
      start_over();
      continue;
    }
    const View& view = **opened;
    // The next segment is there before the log goes on in it: nothing of it counts yet.
    if (!first && !before.sealed) break;
    if (!first && result.end != view.header.first)
      return fail(ErrorKind::damage,
                  fmt::format("{}/{}: begins at position {} instead of {}: a segment is missing",
                              storage.path(), segment_name(number), view.header.first.value,
                              result.end.value));
    if (first) result.begin = view.header.first;
    before = walk(view, journal->seed, [&](const Record& record) {
      const char* const why = order.check(record);
      if (why == nullptr) ++result.records;
      return why;
    });
    if (!before.sealed && before.end < journal->mark.position) {
      if (!still_there(storage, number)) {
        start_over();
        continue;
      }
      return tl::unexpected(damage_at(storage, number, view.offset_of(before.end), before.why));
    }
    first = false;
    result.bytes += before.end.value - view.header.first.value;
    result.torn_tail = before.bad;
    result.end = before.sealed ? view.header.limit() : before.end;
  }
  if (result.end < journal->mark.position)
    return fail(ErrorKind::damage,
                fmt::format("{}: synced up to position {}, the segments end at {}: one is missing",
                            storage.path(), journal->mark.position.value, result.end.value));
  return result;
}

Result<JournalExport> for_each_readable_record(Storage& storage,
                                               const std::function<bool(const Record&)>& visit) {
  const auto journal = open_journal(storage);
  if (!journal) return tl::unexpected(journal.error());
  JournalExport result;
  for (const std::uint64_t number : journal->numbers) {
    auto opened = open_view(storage, *journal, number);
    if (!opened) {
      result.damage.push_back(opened.error());
      continue;
    }
    if (!*opened) continue;
    const View& view = **opened;
    Record record;
    for (Position at = view.header.first; at < view.header.limit();) {
      const auto read = view.read(at, journal->seed, record);
      if (read.found == Found::seal) break;
      if (read.found == Found::record) {
        ++result.records;
        if (!visit(record)) return result;
        at = record.next;
        continue;
      }
      const Position next = next_readable(view, at, journal->seed);
      const bool lost = next < view.header.limit() || at < journal->mark.position;
      if (lost && !still_there(storage, number)) break;
      // Between two looks a record may have been appended here: then it is simply read.
      if (lost && next < view.header.limit() && read.found == Found::nothing &&
          view.read(at, journal->seed, record).found != Found::nothing)
        continue;
      if (lost) result.damage.push_back(damage_at(storage, number, view.offset_of(at), read.why));
      at = next;
    }
  }
  return result;
}

}  // namespace senne::ingest
