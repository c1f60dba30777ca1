#include "core/clock.h"

namespace senne {

Instant SystemClock::wall() const { return std::chrono::system_clock::now(); }

Duration SystemClock::monotonic() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace senne
