#include "ingest/journal/inspect.h"

#include <fmt/format.h>

#include "ingest/journal/format.h"
#include "ingest/journal/recovery.h"
#include "ingest/journal/segment_view.h"

namespace senne::ingest {
namespace {

struct Opened {
  JournalIdentity identity;
  SyncedMark mark;
  std::uint32_t seed = 0;
  std::vector<std::uint64_t> numbers;
};

Result<Opened> open_journal(Storage& storage) {
  const auto bytes = storage.read_whole(std::string(identity_file_name));
  if (!bytes) return tl::unexpected(bytes.error());
  auto identity = decode_identity(*bytes);
  if (!identity) return tl::unexpected(about(storage, identity_file_name, identity.error()));
  Opened opened;
  opened.identity = std::move(*identity);
  opened.seed = journal_checksum_seed(opened.identity.id);
  // The mark before the segments: what it says was appended is then seen in them.
  auto synced = storage.open_mapped_read_only(std::string(synced_file_name));
  if (!synced) return tl::unexpected(synced.error());
  auto mark = read_synced_mark((*synced)->bytes(), opened.identity.id);
  if (!mark) return tl::unexpected(about(storage, synced_file_name, mark.error()));
  opened.mark = *mark;
  auto numbers = segment_numbers(storage);
  if (!numbers) return tl::unexpected(numbers.error());
  opened.numbers = std::move(*numbers);
  return opened;
}

// A segment whose header checks. Nothing when it was released since it was listed.
Result<std::optional<SegmentView>> open_view(Storage& storage, const Opened& journal,
                                             std::uint64_t number) {
  const std::string name = segment_name(number);
  SegmentView view;
  auto file = storage.open_mapped_read_only(name);
  if (!file && file.error().kind == ErrorKind::not_found) return std::optional<SegmentView>{};
  if (!file) return tl::unexpected(file.error());
  view.file = std::move(*file);
  const auto header = read_segment_header(view.bytes());
  if (!header && !still_there(storage, number)) return std::optional<SegmentView>{};
  if (const auto page = unreadable(storage, number, *view.file)) return tl::unexpected(*page);
  if (!header) return tl::unexpected(about(storage, name, header.error()));
  if (header->journal != journal.identity.id)
    return tl::unexpected(about(
        storage, name,
        {ErrorKind::mismatch, fmt::format("belongs to journal {}", to_hex(header->journal))}));
  if (header->number != number)
    return tl::unexpected(about(
        storage, name,
        {ErrorKind::damage, fmt::format("its header says that it is segment {}", header->number)}));
  view.first = header->first;
  view.limit = header->limit();
  return std::optional<SegmentView>(std::move(view));
}

struct Walk {
  Position end;
  bool sealed = false;
  // What stopped it is not just the end of what was appended.
  bool bad = false;
  const char* why = "";
};

// Record after record until one does not check, or `visit` says so by a reason.
Walk walk(const SegmentView& view, std::uint32_t seed,
          const std::function<const char*(const Record&)>& visit) {
  Walk at{view.first, false, false, ""};
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
    segment.first = (*view)->first;
    segment.file_bytes = (*view)->bytes().size();
    const Walk end = walk(**view, journal->seed, [&segment](const Record& record) -> const char* {
      if (segment.records++ == 0) segment.first_receive_time = record.receive_time;
      segment.last_receive_time = record.receive_time;
      return nullptr;
    });
    segment.end = end.end;
    segment.bytes = end.end.value - segment.first.value;
    segment.sealed = end.sealed;
    // At or after the synced position it is a torn tail, which a start cuts.
    if (end.end < journal->mark.position && !end.sealed)
      segment.damage = damage_at(storage, number, (*view)->offset_of(end.end), end.why);
    if (auto page = unreadable(storage, number, *(*view)->file)) segment.damage = std::move(page);
    if (segment.damage && !still_there(storage, number)) continue;
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
    const SegmentView& view = **opened;
    // The next segment is there before the log goes on in it: nothing of it counts yet.
    if (!first && !before.sealed) break;
    if (!first && result.end != view.first)
      return fail(
          ErrorKind::damage,
          fmt::format("{}/{}: begins at position {} instead of {}: a segment is missing",
                      storage.path(), segment_name(number), view.first.value, result.end.value));
    if (first) result.begin = view.first;
    before = walk(view, journal->seed, [&](const Record& record) {
      const char* const why = order.check(record);
      if (why == nullptr) ++result.records;
      return why;
    });
    std::optional<Error> damage = unreadable(storage, number, *view.file);
    if (!damage && !before.sealed && before.end < journal->mark.position)
      damage = damage_at(storage, number, view.offset_of(before.end), before.why);
    if (damage && !still_there(storage, number)) {
      start_over();
      continue;
    }
    if (damage) return tl::unexpected(*damage);
    first = false;
    result.bytes += before.end.value - view.first.value;
    result.torn_tail = before.bad;
    result.end = before.sealed ? view.limit : before.end;
  }
  if (result.end < journal->mark.position)
    return fail(ErrorKind::damage,
                fmt::format("{}: synced up to position {}, the segments end at {}: one is missing",
                            storage.path(), journal->mark.position.value, result.end.value));
  return result;
}

}  // namespace senne::ingest
