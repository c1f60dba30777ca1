#include "pipeline/normalise/recent_messages.h"

#include <gtest/gtest.h>

#include <memory>

namespace senne::normalise {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t in_flight_max = RecentMessages::in_flight_max;

// The memory on connections that come and go; times in seconds.
class RecentMessagesTest : public testing::Test {
 protected:
  static Instant at(double seconds) {
    return Instant{1'790'000'000s} +
           std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  }
  void first(std::uint64_t fingerprint, double time) {
    recent->heard(at(time));
    EXPECT_EQ(recent->deliver(fingerprint, false, at(time)), Redelivery::no);
  }
  Redelivery again(std::uint64_t fingerprint, double time) {
    recent->heard(at(time));
    return recent->deliver(fingerprint, true, at(time));
  }
  // The connection that is there is last heard of at `end`.
  void reconnect(double end) {
    recent->heard(at(end));
    recent->connected();
  }
  void restart() {
    std::string bytes;
    recent->snapshot(bytes);
    recent = std::make_unique<RecentMessages>();
    ByteReader reader(bytes);
    ASSERT_TRUE(recent->restore(reader));
    EXPECT_TRUE(reader.at_end());
    std::string again;
    recent->snapshot(again);
    EXPECT_EQ(again, bytes);
  }

  std::unique_ptr<RecentMessages> recent = std::make_unique<RecentMessages>();
};

TEST_F(RecentMessagesTest, the_mark_alone_says_nothing) {
  EXPECT_EQ(again(1, 0), Redelivery::no);
  reconnect(1);
  EXPECT_EQ(again(2, 2), Redelivery::no);
}

TEST_F(RecentMessagesTest, what_was_in_flight_when_the_connection_ended_came_before) {
  reconnect(0);
  first(1, 1);
  first(2, 2);
  reconnect(3);
  restart();
  EXPECT_EQ(again(1, 1000), Redelivery::yes);
  EXPECT_EQ(again(2, 1000), Redelivery::yes);
  EXPECT_EQ(again(3, 1000), Redelivery::no);
  // Its acknowledgement can be lost again and again.
  for (int i = 0; i < 3; ++i) {
    reconnect(1001 + i);
    restart();
    EXPECT_EQ(again(1, 1001.5 + i), Redelivery::yes);
    EXPECT_EQ(again(3, 1001.5 + i), Redelivery::yes);
  }
}

TEST_F(RecentMessagesTest, what_was_acknowledged_long_before_the_end_was_not_in_flight) {
  reconnect(0);
  first(1, 0);
  first(2, 3600);
  reconnect(3600 + 299);  // the connection lived on after it, without a message
  EXPECT_EQ(again(1, 3900), Redelivery::of_equal_bytes);
  EXPECT_EQ(again(2, 3900), Redelivery::yes);
  // What came then is new, and is in flight at the next end.
  reconnect(3901);
  EXPECT_EQ(again(1, 3902), Redelivery::yes);
}

TEST_F(RecentMessagesTest, of_equal_messages_each_stands_for_itself) {
  reconnect(0);
  first(1, 1);
  first(1, 2);
  reconnect(3);
  EXPECT_EQ(again(1, 4), Redelivery::yes);
  EXPECT_EQ(again(1, 4), Redelivery::yes);
  EXPECT_EQ(again(1, 4), Redelivery::of_equal_bytes);
  EXPECT_EQ(again(1, 4), Redelivery::of_equal_bytes);
  reconnect(5);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(again(1, 6), Redelivery::yes);
  EXPECT_EQ(again(1, 6), Redelivery::of_equal_bytes);
}

TEST_F(RecentMessagesTest, on_one_connection_only_what_came_without_the_mark_comes_again) {
  reconnect(0);
  first(1, 1);
  EXPECT_EQ(again(1, 2), Redelivery::yes);
  EXPECT_EQ(again(1, 3), Redelivery::of_equal_bytes);
  first(2, 4);
  EXPECT_EQ(again(2, 4 + 301), Redelivery::of_equal_bytes);
}

TEST_F(RecentMessagesTest, a_whole_window_in_flight_is_known_and_no_more) {
  reconnect(0);
  for (std::uint64_t i = 0; i <= in_flight_max; ++i) first(i, 1);
  reconnect(2);
  restart();
  EXPECT_EQ(again(0, 3), Redelivery::no);
  for (std::uint64_t i = 1; i <= in_flight_max; ++i) {
    // New ones may come between.
    if (i > 1) first(1'000'000 + i, 3);
    ASSERT_EQ(again(i, 3), Redelivery::yes) << i;
  }
}

TEST_F(RecentMessagesTest, refuses_a_broken_snapshot) {
  reconnect(0);
  for (std::uint64_t i = 0; i < 100; ++i) first(i, 1);
  std::string bytes;
  recent->snapshot(bytes);
  for (std::size_t size = 0; size < bytes.size(); size += 9) {
    ByteReader reader(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(RecentMessages().restore(reader)) << size;
  }
  bytes[0] = 5;
  ByteReader reader(bytes);
  EXPECT_FALSE(RecentMessages().restore(reader));
}

}  // namespace
}  // namespace senne::normalise
