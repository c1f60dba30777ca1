// Messages of devices and what a built-in table makes of each, side by side.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/pipeline/codecs/coding.h"

namespace senne::decode {

struct Message {
  const char* profile;
  int port;
  const char* hex;  // with spaces where they help to read it
  std::vector<std::vector<std::string>> reports;
  // Of the reports, the device's own: `at 100`, or `stored 100` of an earlier time, in Unix
  // seconds. Left out: the network's, or one of an earlier time that is not compared.
  std::vector<std::string> times = {};
};

// `at 100`, `stored 100`, or nothing where the device states no time.
inline std::string time_of(const Report& report) {
  const auto nanos = to_nanos(*report.time.start);
  if (nanos == 1 && !report.historical) return "";
  return fmt::format("{} {}", report.historical ? "stored" : "at", nanos / 1'000'000'000);
}

inline void check(const std::vector<Message>& messages) {
  for (const Message& message : messages) {
    SCOPED_TRACE(std::string(message.profile) + " " + message.hex);
    std::string hex = message.hex;
    std::erase(hex, ' ');
    const Coding coding(app::built_in_codec(message.profile), from_hex(hex), message.port);
    std::vector<std::vector<std::string>> reports;
    for (std::size_t i = 0; i < coding.decoded.reports.size(); ++i) {
      const Report& report = coding.decoded.reports[i];
      reports.push_back(coding.readings(i));
      if (!message.times.empty()) continue;
      EXPECT_EQ(report.historical, *report.time.start != instant_from_nanos(1));
    }
    EXPECT_EQ(reports, message.reports) << coding.outcome();
    if (message.times.empty()) continue;
    std::vector<std::string> times;
    for (const Report& report : coding.decoded.reports) times.push_back(time_of(report));
    EXPECT_EQ(times, message.times);
  }
}

}  // namespace senne::decode
