// Holds what a codec reads against what another program read from the same bytes: each of its
// values must be one of ours, by a table of names, and each of ours one of its values.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/pipeline/codecs/coding.h"

namespace senne::decode {

using nlohmann::json;

// The folder of the sample payloads.
std::filesystem::path payloads();
// Skips a test where there is none, or fails it where there must be.
class SamplePayloads : public testing::Test {
 protected:
  void SetUp() override;
};
json json_of(const std::filesystem::path& file);

// One of their values.
struct Same {
  std::string theirs;
  std::string ours;                               // `name` or `name#channel`
  double factor = 1;                              // theirs is ours times this
  double within = 0;                              // they round
  std::map<std::string, std::string> words = {};  // their JSON -> ours as `shown` writes it
  int bit = -1;                                   // theirs is this bit of ours
};

// How the results of one model are compared.
struct Names {
  std::string profile;
  std::vector<Same> same;
  std::map<std::string, std::string> not_sent = {};  // theirs that are not in the bytes -> why
  std::set<std::string> beside = {};                 // ours that they do not have
};

class Compared {
 public:
  Compared(const Names& names, const std::string& bytes, int port);

  // One of their values for a report of ours.
  void expect(const std::string& theirs, const json& value, std::size_t report = 0);
  // That nothing of ours is left over in that report.
  void finish(std::size_t report = 0);

  const Coding& coding() const { return coding_; }

 private:
  const Names& names_;
  Coding coding_;
  std::set<std::pair<std::size_t, std::string>> used_;
};

}  // namespace senne::decode
