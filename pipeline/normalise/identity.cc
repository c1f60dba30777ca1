#include "pipeline/normalise/identity.h"

// Inlined: most of what is hashed here is short, and a call would cost more than the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <type_traits>

namespace senne::normalise {
namespace {

// Everything of fixed size that one reading says, in words without padding; its texts follow.
struct ReadingHead {
  std::uint32_t name;
  std::uint32_t channel;
  std::uint32_t unit;
  std::uint32_t kind;   // which alternative of the value; times stated
  std::uint64_t value;  // bits; of a text, its length
  std::int64_t start;
  std::int64_t end;
};
static_assert(std::has_unique_object_representations_v<ReadingHead>);

std::uint64_t value_bits(const Value& value) {
  switch (value.index()) {
    case 0:
      return std::bit_cast<std::uint64_t>(std::get<double>(value));
    case 1:
      return std::bit_cast<std::uint64_t>(std::get<std::int64_t>(value));
    case 2:
      return std::get<std::uint64_t>(value);
    case 3:
      return std::get<bool>(value) ? 1 : 0;
    default:
      return std::get<std::string_view>(value).size();
  }
}

ReadingHead head_of(const RawReading& reading) {
  const std::size_t stated = (reading.time.start ? 1U : 0U) | (reading.time.end ? 2U : 0U);
  ReadingHead head{};
  head.name = static_cast<std::uint32_t>(reading.name.size());
  head.channel = static_cast<std::uint32_t>(reading.channel.size());
  head.unit = static_cast<std::uint32_t>(reading.unit.size());
  head.kind = static_cast<std::uint32_t>(reading.value.index() << 2 | stated);
  head.value = value_bits(reading.value);
  if (reading.time.start) head.start = to_nanos(*reading.time.start);
  if (reading.time.end) head.end = to_nanos(*reading.time.end);
  return head;
}

std::string_view text_of(const Value& value) {
  const auto* text = std::get_if<std::string_view>(&value);
  return text == nullptr ? std::string_view{} : *text;
}

// Writes one after the other into memory that was measured before.
class Cursor {
 public:
  explicit Cursor(char* at) : at_(at) {}
  void put(const void* bytes, std::size_t size) {
    if (size > 0) std::memcpy(at_, bytes, size);
    at_ += size;
  }

 private:
  char* at_;
};

// The hash of the same bytes, without having them all at once: slower where they are few.
class Stream {
 public:
  Stream() { XXH3_64bits_reset(&state_); }
  void put(const void* bytes, std::size_t size) {
    if (size > 0) XXH3_64bits_update(&state_, bytes, size);
  }
  XXH64_hash_t hash() const { return XXH3_64bits_digest(&state_); }

 private:
  XXH3_state_t state_;
};

template <class To>
void put_text(To& to, std::string_view text) {
  to.put(text.data(), text.size());
}

template <class To>
void put_counted(To& to, const Report& report, std::span<const RawReading> readings) {
  const std::uint64_t sequence_size = report.sequence.size();
  to.put(&sequence_size, sizeof sequence_size);
  put_text(to, report.sequence);
  for (const RawReading& reading : readings) {
    const ReadingHead head = head_of(reading);
    to.put(&head, sizeof head);
    put_text(to, reading.name);
    put_text(to, reading.channel);
    put_text(to, reading.unit);
    put_text(to, text_of(reading.value));
  }
}

std::span<const RawReading> readings_of(const Report& report, const Decoded& decoded) {
  return std::span(decoded.readings).subspan(report.first_reading, report.reading_count);
}

Id128 as_id(XXH128_hash_t hash) { return {hash.high64, hash.low64}; }

}  // namespace

Id128 message_fingerprint(const Message& message) {
  const XXH64_hash_t topic = XXH3_64bits(message.topic.data(), message.topic.size());
  return as_id(XXH3_128bits_withSeed(message.payload.data(), message.payload.size(), topic));
}

bool states_time_or_counter(const Report& report, const Decoded& decoded) {
  const auto tells_apart = [](const SentTime& time) { return time.start && !time.repeated; };
  if (tells_apart(report.time) || !report.sequence.empty()) return true;
  const auto readings = readings_of(report, decoded);
  return std::any_of(readings.begin(), readings.end(),
                     [&](const RawReading& reading) { return tells_apart(reading.time); });
}

DedupeIdentity ReportIdentity::dedupe(const Record& record, Id128 fingerprint, const Report& report,
                                      const Decoded& decoded, Id128 device) {
  DedupeIdentity identity;
  identity.device = device;
  identity.bytes = fingerprint.low;
  identity.message = record.position;
  identity.receive_time = record.receive_time;
  identity.sent_time = report.time.start.value_or(record.receive_time);
  identity.carries_identity = states_time_or_counter(report, decoded);
  if (report.sequence.empty()) return identity;

  // The report's own time is left out: each gateway or network server may state another for the
  // same uplink, though not a quite different one. The times of single readings come from the
  // device.
  const auto readings = readings_of(report, decoded);
  std::size_t size = sizeof(std::uint64_t) + report.sequence.size();
  for (const RawReading& reading : readings) {
    size += sizeof(ReadingHead) + reading.name.size() + reading.channel.size() +
            reading.unit.size() + text_of(reading.value).size();
  }
  XXH64_hash_t hash = 0;
  if (size <= buffer_.size()) {
    Cursor cursor(buffer_.data());
    put_counted(cursor, report, readings);
    hash = XXH3_64bits(buffer_.data(), size);
  } else {
    Stream stream;
    put_counted(stream, report, readings);
    hash = stream.hash();
  }
  identity.counted = hash == 0 ? 1 : hash;
  return identity;
}

Id128 emission_id(const Record& record, Id128 journal, Id128 fingerprint, const Report& report,
                  const Decoded& decoded, std::size_t report_index) {
  struct {
    Id128 source;
    std::uint64_t place;
    std::uint64_t index;
  } const name = states_time_or_counter(report, decoded)
                     ? decltype(name){fingerprint, 0, report_index}
                     : decltype(name){journal, record.position.value + 1, report_index};
  return as_id(XXH3_128bits(&name, sizeof name));
}

}  // namespace senne::normalise
