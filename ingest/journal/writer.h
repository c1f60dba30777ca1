// Appends records. Takes no lock and allocates nothing, except at a segment's end when the keeper
// did not prepare the next one in time.
//
// THREAD  any, one at a time by the claim.
#pragma once

#include <atomic>

#include "ingest/appender.h"
#include "ingest/journal/keeper.h"
#include "ingest/journal/stream.h"
#include "ingest/receive_clock.h"

namespace senne::ingest {

class Writer {
 public:
  // `end` lies in the newest segment that holds records, or at its beginning.
  Writer(Stream& stream, Keeper& keeper, const Clock& clock, Segment& segment, Position end,
         Sequence last_sequence, Instant last_receive_time);

  Append append_message(const Message& message);
  Append append_connected();
  Append append_configuration(Id128 hash);
  bool try_append_tick();

  Duration clock_parted() const { return clock_.parted(); }
  std::size_t record_bytes_max() const;

 private:
  void claim();
  void give_back();
  Append append_now(RecordParts& parts);
  bool move_to_next_segment();

  Stream& stream_;
  Keeper& keeper_;

  alignas(64) std::atomic<bool> claimed_{false};
  // Under the claim.
  ReceiveClock clock_;
  Segment* segment_;
  Position end_;
  Sequence sequence_;
  Instant last_;
};

}  // namespace senne::ingest
