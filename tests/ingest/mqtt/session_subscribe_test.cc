// What it subscribes to and takes back, and what the broker's answers lead to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ingest/mqtt/session_fixture.h"

namespace senne::ingest {
namespace {

using senne::testing::SessionTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(SessionTest, filters_inside_another_are_not_subscribed) {
  filters = {{"city/1", 1}, {"city/#", 0}, {"city/+/air", 0}};
  start();
  connect(false);
  EXPECT_THAT(transport.asked, ElementsAre(ElementsAre(Subscription{"city/#", 1})));
}

TEST_F(SessionTest, without_routes_it_is_connected_all_the_same) {
  filters = {};
  start();
  session->want(true);
  step();
  EXPECT_EQ(accept(false), SessionState::connected);
  EXPECT_TRUE(transport.asked.empty());
}

TEST_F(SessionTest, refused_filter_is_named_and_the_session_not_connected) {
  filters = {{"city/#", 1}, {"secret/#", 1}};
  start();
  session->want(true);
  step();
  EXPECT_EQ(accept(false, {1, 0x87}), SessionState::backing_off);
  EXPECT_EQ(transport.disconnects, 1);
  EXPECT_THAT(logger.lines("mqtt_subscription_refused"),
              ElementsAre(HasSubstr("filter=secret/# reason=not authorised (0x87)")));
  EXPECT_THAT(session->trouble(), HasSubstr("secret/#"));
  EXPECT_EQ(session->metrics().subscriptions_refused.value(), 1u);
  EXPECT_TRUE(logger.lines("mqtt_connected").empty());
}

TEST_F(SessionTest, lower_granted_qos_is_taken_with_a_warning) {
  session->want(true);
  step();
  EXPECT_EQ(accept(false, {0}), SessionState::connected);
  EXPECT_THAT(logger.lines("mqtt_qos_reduced"),
              ElementsAre(HasSubstr("filter=city/# asked=1 granted=0")));
}

TEST_F(SessionTest, answer_of_another_length_than_asked_is_a_refusal) {
  session->want(true);
  step();
  EXPECT_EQ(accept(false, {1, 1}), SessionState::backing_off);
}

TEST_F(SessionTest, failed_subscription_is_tried_again) {
  session->want(true);
  step();
  broker().connected(false);
  step();
  broker().subscribe_failed({0, "time-out"});
  EXPECT_EQ(step(), SessionState::backing_off);
  wait_for_retry();
  EXPECT_EQ(accept(false), SessionState::connected);
}

TEST_F(SessionTest, mqtt_5_subscribes_at_each_connection_because_it_costs_nothing) {
  connect(false);
  broker().connection_lost({0, "gone"});
  step();
  wait_for_retry();
  accept(true);
  EXPECT_EQ(transport.asked.size(), 2u);
}

TEST_F(SessionTest, mqtt_3_subscribes_only_what_the_broker_does_not_hold) {
  settings.version = 3;
  start();
  connect(false);
  EXPECT_EQ(transport.asked.size(), 1u);
  start();  // the process was restarted
  session->want(true);
  step();
  EXPECT_EQ(accept(true), SessionState::connected);
  EXPECT_EQ(transport.asked.size(), 1u);
  broker().connection_lost({0, "gone"});
  step();
  wait_for_retry();
  EXPECT_EQ(accept(false), SessionState::connected);
  EXPECT_EQ(transport.asked.size(), 2u);
  EXPECT_EQ(session->metrics().sessions_lost.value(), 1u);
  EXPECT_EQ(logger.lines("mqtt_session_lost").size(), 1u);
}

TEST_F(SessionTest, mqtt_3_subscribes_again_at_another_broker) {
  settings.version = 3;
  start();
  connect(false);
  settings.client_id = "senne-other";
  start();
  connect(true);
  EXPECT_EQ(transport.asked.size(), 2u);
}

TEST_F(SessionTest, first_connection_ever_has_lost_no_session) {
  connect(false);
  EXPECT_EQ(session->metrics().sessions_lost.value(), 0u);
}

TEST_F(SessionTest, filters_of_removed_routes_are_unsubscribed) {
  filters = {{"city/#", 1}, {"old/#", 1}};
  start();
  session->want(true);
  step();
  accept(false, {1, 1});
  session->subscribe_to({{"city/#", 1}});
  EXPECT_EQ(step(), SessionState::subscribing);
  broker().subscribed(std::vector<int>{1});
  EXPECT_EQ(step(), SessionState::connected);
  EXPECT_THAT(transport.unsubscribed, ElementsAre(ElementsAre("old/#")));
  broker().unsubscribed();
  step();
  broker().connection_lost({0, "gone"});
  step();
  wait_for_retry();
  accept(true);
  EXPECT_EQ(transport.unsubscribed.size(), 1u);
}

TEST_F(SessionTest, filters_removed_while_the_process_was_down_are_unsubscribed) {
  filters = {{"city/#", 1}, {"old/#", 1}};
  start();
  session->want(true);
  step();
  accept(false, {1, 1});
  filters = {{"city/#", 1}};
  start();
  connect(true);
  EXPECT_THAT(transport.unsubscribed, ElementsAre(ElementsAre("old/#")));
}

TEST_F(SessionTest, filter_asked_for_just_before_a_crash_is_unsubscribed_when_it_is_removed) {
  connect(false);
  session->subscribe_to({{"city/#", 1}, {"new/#", 1}});
  step();  // the SUBSCRIBE is out; no answer yet
  start();
  connect(true);
  EXPECT_THAT(transport.unsubscribed, ElementsAre(ElementsAre("new/#")));
}

TEST_F(SessionTest, unanswered_unsubscribe_is_repeated_at_the_next_connection) {
  filters = {{"city/#", 1}, {"old/#", 1}};
  start();
  session->want(true);
  step();
  accept(false, {1, 1});
  filters = {{"city/#", 1}};
  start();
  connect(true);
  start();
  connect(true);
  EXPECT_THAT(transport.unsubscribed, ElementsAre(ElementsAre("old/#"), ElementsAre("old/#")));
}

TEST_F(SessionTest, routes_that_change_twice_while_subscribing_end_up_as_the_last_ones) {
  connect(false);
  session->subscribe_to({{"a", 1}});
  step();
  session->subscribe_to({{"b", 1}});
  EXPECT_EQ(step(), SessionState::subscribing);
  broker().subscribed(std::vector<int>{1});
  EXPECT_EQ(step(), SessionState::subscribing);
  broker().subscribed(std::vector<int>{1});
  EXPECT_EQ(step(), SessionState::connected);
  EXPECT_THAT(transport.asked.back(), ElementsAre(Subscription{"b", 1}));
}

TEST_F(SessionTest, subscriptions_that_cannot_be_noted_do_not_keep_it_from_working) {
  storage.set_capacity(0);
  EXPECT_EQ(connect(false), SessionState::connected);
  EXPECT_FALSE(logger.lines("mqtt_subscriptions_not_stored").empty());
}

TEST_F(SessionTest, damaged_note_counts_as_unknown) {
  ASSERT_TRUE(storage.write_whole("subscriptions", "\1\0\0\0garbage"));
  start();
  EXPECT_EQ(connect(true), SessionState::connected);
  EXPECT_TRUE(transport.unsubscribed.empty());
}

}  // namespace
}  // namespace senne::ingest
