#include "pipeline/aggregate/closed_windows.h"

#include <gtest/gtest.h>

namespace senne::pipeline {
namespace {

TEST(ClosedWindowsTest, nothing_is_closed_before_the_first) {
  const ClosedWindows closed;
  EXPECT_FALSE(closed.contains(0));
  EXPECT_FALSE(closed.contains(-1'000'000));
}

TEST(ClosedWindowsTest, a_gap_between_closed_windows_stays_open) {
  ClosedWindows closed;
  closed.close(100);
  closed.close(103);
  EXPECT_TRUE(closed.contains(100));
  EXPECT_FALSE(closed.contains(101));
  EXPECT_FALSE(closed.contains(102));
  EXPECT_TRUE(closed.contains(103));
  EXPECT_FALSE(closed.contains(104));
  closed.close(101);
  EXPECT_TRUE(closed.contains(101));
  EXPECT_FALSE(closed.contains(102));
}

TEST(ClosedWindowsTest, what_is_64_windows_older_than_the_newest_counts_as_closed) {
  ClosedWindows closed;
  closed.close(100);
  EXPECT_FALSE(closed.contains(37));
  EXPECT_TRUE(closed.contains(36));
  closed.close(10);  // older than remembered: no effect
  EXPECT_FALSE(closed.contains(37));
}

TEST(ClosedWindowsTest, a_jump_of_64_windows_or_more_forgets_the_rest) {
  ClosedWindows closed;
  closed.close(0);
  closed.close(63);
  EXPECT_TRUE(closed.contains(0));
  closed.close(64);
  EXPECT_TRUE(closed.contains(63));
  EXPECT_FALSE(closed.contains(62));
  closed.close(1'000'000);
  EXPECT_FALSE(closed.contains(1'000'000 - 63));
  EXPECT_TRUE(closed.contains(1'000'000 - 64));
}

TEST(ClosedWindowsTest, windows_before_the_epoch_have_negative_numbers) {
  ClosedWindows closed;
  closed.close(-2);
  EXPECT_TRUE(closed.contains(-2));
  EXPECT_FALSE(closed.contains(-1));
  EXPECT_FALSE(closed.contains(-3));
}

}  // namespace
}  // namespace senne::pipeline
