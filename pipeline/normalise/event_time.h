// Decides when something was true: the time as sent where it is plausible, else the time of
// receipt.
#pragma once

#include <optional>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/time.h"

namespace senne::normalise {

struct EventTime {
  Instant start;
  std::optional<Instant> end;  // only of an interval
  bool clock = false;          // the time as sent was unreadable or implausible
  friend bool operator==(const EventTime& a, const EventTime& b) {
    return a.start == b.start && a.end == b.end;
  }
};

// `sent` as it stands when all of it lies in the configuration's sanity window around
// `receive_time` and an interval does not end before it begins; else `receive_time`, with `clock`
// set if a time was stated at all. Where none was stated nothing is known against the receive time,
// so it stands in unflagged.
EventTime event_time(const SentTime& sent, Instant receive_time,
                     const PipelineConfiguration& configuration);

// Whether anything was stated, readable or not.
inline bool stated(const SentTime& sent) { return sent.start.has_value() || sent.malformed; }

}  // namespace senne::normalise
