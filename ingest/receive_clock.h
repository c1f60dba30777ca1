// The clock that stamps records: wall time at the start, carried on at the monotonic rate, so that
// it neither steps nor runs backwards.
//
// THREAD  `now` under the journal's writer claim; `parted` from any.
#pragma once

#include "core/clock.h"

namespace senne::ingest {

class ReceiveClock {
 public:
  // `not_before`: the last record's time; `now` never returns less.
  ReceiveClock(const Clock& clock, Instant not_before)
      : clock_(clock), offset_(clock.wall() - Instant{clock.monotonic()}), last_(not_before) {}

  // Never decreases.
  Instant now() {
    const Instant candidate = Instant{clock_.monotonic()} + offset_;
    if (candidate > last_) last_ = candidate;
    return last_;
  }

  // How far the wall clock has moved away from this one since the start: over 60 s the process is
  // not ready.
  Duration parted() const { return clock_.wall() - (Instant{clock_.monotonic()} + offset_); }

 private:
  const Clock& clock_;
  const Duration offset_;
  Instant last_;
};

}  // namespace senne::ingest
