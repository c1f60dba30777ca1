// Commands to devices, from the pipeline to the broker: once, in time, or not at all.
#include "ingest/mqtt/outbox.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ingest/mqtt/session_fixture.h"

namespace senne::ingest {
namespace {

using senne::testing::SessionTest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

using std::chrono::seconds;

constexpr Instant now{seconds{1'700'000'000}};

TEST(Outbox, gives_each_once_in_the_order_in_which_they_came) {
  Outbox outbox;
  outbox.put({"a", "1", now});
  outbox.put({"b", "2", now});
  const auto letters = outbox.take(now);
  ASSERT_THAT(letters, SizeIs(2));
  EXPECT_EQ(letters[0].topic + letters[0].payload, "a1");
  EXPECT_EQ(letters[1].topic + letters[1].payload, "b2");
  EXPECT_THAT(outbox.take(now), IsEmpty());
}

TEST(Outbox, keeps_the_latest_of_a_topic) {
  Outbox outbox;
  outbox.put({"a", "1", now});
  outbox.put({"a", "2", now + seconds{1}});
  const auto letters = outbox.take(now);
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].payload, "2");
}

// In a catch-up the answer may be among what is still to be read.
TEST(Outbox, what_is_old_is_let_go) {
  Outbox outbox;
  outbox.put({"a", "1", now});
  outbox.put({"b", "1", now + seconds{1}});
  const auto letters = outbox.take(now + Outbox::useful_for + seconds{1});
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].topic, "b");
}

TEST(Outbox, holds_no_more_than_its_bound) {
  Outbox outbox;
  for (std::size_t i = 0; i < 2 * Outbox::letters_max; ++i) {
    outbox.put({fmt::format("{}", i), "1", now});
  }
  const auto letters = outbox.take(now);
  ASSERT_THAT(letters, SizeIs(Outbox::letters_max));
  EXPECT_EQ(letters.back().topic, fmt::format("{}", Outbox::letters_max - 1));
}

TEST_F(SessionTest, publishes_commands_while_connected) {
  session->send({"city/NCMD/gw", "before", clock.wall()});
  EXPECT_EQ(step(), SessionState::off);
  EXPECT_THAT(transport.published, IsEmpty());
  connect();
  EXPECT_THAT(transport.published, ElementsAre(Pair("city/NCMD/gw", "before")));
  int woken = 0;
  session->on_event([&woken] { ++woken; });
  session->send({"city/NCMD/gw", "again", clock.wall()});
  EXPECT_EQ(woken, 1) << "the agent sleeps for long";
  step();
  EXPECT_THAT(transport.published,
              ElementsAre(Pair("city/NCMD/gw", "before"), Pair("city/NCMD/gw", "again")));
  EXPECT_EQ(session->metrics().commands_sent.value(), 2u);
}

TEST_F(SessionTest, a_command_that_waited_too_long_for_a_connection_is_let_go) {
  session->send({"city/NCMD/gw", "early", clock.wall()});
  clock.advance(Outbox::useful_for + seconds{1});
  connect();
  EXPECT_THAT(transport.published, IsEmpty());
}

TEST_F(SessionTest, a_command_that_cannot_be_published_is_let_go) {
  connect();
  transport.publish_error = "no connection";
  session->send({"city/NCMD/gw", "x", clock.wall()});
  EXPECT_EQ(step(), SessionState::connected);
  transport.publish_error.clear();
  step();
  EXPECT_THAT(transport.published, IsEmpty());
  EXPECT_EQ(session->metrics().commands_sent.value(), 0u);
}

}  // namespace
}  // namespace senne::ingest
