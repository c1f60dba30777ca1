// Where the shared samples lie, and what a test does without them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace senne {

// The folder of that name; it may not be there.
inline std::filesystem::path sample_data(const std::string& folder) {
  const char* const data = std::getenv("SENNE_SHARED_DATA");
  return std::filesystem::path(data != nullptr ? data : SENNE_SOURCE_DIR "/../shared/data") /
         folder;
}

inline bool sample_data_required() {
  const char* const required = std::getenv("SENNE_REQUIRE_DATA");
  return required != nullptr && std::string(required) == "1";
}

}  // namespace senne

// Ends the test: skipped where samples are not required, else failed.
#define SENNE_NEEDS_SAMPLES(folder)                                     \
  if (!std::filesystem::is_directory(senne::sample_data(folder))) {     \
    if (senne::sample_data_required()) {                                \
      FAIL() << "no sample data at " << senne::sample_data(folder);     \
    }                                                                   \
    GTEST_SKIP() << "no sample data at " << senne::sample_data(folder); \
  }
