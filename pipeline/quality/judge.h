// Flags what is implausible of an observation: RANGE, RATE, STUCK. Nothing is changed or held back.
//
//  RANGE  the number is below the property's minimum or above its maximum.
//  RATE   since the reading before, at most an hour ago, it changed by more than the property's
//         rate times the time between them, counted as a minute at least.
//  STUCK  for the property's time and `stuck_readings` readings it has been exactly the same, and
//         is not the value at which the property rests.
//
// Readings of a datastream are compared in the order of their times; one that is not later than
// the last is judged by its range alone and not remembered.
//
// THREAD  the shard's.
// OWNS    64 bytes a datastream of a property that has a rate or a time, `datastreams_max` at most:
//         over it, the datastream that was silent longest is forgotten.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/configuration.h"
#include "pipeline/heard_table.h"
#include "pipeline/normalise/normalised_report.h"

namespace senne::quality {

class Judge {
 public:
  static constexpr Duration rate_horizon = std::chrono::hours{1};
  static constexpr std::uint32_t stuck_readings = 6;

  explicit Judge(std::size_t datastreams_max = 1'000'000);

  // The limits from now on: the built-in ones, but for what the configuration says.
  void configure(const std::vector<PropertyLimits>& own);

  // Sets the flags of a report that is no duplicate.
  void judge(normalise::NormalisedReport& report, Instant receive_time);

  void forget_idle(Instant tick, Duration horizon) { last_.forget_idle(tick, horizon); }
  std::size_t datastreams() const { return last_.size(); }

  void snapshot(ByteWriter& writer) const { last_.snapshot(writer); }
  // False when the bytes cannot be a state; it is empty then.
  bool restore(ByteReader& reader) { return last_.restore(reader); }

 private:
  // The last reading of a datastream, and since when it says the same.
  struct Last {
    std::uint64_t value = 0;  // bits of the double
    std::int64_t time = 0;    // ns
    std::int64_t since = 0;   // ns
    std::uint64_t times = 0;  // 0: there is none
  };

  void compare(const normalise::Sample& sample, const Limits& limits, Instant receive_time,
               v1::Observation& observation);

  std::vector<Limits> limits_;  // by place in the vocabulary
  pipeline::HeardTable<Last> last_;
};

}  // namespace senne::quality
