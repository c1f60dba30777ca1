// What a start does before anything is written: reads every segment, verifies every record, finds
// the end and cuts the torn tail.
//
// The first record that does not check at or after the synced position is where a power cut tore
// the tail: everything from there on is zeroed and synced before anything is appended, so that it
// cannot come back. Before the synced position it is damage, and so is a segment that is missing,
// stands under a wrong number or is not this journal's: nothing is changed then.
#pragma once

#include <memory>
#include <vector>

#include "ingest/journal/recovery_report.h"
#include "ingest/journal/segment_ring.h"

namespace senne::ingest {

struct RecoveredStream {
  std::vector<std::unique_ptr<Segment>> segments;  // contiguous, oldest first; never empty
  Position end;
  Sequence last_sequence;
  Instant last_receive_time;
  JournalRecovery report;
};

// `mark`: what the synced file says. Segments there are at least one.
Result<RecoveredStream> recover_stream(Storage& storage, Id128 journal, const SyncedMark& mark);

// The numbers of the segment files in `storage`, ascending.
Result<std::vector<std::uint64_t>> segment_numbers(Storage& storage);

// Follows the rules that successive records keep: sequences count messages, receive times never
// decrease.
class RecordOrder {
 public:
  // What is wrong with `record` after those before it; null when nothing is.
  const char* check(const Record& record);
  bool any() const { return any_; }
  Sequence sequence() const { return sequence_; }
  Instant receive_time() const { return receive_time_; }

 private:
  bool any_ = false;
  Sequence sequence_;
  Instant receive_time_;
};

// "<directory>/<file>: <what is wrong with it>"
Error about(const Storage& storage, std::string_view file, const Error& error);
// "<directory>/<segment>: offset N: <why>"
Error damage_at(const Storage& storage, std::uint64_t segment, std::size_t offset,
                std::string_view why);

}  // namespace senne::ingest
