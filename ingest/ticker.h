// Lets time pass in the log when no message does: once a second, while MQTT is connected.
//
// An outage therefore stands still in the log, and windows whose data is still queued at the broker
// are not closed by it.
//
// THREAD  its own; competes with the receive path for the log's writer side, and gives way.
#pragma once

#include <functional>

#include "core/agent.h"
#include "core/clock.h"
#include "ingest/appender.h"

namespace senne::ingest {

class Ticker final : public Agent {
 public:
  Ticker(Appender& log, const Clock& clock, std::function<bool()> connected)
      : log_(log), clock_(clock), connected_(std::move(connected)) {}

  Duration do_work() override;

 private:
  Appender& log_;
  const Clock& clock_;
  std::function<bool()> connected_;
};

}  // namespace senne::ingest
