// Collects window results, and gives them a form that tests can state in a line.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/operator.h"
#include "core/time.h"
#include "pipeline/aggregate/windows.h"
#include "senne/v1/window.pb.h"

namespace senne::pipeline {

// 2026-11-22T08:00:00Z: a whole hour.
inline constexpr Instant eight_oclock = instant_from_nanos(1'795'334'400'000'000'000);

inline Instant instant_of(const google::protobuf::Timestamp& timestamp) {
  return Instant{std::chrono::seconds{timestamp.seconds()} +
                 std::chrono::nanoseconds{timestamp.nanos()}};
}

struct RecordedResult {
  std::string key;
  Id128 id;
  Instant time;
  v1::WindowResult value;

  Instant start() const { return instant_of(value.start()); }
  Instant end() const { return instant_of(value.end()); }
  Instant revision() const { return instant_of(value.revision()); }
  Instant final_after() const { return instant_of(value.final_after()); }
  double statistic(const std::string& name) const { return value.statistics().at(name); }
};

class WindowRecorder : public Collector {
 public:
  Accepted observations(const Emission&, const v1::ObservationCollection&) override {
    ADD_FAILURE() << "windows do not emit observations";
    return Accepted::yes;
  }
  Accepted window(const Emission& emission, const v1::WindowResult& value) override {
    results.push_back({std::string(emission.key), emission.id, emission.time, value});
    return answer;
  }
  void device(const Emission&, const v1::DeviceStatus&) override {
    ADD_FAILURE() << "windows do not emit device states";
  }
  void dead_letter(const Emission&, const v1::DeadLetter&) override {
    ADD_FAILURE() << "windows do not emit dead letters";
  }

  // Everything that leaves, byte for byte: maps in a fixed order.
  static std::string fingerprint(const RecordedResult& result) {
    std::string text = result.key + '|' + to_hex(result.id) + '|';
    text += std::to_string(to_nanos(result.time)) + '|';
    v1::WindowResult value = result.value;
    const std::map<std::string, double> statistics(value.statistics().begin(),
                                                   value.statistics().end());
    value.clear_statistics();
    text += value.SerializeAsString();
    for (const auto& [name, number] : statistics) {
      text += name;
      text.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    return text;
  }

  std::vector<RecordedResult> results;
  Accepted answer = Accepted::yes;
};

// Windows at work, with times in seconds after eight o'clock.
class WindowsTest : public testing::Test {
 protected:
  using Seconds = std::chrono::duration<double>;

  static Instant at(double seconds) {
    return eight_oclock + std::chrono::duration_cast<Duration>(Seconds(seconds));
  }
  // 10-minute windows: lateness 5 min, max_wait 30 min, revise_for 10 min.
  static WindowDefinition ten_minutes() {
    using namespace std::chrono_literals;
    return {"10min", 10min, 5min, 30min, 10min};
  }

  void configure(std::vector<WindowDefinition> definitions, double seconds = 0) {
    windows.configure(definitions, at(seconds));
  }
  Offer offer(const std::string& datastream, double value, double phenomenon, double received) {
    return windows.offer(datastream, "no2", "ug/m3", interval, value, at(phenomenon), at(received));
  }
  Offer offer(const std::string& datastream, double value, double time) {
    return offer(datastream, value, time, time);
  }
  std::vector<RecordedResult> tick(double seconds) {
    out.results.clear();
    windows.tick(at(seconds), out);
    return out.results;
  }

  Windows windows;
  WindowRecorder out;
  std::optional<Duration> interval;
};

}  // namespace senne::pipeline
