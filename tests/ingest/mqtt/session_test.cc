// Coming and going: when it connects, what ends a connection, when it tries again.

#include "ingest/mqtt/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ingest/mqtt/session_fixture.h"

namespace senne::ingest {
namespace {

using senne::testing::FakeLog;
using senne::testing::SessionTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using std::chrono::seconds;

TEST_F(SessionTest, stays_away_until_wanted) {
  EXPECT_EQ(step(), SessionState::off);
  EXPECT_EQ(transport.connects, 0);
}

TEST_F(SessionTest, connects_and_subscribes_everything) {
  filters = {{"city/#", 1}, {"lab/+", 0}};
  start();
  session->want(true);
  EXPECT_EQ(step(), SessionState::connecting);
  EXPECT_FALSE(session->link_up());
  EXPECT_EQ(accept(false, {1, 0}), SessionState::connected);
  EXPECT_TRUE(session->link_up());
  EXPECT_THAT(transport.asked, ElementsAre(filters));
  EXPECT_EQ(session->metrics().connected.value(), 1);
  EXPECT_EQ(session->trouble(), "");
  EXPECT_THAT(logger.lines("mqtt_connected"),
              ElementsAre(HasSubstr("broker=broker.example:1883 client_id=senne-test "
                                    "session_present=false filters=2")));
}

TEST_F(SessionTest, connected_stands_in_the_log_before_the_first_message_of_each_connection) {
  session->want(true);
  step();
  broker().connected(true);
  deliver();  // before any answer to a subscription, before the agent's next step
  broker().connection_lost({0, "gone"});
  step();
  wait_for_retry();
  broker().connected(true);
  deliver();
  std::vector<RecordKind> kinds;
  for (const FakeLog::Entry& entry : log.entries) kinds.push_back(entry.kind);
  EXPECT_THAT(kinds, ElementsAre(RecordKind::connected, RecordKind::message, RecordKind::connected,
                                 RecordKind::message));
}

TEST_F(SessionTest, full_log_disconnects_within_the_callback_and_comes_back_below_half) {
  connect();
  log.used = 1000;
  log.answer = Append::full;
  EXPECT_EQ(deliver(), Received::disconnect);
  EXPECT_EQ(transport.disconnects, 1);  // the agent has not run
  EXPECT_EQ(deliver(), Received::disconnect);
  EXPECT_EQ(transport.disconnects, 1);
  EXPECT_EQ(step(), SessionState::waiting_for_room);
  EXPECT_FALSE(session->link_up());
  EXPECT_EQ(session->metrics().connected.value(), 0);
  EXPECT_EQ(session->trouble(), "the journal is full");
  log.used = 500;
  EXPECT_EQ(step(), SessionState::waiting_for_room);
  EXPECT_EQ(transport.connects, 1);
  log.used = 499;
  log.answer = Append::done;
  EXPECT_EQ(step(), SessionState::connecting);
  EXPECT_EQ(accept(true), SessionState::connected);
  EXPECT_EQ(session->metrics().full_disconnects.value(), 1u);
  EXPECT_EQ(logger.lines("mqtt_log_full").size(), 1u);
}

TEST_F(SessionTest, full_log_disconnects_when_the_end_comes_later_too) {
  connect();
  transport.answers_disconnect = false;
  log.used = 1000;
  log.answer = Append::full;
  deliver();
  EXPECT_EQ(step(), SessionState::disconnecting);
  broker().disconnected();
  EXPECT_EQ(step(), SessionState::waiting_for_room);
}

TEST_F(SessionTest, log_that_is_full_at_the_connection_itself_ends_it) {
  session->want(true);
  step();
  log.answer = Append::full;
  log.used = 1000;
  broker().connected(true);
  EXPECT_EQ(transport.disconnects, 1);
  EXPECT_EQ(step(), SessionState::waiting_for_room);
  EXPECT_TRUE(transport.asked.empty());
}

TEST_F(SessionTest, does_not_connect_at_the_start_while_the_log_is_half_full) {
  log.used = 500;
  session->want(true);
  EXPECT_EQ(step(), SessionState::waiting_for_room);
  EXPECT_EQ(transport.connects, 0);
  log.used = 499;
  EXPECT_EQ(step(), SessionState::connecting);
}

TEST_F(SessionTest, full_disk_keeps_it_away_however_little_is_used) {
  connect();
  log.used = 30;
  log.on_full_disk = true;
  log.answer = Append::full;
  deliver();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(step(), SessionState::waiting_for_room);
  EXPECT_EQ(transport.connects, 1);
  EXPECT_EQ(session->trouble(), "the disk of data_dir is full");
  EXPECT_THAT(logger.lines("mqtt_log_full"),
              ElementsAre(HasSubstr("reason=the disk of data_dir is full used_bytes=30")));

  log.on_full_disk = false;
  log.used = 700;
  EXPECT_EQ(step(), SessionState::waiting_for_room);
  EXPECT_EQ(session->trouble(), "the journal is half full or more");
  log.used = 30;
  log.answer = Append::done;
  EXPECT_EQ(step(), SessionState::connecting);
  EXPECT_EQ(accept(true), SessionState::connected);
}

TEST_F(SessionTest, exhausted_log_ends_the_process_before_the_acknowledgement) {
  connect();
  log.answer = Append::exhausted;
  EXPECT_EQ(deliver(), Received::refused);
  EXPECT_EQ(exits, 1);
}

TEST_F(SessionTest, back_off_grows_to_half_a_minute_and_is_the_same_from_one_seed) {
  Backoff expected(seed);
  Duration ceiling = Backoff::first;
  session->want(true);
  step();
  for (int attempt = 1; attempt <= 20; ++attempt) {
    broker().connect_failed({0, "refused"});
    step();
    const Duration pause = wait_for_retry();
    EXPECT_EQ(pause, expected.next());
    EXPECT_GT(pause, Duration::zero());
    EXPECT_LE(pause, ceiling);
    ceiling = std::min(ceiling * 2, Backoff::longest);
    EXPECT_EQ(transport.connects, attempt + 1);
  }
  EXPECT_EQ(session->metrics().connect_failures.value(), 20u);
}

TEST_F(SessionTest, back_off_uses_its_whole_range) {
  Backoff backoff(seed);
  for (int i = 0; i < 10; ++i) backoff.next();
  Duration least = Backoff::longest;
  Duration most{};
  for (int i = 0; i < 1000; ++i) {
    const Duration pause = backoff.next();
    least = std::min(least, pause);
    most = std::max(most, pause);
  }
  EXPECT_LT(least, seconds{1});
  EXPECT_GT(most, seconds{29});
}

TEST_F(SessionTest, back_off_starts_over_only_after_a_stable_connection) {
  for (int i = 0; i < 12; ++i) {
    session->want(true);
    step();
    accept(true);
    clock.advance(seconds{9});
    broker().connection_lost({0, "gone"});
    step();
    clock.advance(Backoff::longest);
  }
  step();
  accept(true);
  clock.advance(seconds{10});
  broker().connection_lost({0, "gone"});
  const Duration pause = session->do_work();
  EXPECT_EQ(session->state(), SessionState::backing_off);
  EXPECT_LE(pause, Backoff::first);
}

TEST_F(SessionTest, refused_connection_is_logged_with_address_and_reason_and_without_password) {
  session->want(true);
  step();
  broker().connect_failed({0x86, "bad user name or password (0x86)"});
  step();
  EXPECT_THAT(
      logger.lines("mqtt_connect_failed"),
      ElementsAre(HasSubstr("broker=broker.example:1883 reason=bad user name or password (0x86)")));
  EXPECT_EQ(session->trouble(), "cannot connect: bad user name or password (0x86)");
  for (const std::string& line : logger.lines()) EXPECT_THAT(line, Not(HasSubstr("hunter2")));
}

TEST_F(SessionTest, connection_that_cannot_even_start_is_tried_again) {
  transport.connect_error = "no such host";
  session->want(true);
  EXPECT_EQ(step(), SessionState::backing_off);
  transport.connect_error = "";
  wait_for_retry();
  EXPECT_EQ(session->state(), SessionState::connecting);
}

TEST_F(SessionTest, session_taken_over_is_the_end) {
  connect();
  broker().connection_lost({0x8E, "taken over"});
  EXPECT_EQ(step(), SessionState::taken_over);
  EXPECT_EQ(takeovers, 1);
  EXPECT_FALSE(session->link_up());
  clock.advance(std::chrono::hours{1});
  session->want(false);
  session->want(true);
  EXPECT_EQ(step(), SessionState::taken_over);
  EXPECT_EQ(transport.connects, 1);
  EXPECT_EQ(takeovers, 1);
  EXPECT_EQ(logger.lines("mqtt_taken_over").size(), 1u);
}

TEST_F(SessionTest, other_reasons_of_the_broker_lead_to_a_reconnect) {
  connect();
  broker().connection_lost({0x8B, "server shutting down (0x8B)"});
  EXPECT_EQ(step(), SessionState::backing_off);
  EXPECT_THAT(logger.lines("mqtt_disconnected"),
              ElementsAre(HasSubstr("reason=server shutting down (0x8B)")));
  wait_for_retry();
  EXPECT_EQ(session->state(), SessionState::connecting);
}

TEST_F(SessionTest, one_loss_reported_twice_is_one_loss) {
  connect();
  broker().connection_lost({0x8B, "server shutting down (0x8B)"});
  broker().connection_lost({0, "socket error"});
  step();
  EXPECT_EQ(session->metrics().connections_lost.value(), 1u);
}

TEST_F(SessionTest, not_wanted_any_more_it_disconnects) {
  connect();
  session->want(false);
  EXPECT_EQ(step(), SessionState::off);
  EXPECT_EQ(transport.disconnects, 1);
  session->want(true);
  EXPECT_EQ(step(), SessionState::connecting);
}

TEST_F(SessionTest, not_wanted_while_connecting_it_leaves_also_when_the_broker_accepts_late) {
  session->want(true);
  step();
  session->want(false);
  EXPECT_EQ(step(), SessionState::off);
  broker().connected(true);
  EXPECT_EQ(step(), SessionState::off);
  EXPECT_EQ(transport.disconnects, 2);
  EXPECT_FALSE(session->link_up());
}

TEST_F(SessionTest, close_disconnects_and_waits_for_the_end) {
  connect();
  session->on_close();
  EXPECT_EQ(transport.disconnects, 1);
  EXPECT_EQ(session->state(), SessionState::off);
}

TEST_F(SessionTest, broker_that_never_answers_is_left_after_a_minute) {
  session->want(true);
  step();
  clock.advance(seconds{59});
  EXPECT_EQ(step(), SessionState::connecting);
  clock.advance(seconds{1});
  EXPECT_EQ(step(), SessionState::backing_off);
  EXPECT_EQ(session->trouble(), "the broker does not answer");
}

TEST_F(SessionTest, transport_that_never_ends_a_disconnect_is_given_up_after_a_minute) {
  connect();
  transport.answers_disconnect = false;
  session->want(false);
  EXPECT_EQ(step(), SessionState::disconnecting);
  clock.advance(seconds{60});
  EXPECT_EQ(step(), SessionState::off);
}

TEST_F(SessionTest, every_event_wakes_the_agent) {
  int wakes = 0;
  session->on_event([&] { ++wakes; });
  session->want(true);
  session->subscribe_to({});
  broker().connected(true);
  broker().connection_lost({});
  EXPECT_EQ(wakes, 4);
}

TEST_F(SessionTest, messages_do_not_wake_the_agent) {
  int wakes = 0;
  session->on_event([&] { ++wakes; });
  deliver();
  EXPECT_EQ(wakes, 0);
}

}  // namespace
}  // namespace senne::ingest
