// Real samples, each with the outcome that its format's specification asks for. A file that stands
// in no table fails the test: nothing is silently uncovered.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "tests/pipeline/decode/decoding.h"
#include "tests/support/sample_data.h"

namespace senne::decode {

namespace fs = std::filesystem;

inline fs::path payloads() { return sample_data("payloads"); }

inline std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

struct Expectation {
  std::string outcome;
  std::string device;                 // only with `ok`
  std::vector<std::string> readings;  // of the first report
};
using Expectations = std::map<std::string, Expectation>;

// Compares every JSON file of a folder with its row; `fallback` gives the outcome of files that
// need no row of their own, or nothing.
class Samples : public testing::Test {
 protected:
  void SetUp() override { SENNE_NEEDS_SAMPLES("payloads"); }

  static bool is_result(const fs::path& file) {
    return file.filename().string().starts_with("result");
  }

  void compare(const std::string& folder, Format format, const Expectations& expected,
               std::size_t count, const std::function<const char*(const fs::path&)>& fallback) {
    std::set<std::string> seen;
    for (const auto& entry : fs::recursive_directory_iterator(payloads() / folder)) {
      const fs::path& file = entry.path();
      const bool json = file.extension() == ".json" || file.string().ends_with(".json.txt");
      if (!entry.is_regular_file() || !json || is_result(file)) continue;
      const auto name = fs::relative(file, payloads() / folder).string();
      seen.insert(name);
      const Decoding decoding(route_of(format), content(file));
      const auto known = expected.find(name);
      if (known == expected.end()) {
        const char* const outcome = fallback(file);
        EXPECT_STREQ(decoding.outcome().c_str(), outcome) << name << ": " << decoding.detail();
        continue;
      }
      EXPECT_EQ(decoding.outcome(), known->second.outcome) << name << ": " << decoding.detail();
      if (!decoding.ok()) continue;
      EXPECT_EQ(decoding.report().device, known->second.device) << name;
      EXPECT_EQ(decoding.readings(), known->second.readings) << name;
    }
    for (const auto& [name, expectation] : expected) {
      EXPECT_TRUE(seen.contains(name)) << name << " is gone";
    }
    EXPECT_EQ(seen.size(), count) << "samples in " << folder;
  }
};

}  // namespace senne::decode
