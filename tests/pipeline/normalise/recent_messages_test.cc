#include "pipeline/normalise/recent_messages.h"

#include <gtest/gtest.h>

#include <memory>

namespace senne::normalise {
namespace {

constexpr std::size_t remembered = RecentMessages::remembered;

// The fingerprints from `begin` to `end`.
std::unique_ptr<RecentMessages> filled(std::uint64_t begin, std::uint64_t end) {
  auto recent = std::make_unique<RecentMessages>();
  for (std::uint64_t i = begin; i < end; ++i) recent->remember(i);
  return recent;
}

TEST(RecentMessagesTest, knows_nothing_at_first) { EXPECT_FALSE(RecentMessages().contains(0)); }

TEST(RecentMessagesTest, knows_the_last_so_many) {
  const auto recent = filled(1, remembered + 11);
  EXPECT_FALSE(recent->contains(10));
  EXPECT_TRUE(recent->contains(11));
  EXPECT_TRUE(recent->contains(remembered + 10));
  EXPECT_FALSE(recent->contains(remembered + 11));
}

TEST(RecentMessagesTest, survives_a_snapshot_before_and_after_it_is_full) {
  for (const std::uint64_t end : {std::uint64_t{5}, std::uint64_t{remembered + 100}}) {
    const auto before = filled(1, end);
    std::string bytes;
    before->snapshot(bytes);
    RecentMessages after;
    ByteReader reader(bytes);
    ASSERT_TRUE(after.restore(reader));
    EXPECT_TRUE(reader.at_end());
    for (const std::uint64_t at : {std::uint64_t{1}, end - 1, end}) {
      EXPECT_EQ(after.contains(at), before->contains(at)) << at << " of " << end;
    }
    // It goes on where it was.
    before->remember(7777777);
    after.remember(7777777);
    std::string as_before;
    std::string as_after;
    before->snapshot(as_before);
    after.snapshot(as_after);
    EXPECT_EQ(as_before, as_after);
  }
}

TEST(RecentMessagesTest, refuses_a_broken_snapshot) {
  std::string bytes;
  filled(1, 100)->snapshot(bytes);
  for (const std::size_t size : {std::size_t{0}, std::size_t{9}, bytes.size() - 1}) {
    RecentMessages recent;
    ByteReader reader(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(recent.restore(reader)) << size;
  }
  bytes[0] = 5;
  RecentMessages recent;
  ByteReader reader(bytes);
  EXPECT_FALSE(recent.restore(reader));
}

}  // namespace
}  // namespace senne::normalise
