#include "pipeline/quality/judge.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/check.h"
#include "core/vocabulary.h"
#include "pipeline/quality/limits.h"

namespace senne::quality {
namespace {

std::size_t place_of(const Property& property) {
  return static_cast<std::size_t>(&property - vocabulary().data());
}

bool remembers(const Limits& limits) {
  return limits.rate || (limits.stuck_after && *limits.stuck_after > Duration{0});
}

}  // namespace

Judge::Judge(std::size_t datastreams_max) : last_(datastreams_max) { configure({}); }

void Judge::configure(const std::vector<PropertyLimits>& own) {
  limits_.assign(vocabulary().size(), Limits{});
  for (const BuiltInLimits& row : built_in_limits()) {
    const Property* const property = find_property(row.property);
    SENNE_CHECK(property != nullptr);
    limits_[place_of(*property)] = row.limits;
  }
  for (const PropertyLimits& row : own) {
    const Property* const property = find_property(row.property);
    SENNE_CHECK(property != nullptr);
    Limits& limits = limits_[place_of(*property)];
    limits = merged(limits, row.limits);
  }
}

void Judge::judge(normalise::NormalisedReport& report, Instant receive_time) {
  for (const normalise::Sample& sample : report.samples) {
    if (sample.property == nullptr) continue;
    const Limits& limits = limits_[place_of(*sample.property)];
    v1::Observation& observation =
        *report.collection.mutable_observations(static_cast<int>(sample.observation));
    if ((limits.minimum && sample.value < *limits.minimum) ||
        (limits.maximum && sample.value > *limits.maximum)) {
      observation.add_quality(v1::RANGE);
    }
    if (remembers(limits)) compare(sample, limits, receive_time, observation);
  }
}

void Judge::compare(const normalise::Sample& sample, const Limits& limits, Instant receive_time,
                    v1::Observation& observation) {
  // Its name has the device's, but not whose device it is: a registry may give an id to another
  // provider, whose first reading would look like a leap. That is rare, and a flag is no loss.
  Last& last = last_.hear(content_hash(sample.datastream), receive_time);
  const std::int64_t time = to_nanos(sample.time);
  if (last.times > 0 && time <= last.time) return;
  const double before = std::bit_cast<double>(last.value);
  const bool same = last.times > 0 && sample.value == before;

  if (last.times > 0 && limits.rate) {
    const Duration between{time - last.time};
    const double minutes =
        std::max(1.0, std::chrono::duration<double, std::ratio<60>>(between).count());
    if (between <= rate_horizon && std::abs(sample.value - before) > *limits.rate * minutes) {
      observation.add_quality(v1::RATE);
    }
  }
  last.value = std::bit_cast<std::uint64_t>(sample.value);
  last.time = time;
  if (!same) {
    last.since = time;
    last.times = 1;
    return;
  }
  ++last.times;
  if (!limits.stuck_after || *limits.stuck_after == Duration{0}) return;
  const bool rests = limits.resting && sample.value == *limits.resting;
  if (!rests && last.times >= stuck_readings &&
      Duration{time - last.since} >= *limits.stuck_after) {
    observation.add_quality(v1::STUCK);
  }
}

}  // namespace senne::quality
