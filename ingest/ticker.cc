#include "ingest/ticker.h"

namespace senne::ingest {
namespace {

// After the whole second, so that under traffic a message has usually brought the tick with it.
constexpr Duration after_the_second = std::chrono::milliseconds{5};

}  // namespace

Duration Ticker::do_work() {
  if (connected_()) log_.try_append_tick();
  const Instant now = clock_.wall();
  const Instant due = whole_second(now) + after_the_second;
  return due > now ? due - now : due + std::chrono::seconds{1} - now;
}

}  // namespace senne::ingest
