#include "ingest/journal/writer.h"

#include <sched.h>

#include <cstring>

#include "core/check.h"

namespace senne::ingest {
namespace {

// An append takes tens of nanoseconds; one that takes longer was interrupted, and then the
// processor is better given away.
constexpr int spins_max = 1000;

void pause_a_moment() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

RecordParts parts_of(RecordKind kind) {
  RecordParts parts{};
  parts.header.kind = static_cast<std::uint8_t>(kind);
  parts.header.route = RouteIndex::none;
  return parts;
}

}  // namespace

Writer::Writer(Stream& stream, Keeper& keeper, const Clock& clock, Segment& segment, Position end,
               Sequence last_sequence, Instant last_receive_time)
    : stream_(stream),
      keeper_(keeper),
      clock_(clock, last_receive_time),
      segment_(&segment),
      end_(end),
      sequence_(last_sequence),
      last_(last_receive_time) {}

// Exchange with acquire, given back with release: what one writer did under the claim happens
// before what the next one does. Between exchanges it only looks (relaxed), which does not take the
// cache line away from the holder.
void Writer::claim() {
  while (claimed_.exchange(true, std::memory_order_acquire)) {
    int spins = 0;
    while (claimed_.load(std::memory_order_relaxed)) {
      if (++spins < spins_max) {
        pause_a_moment();
      } else {
        ::sched_yield();
      }
    }
  }
}

void Writer::give_back() { claimed_.store(false, std::memory_order_release); }

std::size_t Writer::record_bytes_max() const { return keeper_.record_bytes_max(); }

Append Writer::append_message(const Message& message) {
  RecordParts parts = parts_of(RecordKind::message);
  RecordHeader& header = parts.header;
  SENNE_CHECK(message.topic.size() <= 0xFFFF);
  SENNE_CHECK(message.payload.size() <= segment_bytes_max);
  SENNE_CHECK(message.user_properties.size() <= segment_bytes_max);
  header.payload_length = message.payload_length;
  header.payload_size = static_cast<std::uint32_t>(message.payload.size());
  header.properties_size = static_cast<std::uint32_t>(message.user_properties.size());
  header.topic_size = static_cast<std::uint16_t>(message.topic.size());
  header.route = message.route.value;
  header.flags =
      static_cast<std::uint8_t>((message.duplicate ? 1U : 0U) | (message.retained ? 2U : 0U));
  parts.topic = message.topic;
  parts.properties = message.user_properties;
  parts.payload = message.payload;
  claim();
  const Append outcome = append_now(parts);
  give_back();
  return outcome;
}

Append Writer::append_connected() {
  RecordParts parts = parts_of(RecordKind::connected);
  claim();
  const Append outcome = append_now(parts);
  give_back();
  return outcome;
}

Append Writer::append_configuration(Id128 hash) {
  RecordParts parts = parts_of(RecordKind::configuration);
  char bytes[16];
  std::memcpy(bytes, &hash.high, 8);
  std::memcpy(bytes + 8, &hash.low, 8);
  parts.payload = std::string_view(bytes, sizeof bytes);
  parts.header.payload_size = sizeof bytes;
  parts.header.payload_length = sizeof bytes;
  claim();
  const Append outcome = append_now(parts);
  give_back();
  return outcome;
}

bool Writer::try_append_tick() {
  RecordParts parts = parts_of(RecordKind::tick);
  // Acquire as in `claim`; who holds it now appends a record of this second, which makes the tick
  // superfluous.
  if (claimed_.exchange(true, std::memory_order_acquire)) return false;
  const bool due = whole_second(clock_.now()) > last_;
  const bool appended = due && append_now(parts) != Append::exhausted;
  give_back();
  return appended;
}

bool Writer::move_to_next_segment() {
  Segment* next = stream_.ring.next_of(*segment_);
  if (next == nullptr) {
    auto prepared = stream_.ring.prepare(segment_->number() + 1);
    if (!prepared && prepared.error().kind != ErrorKind::no_space)
      stream_.disk_failed(prepared.error());
    if (!prepared) return false;
    next = *prepared;
  }
  RecordParts seal{};
  seal.header.kind = seal_kind;
  seal.header.route = RouteIndex::none;
  seal.header.sequence = sequence_.value;
  seal.header.receive_time = to_nanos(last_);
  // After the next segment is there, name and all: who reads the seal finds what it points to.
  write_record(segment_->at(end_), seal, end_, stream_.seed);
  segment_ = next;
  end_ = next->first();
  return true;
}

Append Writer::append_now(RecordParts& parts) {
  if (stream_.failed.load(std::memory_order_relaxed)) return Append::exhausted;
  const std::size_t size = aligned(parts.length());
  SENNE_CHECK(size <= record_bytes_max());
  const std::uint64_t capacity = stream_.settings.max_bytes;
  // Relaxed: only its value matters.
  const std::uint64_t released = stream_.released.load(std::memory_order_relaxed);
  if (end_.value + size - released > capacity + stream_.settings.reserve_bytes)
    return Append::exhausted;
  // Room for the record and the seal behind it.
  if (size + record_header_bytes > segment_->room(end_) && !move_to_next_segment()) {
    return Append::exhausted;
  }
  const bool message = parts.header.kind == static_cast<std::uint8_t>(RecordKind::message);
  const std::uint64_t sequence = sequence_.value + (message ? 1 : 0);
  last_ = clock_.now();
  parts.header.sequence = sequence;
  parts.header.receive_time = to_nanos(last_);
  if (message && clock_.apart()) parts.header.flags |= clock_apart_flag;
  write_record(segment_->at(end_), parts, end_, stream_.seed);
  sequence_ = Sequence{sequence};
  end_ = Position{end_.value + size};
  // The order that Stream describes. receive_time: any recent value will do (relaxed).
  stream_.receive_time.store(parts.header.receive_time, std::memory_order_relaxed);
  stream_.sequence.store(sequence, std::memory_order_relaxed);
  stream_.end.store(end_.value, std::memory_order_release);
  stream_.sequence_confirmed.store(sequence, std::memory_order_release);
  if (stream_.settings.sync_interval == Duration::zero() && !keeper_.sync_appended())
    return Append::exhausted;
  return end_.value - released >= capacity || stream_.ring.short_of_space() ? Append::full
                                                                            : Append::done;
}

}  // namespace senne::ingest
