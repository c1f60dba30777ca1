#include "ingest/journal/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <mutex>

#include "core/check.h"
#include "ingest/journal/keeper.h"
#include "ingest/journal/reader.h"
#include "ingest/journal/recovery.h"
#include "ingest/journal/writer.h"

namespace senne::ingest {
namespace {

constexpr Duration wall_behind_max = std::chrono::seconds{60};
constexpr Duration wall_ahead_max = std::chrono::hours{24 * 30};

std::uint64_t segment_bytes_for(const JournalSettings& settings) {
  if (settings.segment_bytes != 0) {
    SENNE_CHECK(std::has_single_bit(settings.segment_bytes));
    SENNE_CHECK(settings.segment_bytes >= segment_bytes_min);
    SENNE_CHECK(settings.segment_bytes <= segment_bytes_max);
    return settings.segment_bytes;
  }
  // At least 1 MiB: a payload of 256 KiB fits with any topic and user properties that come with it.
  return std::clamp<std::uint64_t>(
      std::bit_floor(std::max<std::uint64_t>(settings.max_bytes, 1) / 16), 1ull << 20, 64ull << 20);
}

// The identity file, drawn and written where nothing of a journal is there yet.
Result<JournalIdentity> open_identity(Storage& storage, const std::function<Id128()>& draw_id) {
  const auto bytes = storage.read_whole(std::string(identity_file_name));
  if (bytes) {
    auto identity = decode_identity(*bytes);
    if (!identity) return tl::unexpected(about(storage, identity_file_name, identity.error()));
    return identity;
  }
  if (bytes.error().kind != ErrorKind::not_found) return tl::unexpected(bytes.error());
  const auto numbers = segment_numbers(storage);
  if (!numbers) return tl::unexpected(numbers.error());
  if (!numbers->empty())
    return tl::unexpected(about(storage, identity_file_name,
                                {ErrorKind::damage, "is missing, while segments are there"}));
  JournalIdentity identity;
  identity.id = draw_id();
  if (auto written =
          storage.write_whole(std::string(identity_file_name), encode_identity(identity));
      !written)
    return tl::unexpected(written.error());
  return identity;
}

struct SyncedFile {
  std::unique_ptr<MappedFile> file;
  SyncedMark mark;
};

// The synced file; `fresh` when the journal has no segments yet, whose creation a crash may have
// interrupted at any point.
Result<SyncedFile> open_synced(Storage& storage, Id128 journal, bool fresh) {
  const std::string name(synced_file_name);
  SyncedFile synced;
  auto file = storage.open_mapped(name);
  if (!file && fresh && file.error().kind == ErrorKind::not_found)
    file = storage.create_mapped(name, synced_file_bytes);
  if (!file) return tl::unexpected(file.error());
  synced.file = std::move(*file);
  auto mark = read_synced_mark(synced.file->bytes(), journal);
  if (!mark && fresh && mark.error().kind == ErrorKind::damage &&
      synced.file->bytes().size() == synced_file_bytes) {
    write_synced_mark(synced.file->bytes(), synced.mark, journal);
    if (auto done = synced.file->sync(); !done) return tl::unexpected(done.error());
    return synced;
  }
  if (!mark) return tl::unexpected(about(storage, synced_file_name, mark.error()));
  if (fresh && mark->position != Position{})
    return tl::unexpected(
        about(storage, synced_file_name,
              {ErrorKind::damage, fmt::format("says that the log was synced up to position {}, but "
                                              "there are no segments",
                                              mark->position.value)}));
  synced.mark = *mark;
  return synced;
}

Result<void> check_clock(const Clock& clock, const JournalSettings& settings, Instant last) {
  if (last == Instant{}) return {};
  const auto seconds = [](Duration gap) {
    return std::chrono::duration_cast<std::chrono::seconds>(gap).count();
  };
  const Duration gap = clock.wall() - last;
  if (gap < -wall_behind_max && !settings.accept_clock_gap)
    return fail(ErrorKind::mismatch,
                fmt::format("the wall clock is {} s before the journal's last record (at most 60 s "
                            "are expected unless journal.accept_clock_gap is true): set the clock, "
                            "or, if it is right and was ahead before, accept the gap and time goes "
                            "on from that record's",
                            -seconds(gap)));
  if (gap > wall_ahead_max && !settings.accept_clock_gap)
    return fail(ErrorKind::mismatch,
                fmt::format("the wall clock is {} s after the journal's last record (at most 30 "
                            "days are expected unless journal.accept_clock_gap is true)",
                            seconds(gap)));
  return {};
}

}  // namespace

class Journal::State {
 public:
  State(Storage& storage, const JournalSettings& settings, const RingSettings& ring,
        std::vector<std::unique_ptr<Segment>> segments,
        std::function<void(const Error&)> on_disk_failed)
      : stream(storage, settings, ring, std::move(segments), std::move(on_disk_failed)) {}

  void start(SyncedFile synced, const RecoveredStream& recovered, const Clock& clock) {
    // Relaxed: no other thread is there yet.
    stream.sequence.store(recovered.last_sequence.value, std::memory_order_relaxed);
    stream.sequence_confirmed.store(recovered.last_sequence.value, std::memory_order_relaxed);
    stream.end.store(recovered.end.value, std::memory_order_relaxed);
    stream.receive_time.store(to_nanos(recovered.last_receive_time), std::memory_order_relaxed);
    stream.released.store(stream.ring.oldest()->first().value, std::memory_order_relaxed);
    Segment* open = stream.ring.oldest();
    while (recovered.end >= open->limit()) open = stream.ring.next_of(*open);
    keeper = std::make_unique<Keeper>(stream, std::move(synced.file), synced.mark, identity.id,
                                      record_bytes_max);
    writer = std::make_unique<Writer>(stream, *keeper, clock, *open, recovered.end,
                                      recovered.last_sequence, recovered.last_receive_time);
    reader = std::make_unique<Reader>(stream);
    recovery = recovered.report;
  }

