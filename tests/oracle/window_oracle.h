// What window results must be, computed from the whole list of readings at once, without state kept
// between them, without shortcuts, and sharing no code with the pipeline.
//
// Slow: for small random streams, and for the final results of large ones.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/configuration.h"
#include "core/time.h"

namespace senne::oracle {

struct Reading {
  std::string datastream;
  std::string property;
  std::string unit;
  double value = 0;
  Instant phenomenon;
  Instant received;
  std::optional<Duration> interval;  // expected between readings
};

struct Statistics {
  std::uint64_t count = 0;
  double mean = 0;
  double sum = 0;
  double min = 0;
  double max = 0;
  std::optional<double> standard_deviation;  // of the sample; absent for one reading
};

// What identifies a result, its revision aside.
struct WindowKey {
  std::string datastream;
  std::string property;
  std::string window;
  Instant start;
  friend auto operator<=>(const WindowKey&, const WindowKey&) = default;
};

// The final result of each window when no reading comes too late for it.
std::map<WindowKey, Statistics> final_results(const std::vector<Reading>& readings,
                                              const std::vector<WindowDefinition>& definitions);

// MQTT was connected.
struct Connection {
  Instant time;
  Instant first_tick;  // no tick before this follows it in the log; the one it implies does
};

// What a log held, apart from configurations: readings in its order, and the times of the others. A
// tick comes before everything received at or after its time.
struct Timeline {
  std::vector<Reading> readings;
  std::vector<Instant> ticks;  // whole seconds, increasing
  std::vector<Connection> connections;
  Instant origin;  // receive time of the first record
};

struct Revision {
  Instant revision;
  Instant end;
  Instant final_after;
  std::string unit;
  bool incomplete = false;
  Statistics statistics;
  std::optional<std::uint64_t> expected;
  std::optional<double> coverage;
  std::optional<bool> representative;
};

struct Outcome {
  std::map<WindowKey, std::vector<Revision>> revisions;  // of each window, in order
  std::map<std::string, std::uint64_t> accumulated;      // by window definition
  std::map<std::string, std::uint64_t> missed;           // by window definition
};

Outcome play(const Timeline& timeline, const std::vector<WindowDefinition>& definitions);

}  // namespace senne::oracle
