// What the broker delivers again after a connection that ended: counted once if it came before, and
// never taken for a message that only looks like it.
#include <gmock/gmock.h>

#include "tests/pipeline/pipeline_steps.h"

namespace senne::pipeline {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// Readings without time and counter: equal bytes are equal readings.
class RedeliveryTest : public PipelineSteps {
 protected:
  static constexpr double hour = 3600;
  static constexpr const char* open = R"({"id":"door","v":1})";

  void SetUp() override {
    start();
    connected(0);
  }
  void again(std::string payload, double seconds) {
    say(Said{.payload = std::move(payload), .duplicate = true}, seconds);
  }
  std::size_t came_out() const { return out.collections.size(); }
};

TEST_F(RedeliveryTest, a_message_sent_into_a_dead_connection_is_not_one_of_hours_ago) {
  say(open, 1);
  for (double second = 2; second < 9 * hour; second += 60) tick(second);
  // The broker sent it at about nine hours; it never came.
  connected(9 * hour + 100);
  again(open, 9 * hour + 100.5);
  EXPECT_EQ(came_out(), 2u);
  EXPECT_EQ(account().duplicates, 0u);
  expect_balance();
}

TEST_F(RedeliveryTest, a_message_whose_acknowledgement_was_lost_counts_once) {
  say(open, 1);
  tick(20);
  for (const double second : {10 * hour, 20 * hour, 30 * hour}) {
    restore_from_snapshot();
    configure(1, second);
    connected(second + 1);
    again(open, second + 2);
  }
  EXPECT_EQ(came_out(), 1u);
  EXPECT_EQ(account().duplicates, 3u);
  expect_balance();
}

TEST_F(RedeliveryTest, of_equal_messages_that_all_died_on_the_way_each_counts) {
  connected(10);
  for (int i = 0; i < 10; ++i) again(open, 11);
  EXPECT_EQ(came_out(), 10u);
  // And again none, when their acknowledgements are lost.
  connected(12);
  for (int i = 0; i < 10; ++i) again(open, 13);
  EXPECT_EQ(came_out(), 10u);
  expect_balance();
}

TEST_F(RedeliveryTest, a_message_that_says_when_is_known_however_long_ago) {
  const std::string bytes = reading("dev", 1, 1);
  say(bytes, 1);
  // Far more of the device than it is remembered by.
  for (int i = 0; i < 20; ++i) say(reading("dev", 1, 2 + i), 30);
  for (double second = 60; second < 2 * hour; second += 60) tick(second);
  connected(2 * hour);
  again(bytes, 2 * hour + 1);
  EXPECT_EQ(came_out(), 21u);
  EXPECT_EQ(account().duplicates, 1u);
  expect_balance();
}

TEST_F(RedeliveryTest, rubbish_is_one_dead_letter_unless_it_is_sent_again) {
  say("{", 1);
  connected(2);
  again("{", 3);
  EXPECT_THAT(out.letters, SizeIs(1));
  EXPECT_EQ(account().suppressed[static_cast<std::size_t>(SuppressedReason::duplicate)], 1u);
  for (double second = 60; second < hour; second += 60) tick(second);
  connected(hour);
  again("{", hour + 1);
  EXPECT_THAT(out.letters, SizeIs(2));
  expect_balance();
}

// Messages at QoS 0 do not come again, and may be many.
TEST_F(RedeliveryTest, what_comes_at_qos_0_takes_no_room) {
  PipelineConfiguration configuration = one_route();
  configuration.routes.push_back(route("fleeting", "test"));
  configuration.routes[1].qos = 0;
  store(2, configuration);
  configure(2, 1);
  say(open, 1);
  for (int i = 0; i < 5000; ++i) {
    say(Said{.payload = reading("other", i, 1), .route = 1}, 2);
  }
  connected(3);
  again(open, 4);
  EXPECT_EQ(account().duplicates, 1u);
  expect_balance();
}

}  // namespace
}  // namespace senne::pipeline
