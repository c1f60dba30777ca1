// Wall and monotonic time as a parameter, so that a test or a simulation can be the one who moves
// it.
#pragma once

#include "core/time.h"

namespace senne {

// THREAD  any.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant wall() const = 0;
  // Since an arbitrary beginning; never steps.
  virtual Duration monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant wall() const override;
  Duration monotonic() const override;
};

// A clock that moves only when told: for tests and replays.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : wall_(start) {}
  Instant wall() const override { return wall_; }
  Duration monotonic() const override { return monotonic_; }
  void advance(Duration by) {
    wall_ += by;
    monotonic_ += by;
  }
  void step_wall(Duration by) { wall_ += by; }

 private:
  Instant wall_;
  Duration monotonic_{0};
};

}  // namespace senne
