#include "sinks/kafka/commit_metadata.h"

#include <gtest/gtest.h>

namespace senne::sinks {
namespace {

const CommitMetadata some{{0x0123456789abcdef, 0xfedcba9876543210}, 0x00ff00ff00ff00ff, 1};
constexpr std::string_view some_text =
    "senne/1 journal=0123456789abcdeffedcba9876543210 ledger=00ff00ff00ff00ff";

TEST(CommitMetadata, is_one_short_printable_line) {
  EXPECT_EQ(encode_commit_metadata(some), some_text);
}

TEST(CommitMetadata, comes_back_as_it_was) {
  for (const std::uint64_t ledger : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    CommitMetadata metadata = some;
    metadata.ledger = ledger;
    const auto parsed = parse_commit_metadata(encode_commit_metadata(metadata));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->journal, metadata.journal);
    EXPECT_EQ(parsed->ledger, ledger);
    EXPECT_EQ(parsed->version, 1);
  }
}

TEST(CommitMetadata, anything_else_is_refused_and_printed) {
  for (std::size_t size = 0; size < some_text.size(); ++size) {
    EXPECT_FALSE(parse_commit_metadata(some_text.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(parse_commit_metadata(std::string(some_text) + "0").has_value());
  const auto parsed = parse_commit_metadata("some tool's own\n");
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().kind, ErrorKind::damage);
  EXPECT_NE(parsed.error().message.find("\"some tool's own?\""), std::string::npos);
}

TEST(CommitMetadata, of_a_newer_release_is_named_so) {
  const auto parsed = parse_commit_metadata("senne/2 something=new");
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().kind, ErrorKind::version);
}

}  // namespace
}  // namespace senne::sinks
