// What a report is recognised by when it comes again, and the id under which its observations
// leave.
//
// THREAD  the shard's.
// OWNS    nothing of the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/decoder.h"
#include "core/ids.h"
#include "core/record.h"

namespace senne::normalise {

// Topic and payload of a message, hashed once for all of its reports.
Id128 message_fingerprint(const Message& message);

// What a report is compared by.
struct DedupeIdentity {
  Id128 device;               // device_key
  std::uint64_t bytes = 0;    // of the message's fingerprint
  std::uint64_t counted = 0;  // of counter and readings as sent; 0: it has no counter
  Position message;           // which message it stands in
  Instant receive_time;
  Instant sent_time;              // as the report states it; of receipt where it states none
  bool carries_identity = false;  // a time as sent, or a counter
};

// Whether the report states a time, itself or in one of its readings, or a counter: then equal
// bytes are one event. A local time that clocks going back say twice does not count.
bool states_time_or_counter(const Report& report, const Decoded& decoded);

// Builds identities. Its buffer is as large as most reports want it; more than that is hashed piece
// by piece.
class ReportIdentity {
 public:
  DedupeIdentity dedupe(const Record& record, Id128 fingerprint, const Report& report,
                        const Decoded& decoded, Id128 device);

 private:
  static constexpr std::size_t buffer_bytes = 4096;
  std::vector<char> buffer_ = std::vector<char>(buffer_bytes);
};

// ce_id of what report number `report_index` of a message becomes. Of bytes, topic and index where
// the report states a time or a counter, so that a redelivery, a replay or another journal give the
// same id; else of the journal's id, the position and the index.
Id128 emission_id(const Record& record, Id128 journal, Id128 fingerprint, const Report& report,
                  const Decoded& decoded, std::size_t report_index);

}  // namespace senne::normalise