  Stream stream;
  std::size_t record_bytes_max = 0;
  std::unique_ptr<Keeper> keeper;
  std::unique_ptr<Writer> writer;
  std::unique_ptr<Reader> reader;
  JournalRecovery recovery;
  std::mutex identity_mutex;
  JournalIdentity identity;
};

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(Storage& storage, const JournalSettings& settings,
                                               const Clock& clock,
                                               JournalSurroundings surroundings) {
  auto identity = open_identity(storage, surroundings.draw_id);
  if (!identity) return tl::unexpected(identity.error());
  const auto numbers = segment_numbers(storage);
  if (!numbers) return tl::unexpected(numbers.error());
  const bool fresh = numbers->empty();
  auto synced = open_synced(storage, identity->id, fresh);
  if (!synced) return tl::unexpected(synced.error());

  RecoveredStream recovered;
  if (!fresh) {
    auto found = recover_stream(storage, identity->id, synced->mark);
    if (!found) return tl::unexpected(found.error());
    recovered = std::move(*found);
    if (auto checked = check_clock(clock, settings, recovered.last_receive_time); !checked)
      return tl::unexpected(about(storage, "", checked.error()));
    // The mark may stand in the kernel's memory alone, from a sync that failed, and segments are
    // given up by it.
    synced->file->touch(0, synced->file->bytes().size());
    if (auto done = synced->file->sync(); !done) return tl::unexpected(done.error());
  }
  RingSettings ring{identity->id, segment_bytes_for(settings), settings.max_bytes,
                    settings.reserve_bytes};
  auto state = std::make_unique<State>(storage, settings, ring, std::move(recovered.segments),
                                       std::move(surroundings.on_disk_failed));
  state->identity = std::move(*identity);
  state->record_bytes_max =
      static_cast<std::size_t>(ring.segment_bytes) - segment_overhead_bytes - record_header_bytes;
  // A full disk stops the creation of a journal, but not the start of one that has to be drained.
  const auto reserve = state->stream.ring.fill_reserve();
  if (!reserve && (fresh || reserve.error().kind != ErrorKind::no_space))
    return tl::unexpected(reserve.error());
  if (fresh) {
    if (auto first = state->stream.ring.prepare(0); !first) return tl::unexpected(first.error());
  }
  state->start(std::move(*synced), recovered, clock);
  // What a killed process appended is durable from here on, and the next segment is there.
  state->keeper->housekeep();
  return std::unique_ptr<Journal>(new Journal(std::move(state)));
}

Append Journal::append_message(const Message& message) {
  return state_->writer->append_message(message);
}
Append Journal::append_connected() { return state_->writer->append_connected(); }
Append Journal::append_configuration(Id128 hash) {
  return state_->writer->append_configuration(hash);
}
bool Journal::try_append_tick() { return state_->writer->try_append_tick(); }

Result<std::span<const Record>> Journal::poll(Position from, std::size_t limit) {
  return state_->reader->poll(from, limit);
}
void Journal::release(Position until) { state_->reader->release(until); }

// Relaxed: positions alone. Who reads what lies between them does so by `poll`, which acquires.
Position Journal::begin() const {
  return Position{state_->stream.released.load(std::memory_order_relaxed)};
}
Position Journal::end() const {
  return Position{state_->stream.end.load(std::memory_order_relaxed)};
}
// Relaxed: no memory is read through it. The sync it tells of was a system call that had returned.
Position Journal::synced() const {
  return Position{state_->stream.synced.load(std::memory_order_relaxed)};
}
void Journal::request_sync(Position until) { state_->keeper->request_sync(until); }

void Journal::housekeep() { state_->keeper->housekeep(); }
void Journal::on_sync_requested(std::function<void()> wake) {
  state_->keeper->on_sync_requested(std::move(wake));
}
void Journal::on_request_met(std::function<void()> tell) {
  state_->keeper->on_request_met(std::move(tell));
}

JournalIdentity Journal::identity() const {
  const std::lock_guard lock(state_->identity_mutex);
  return state_->identity;
}

Result<void> Journal::note_committed(const std::string& cluster_id) {
  const std::lock_guard lock(state_->identity_mutex);
  JournalIdentity noted = state_->identity;
  if (noted.has_committed && noted.cluster_id == cluster_id) return {};
  noted.has_committed = true;
  noted.cluster_id = cluster_id;
  if (auto written = state_->stream.storage.write_whole(std::string(identity_file_name),
                                                        encode_identity(noted));
      !written)
    return written;
  state_->identity = std::move(noted);
  return {};
}

const JournalRecovery& Journal::recovery() const { return state_->recovery; }
std::size_t Journal::record_bytes_max() const { return state_->record_bytes_max; }
std::uint64_t Journal::capacity_bytes() const { return state_->stream.settings.max_bytes; }

std::uint64_t Journal::used_bytes() const {
  // Of two moments: what was released in between may lie behind the end of the first.
  const std::uint64_t end = this->end().value;
  const std::uint64_t released = begin().value;
  return end > released ? end - released : 0;
}

bool Journal::disk_full() const { return state_->stream.ring.short_of_space(); }

// Relaxed: each is a number for people.
Sequence Journal::last_sequence() const {
  return Sequence{state_->stream.sequence.load(std::memory_order_relaxed)};
}
Instant Journal::last_receive_time() const {
  return instant_from_nanos(state_->stream.receive_time.load(std::memory_order_relaxed));
}
Duration Journal::clock_parted() const { return state_->writer->clock_parted(); }

}  // namespace senne::ingest
