#include "pipeline/normalise/identity.h"

#include <xxhash.h>

#include <algorithm>
#include <type_traits>

#include "core/bytes.h"

namespace senne::normalise {
namespace {

void put(ByteWriter& out, const Value& value) {
  out.put(static_cast<std::uint8_t>(value.index()));
  std::visit(
      [&out](const auto& held) {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string_view>) {
          out.put_text(held);
        } else {
          out.put(held);
        }
      },
      value);
}

void put(ByteWriter& out, const SentTime& time) {
  out.put(static_cast<std::uint8_t>(time.start.has_value()));
  if (time.start) out.put(to_nanos(*time.start));
  out.put(static_cast<std::uint8_t>(time.end.has_value()));
  if (time.end) out.put(to_nanos(*time.end));
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
  if (report.time.start || !report.sequence.empty()) return true;
  const auto readings = readings_of(report, decoded);
  return std::any_of(readings.begin(), readings.end(),
                     [](const RawReading& reading) { return reading.time.start.has_value(); });
}

DedupeIdentity ReportIdentity::dedupe(const Record& record, Id128 fingerprint, const Report& report,
                                      const Decoded& decoded, Id128 device) {
  DedupeIdentity identity;
  identity.device = device;
  identity.bytes = fingerprint.low;
  identity.message = record.position;
  identity.receive_time = record.receive_time;
  identity.carries_identity = record.message.duplicate || states_time_or_counter(report, decoded);
  if (report.sequence.empty()) return identity;

  // The report's own time is left out: each gateway or network server may state another for the
  // same uplink. The times of single readings come from the device.
  buffer_.clear();
  ByteWriter out(buffer_);
  out.put_text(report.sequence);
  for (const RawReading& reading : readings_of(report, decoded)) {
    out.put_text(reading.name);
    out.put_text(reading.channel);
    out.put_text(reading.unit);
    put(out, reading.value);
    put(out, reading.time);
  }
  const XXH64_hash_t hash = XXH3_64bits(buffer_.data(), buffer_.size());
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
