// Numbered messages of three formats whose content follows from their number, and the account of
// what must come out. Written from the formats' specifications; shares no code with the pipeline.
//
// THREAD  one each.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/time.h"
#include "tests/support/kafka_reader.h"

namespace senne::test {

struct TrafficMessage {
  std::string topic;
  std::string payload;
};

struct ExpectedReading {
  std::string property;
  std::string unit;
  double value;
};

// A whole ten minutes, so long ago that all event times lie in the past.
Instant start_of_traffic(Duration ago);

Instant instant(const google::protobuf::Timestamp& timestamp);

class Traffic {
 public:
  // Device d of format f reports once every 5 s of event time, beginning at `start` (a whole 10
  // min, in the past).
  static constexpr std::uint64_t devices = 300;
  explicit Traffic(Instant start) : start_(start) {}

  TrafficMessage message(std::uint64_t number) const;
  std::string device(std::uint64_t number) const;
  std::string sequence(std::uint64_t number) const;
  std::string route(std::uint64_t number) const;
  Instant time(std::uint64_t number) const;
  std::vector<ExpectedReading> readings(std::uint64_t number) const;

  struct Surroundings {
    int mqtt_port;
    std::string bootstrap;
    std::string prefix;
    std::string journal_bytes = "1GiB";
    std::string kafka_properties = "{}";
    int replication = 1;
  };
  // The configuration for it: senne.yaml and what it names. With windows of 10 min whose first
  // result comes with the watermark, or 3 s after the last connection.
  static std::map<std::string, std::string> configuration(const Surroundings& surroundings);

 private:
  Instant start_;
};

// Compares what a read_committed consumer found with messages 0 to `count` - 1.
class Verdict {
 public:
  Verdict(const Traffic& traffic, std::uint64_t count) : traffic_(traffic), count_(count) {}

  struct Count {
    std::uint64_t missing = 0;
    std::uint64_t twice = 0;
  };
  // Of messages, by their observations.
  Count count(const std::vector<ReadRecord>& records) const;
  // Each reading exactly once, with value, unit, key, headers and time. Problems are listed, at
  // most ten.
  std::vector<std::string> observations(const std::vector<ReadRecord>& records) const;
  // The highest revision of each window result equals what the readings give.
  std::vector<std::string> windows(const std::vector<ReadRecord>& records) const;

 private:
  // Device and time name a message: each device reports once every 5 s.
  std::map<std::pair<std::string, std::int64_t>, std::uint64_t> numbers() const;

  const Traffic& traffic_;
  std::uint64_t count_;
};

// The highest revision of each window result, its own time aside, as ordered text: equal for equal
// results.
std::vector<std::string> final_windows(const std::vector<ReadRecord>& records);

}  // namespace senne::test
