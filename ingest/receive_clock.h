// The clock that stamps records: wall time at the start, carried on at the monotonic rate, so that
// it neither steps nor runs backwards.
//
// THREAD  `now` under the journal's writer claim; `parted` from any.
#pragma once

#include "core/clock.h"

namespace senne::ingest {

class ReceiveClock {
 public:
  // Beyond this the receive times are flagged and the process is not ready.
  static constexpr Duration parted_max = std::chrono::seconds{60};

  // `not_before`: the last record's time; `now` never returns less. A wall clock that is behind it
  // catches up soon, and until then time stands still; where it is behind by more than
  // `parted_max`, time goes on from there instead.
  ReceiveClock(const Clock& clock, Instant not_before)
      : clock_(clock),
        offset_((clock.wall() < not_before - parted_max ? not_before : clock.wall()) -
                Instant{clock.monotonic()}),
        last_(not_before) {}

  // Never decreases.
  Instant now() {
    const Duration monotonic = clock_.monotonic();
    const Instant candidate = Instant{monotonic} + offset_;
    if (candidate > last_) last_ = candidate;
    if (monotonic >= next_look_) {
      const Duration by = clock_.wall() - candidate;
      apart_ = by > parted_max || by < -parted_max;
      next_look_ = monotonic + std::chrono::seconds{1};
    }
    return last_;
  }

  // Whether the clocks were apart by more than `parted_max`, at most a second ago. Under the claim.
  bool apart() const { return apart_; }

  // How far the wall clock is from this one.
  Duration parted() const { return clock_.wall() - (Instant{clock_.monotonic()} + offset_); }

 private:
  const Clock& clock_;
  const Duration offset_;
  Instant last_;
  Duration next_look_{0};  // monotonic
  bool apart_ = false;
};

}  // namespace senne::ingest
