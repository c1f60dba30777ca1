#include "tests/oracle/window_oracle.h"

#include <algorithm>
#include <cmath>

namespace senne::oracle {
namespace {

using DatastreamKey = std::pair<std::string, std::string>;  // datastream, property

Instant window_start(Instant time, Duration length) {
  Instant start{time.time_since_epoch() / length * length};
  while (start > time) start -= length;
  while (start + length <= time) start += length;
  return start;
}

// In two passes, in extended precision.
Statistics statistics_of(const std::vector<double>& values) {
  Statistics statistics;
  statistics.count = values.size();
  long double sum = 0;
  for (const double value : values) sum += value;
  const long double mean = sum / static_cast<long double>(values.size());
  long double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  statistics.sum = static_cast<double>(sum);
  statistics.mean = static_cast<double>(mean);
  statistics.min = *std::min_element(values.begin(), values.end());
  statistics.max = *std::max_element(values.begin(), values.end());
  if (values.size() > 1) {
    statistics.standard_deviation =
        static_cast<double>(std::sqrt(squares / static_cast<long double>(values.size() - 1)));
  }
  return statistics;
}

std::map<DatastreamKey, std::vector<Reading>> by_datastream(const std::vector<Reading>& readings) {
  std::map<DatastreamKey, std::vector<Reading>> result;
  for (const Reading& reading : readings) {
    result[{reading.datastream, reading.property}].push_back(reading);
  }
  return result;
}

struct Window {
  std::vector<double> values;
  std::size_t values_emitted = 0;
  std::optional<Instant> final_after;  // set by the first result
  bool closed = false;
};

// One datastream and one definition, on their own.
class Play {
 public:
  Play(const Timeline& timeline, const WindowDefinition& definition, std::vector<Reading> readings,
       Outcome& outcome)
      : timeline_(timeline),
        definition_(definition),
        readings_(std::move(readings)),
        outcome_(outcome) {}

  void run() {
    for (const Instant tick : timeline_.ticks) {
      while (taken_ < readings_.size() && readings_[taken_].received < tick) take();
      for (auto& [start, window] : windows_) {
        if (!window.closed) at_tick(tick, start, window);
      }
    }
    while (taken_ < readings_.size()) take();
  }

 private:
  void take() {
    const Reading& reading = readings_[taken_++];
    const Instant start = window_start(reading.phenomenon, definition_.length);
    if (is_closed(start)) {
      ++outcome_.missed[definition_.name];
    } else {
      ++outcome_.accumulated[definition_.name];
      windows_[start].values.push_back(reading.value);
    }
  }

  bool is_closed(Instant start) const {
    if (const auto known = windows_.find(start); known != windows_.end()) {
      return known->second.closed;
    }
    // One that was never seen is open, unless 64 or more lengths older than the newest closed.
    for (const auto& [other, window] : windows_) {
      if (window.closed && other - start >= 64 * definition_.length) return true;
    }
    return false;
  }

  Instant watermark() const {
    Instant latest = Instant::min();
    for (std::size_t i = 0; i < taken_; ++i) {
      latest = std::max(latest, std::min(readings_[i].phenomenon, readings_[i].received));
    }
    return latest;
  }

  Instant last_connected(Instant tick) const {
    Instant latest = Instant::min();
    for (const Connection& connection : timeline_.connections) {
      if (connection.first_tick <= tick) latest = std::max(latest, connection.time);
    }
    return latest;
  }

  void at_tick(Instant tick, Instant start, Window& window) {
    const Instant end = start + definition_.length;
    if (!window.final_after) {
      const bool passed = watermark() >= end + definition_.lateness;
      const bool waited = tick >= std::max(end, last_connected(tick)) + definition_.max_wait;
      if (!passed && !waited) return;
      window.final_after = tick + definition_.revise_for;
    }
    if (window.values.size() != window.values_emitted) emit(tick, start, window);
    window.closed = tick >= *window.final_after;
  }

  void emit(Instant tick, Instant start, Window& window) {
    window.values_emitted = window.values.size();
    const Reading& latest = readings_[taken_ - 1];
    Revision revision;
    revision.revision = tick;
    revision.end = start + definition_.length;
    revision.final_after = *window.final_after;
    revision.unit = latest.unit;
    revision.incomplete = start < timeline_.origin;
    revision.statistics = statistics_of(window.values);
    if (latest.interval) {
      const auto ratio = static_cast<double>(definition_.length.count()) /
                         static_cast<double>(latest.interval->count());
      revision.expected = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(ratio + 0.5));
      revision.coverage = std::min(
          1.0, static_cast<double>(window.values.size()) / static_cast<double>(*revision.expected));
      revision.representative = *revision.coverage >= 0.75;
    }
    outcome_.revisions[{latest.datastream, latest.property, definition_.name, start}].push_back(
        revision);
  }

  const Timeline& timeline_;
  const WindowDefinition& definition_;
  std::vector<Reading> readings_;
  std::size_t taken_ = 0;
  std::map<Instant, Window> windows_;
  Outcome& outcome_;
};

}  // namespace

std::map<WindowKey, Statistics> final_results(const std::vector<Reading>& readings,
                                              const std::vector<WindowDefinition>& definitions) {
  std::map<WindowKey, std::vector<double>> values;
  for (const WindowDefinition& definition : definitions) {
    for (const Reading& reading : readings) {
      values[{reading.datastream, reading.property, definition.name,
              window_start(reading.phenomenon, definition.length)}]
          .push_back(reading.value);
    }
  }
  std::map<WindowKey, Statistics> results;
  for (const auto& [key, in_window] : values) results[key] = statistics_of(in_window);
  return results;
}

Outcome play(const Timeline& timeline, const std::vector<WindowDefinition>& definitions) {
  Outcome outcome;
  for (const auto& [datastream, readings] : by_datastream(timeline.readings)) {
    for (const WindowDefinition& definition : definitions) {
      Play(timeline, definition, readings, outcome).run();
    }
  }
  return outcome;
}

}  // namespace senne::oracle
