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

TEST(CommitMetadata, names_the_journals_before_it) {
  CommitMetadata metadata = some;
  metadata.predecessors = {{{1, 2}, Position{~std::uint64_t{0}}}, {{3, 4}, Position{0}}};
  const std::string text = encode_commit_metadata(metadata);
  EXPECT_EQ(text, std::string(some_text) +
                      " after=00000000000000010000000000000002@18446744073709551615"
                      " after=00000000000000030000000000000004@0");
  const auto parsed = parse_commit_metadata(text);
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->predecessors.size(), 2u);
  EXPECT_EQ(parsed->predecessors[0].journal, (Id128{1, 2}));
  EXPECT_EQ(parsed->predecessors[0].position.value, ~std::uint64_t{0});
  EXPECT_EQ(parsed->predecessors[1].journal, (Id128{3, 4}));
  EXPECT_FALSE(parse_commit_metadata(text.substr(0, text.size() - 1)).has_value());
  metadata.predecessors.assign(predecessors_max, {{~0ull, ~0ull}, Position{~std::uint64_t{0}}});
  EXPECT_TRUE(parse_commit_metadata(encode_commit_metadata(metadata)).has_value());
  EXPECT_LT(encode_commit_metadata(metadata).size(), 4096u);
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
