// The tables that come with the program.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "pipeline/codecs/built_in.h"
#include "tests/pipeline/codecs/coding.h"

namespace senne::decode {
namespace {

TEST(BuiltInCodecs, each_is_sound_and_named_as_its_file) {
  EXPECT_GT(codecs::built_in().size(), 50U);
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    SCOPED_TRACE(one.name);
    const auto table = table_of(one.yaml);
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->name, one.name);
    EXPECT_FALSE(table->source.empty());
    const TableCodec codec(table);
  }
}

TEST(BuiltInCodecs, each_is_listed_in_the_documentation) {
  std::ifstream file(std::string(SENNE_SOURCE_DIR) + "/docs/codecs.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    EXPECT_NE(page.find("`" + std::string(one.name) + "`"), std::string::npos) << one.name;
  }
}

}  // namespace
}  // namespace senne::decode
