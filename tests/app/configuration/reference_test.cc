#include "app/configuration/reference.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace senne::app {
namespace {

TEST(Reference, the_committed_page_is_what_the_definitions_say) {
  const std::string path = std::string(SENNE_SOURCE_DIR) + "/docs/reference.md";
  if (std::getenv("SENNE_WRITE_REFERENCE") != nullptr) {
    std::ofstream(path, std::ios::binary) << reference_markdown();
  }
  std::ifstream file(path, std::ios::binary);
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(committed == reference_markdown())
      << path << " differs from the definitions; run this test with SENNE_WRITE_REFERENCE=1";
}

}  // namespace
}  // namespace senne::app
