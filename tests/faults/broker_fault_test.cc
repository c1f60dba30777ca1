// The MQTT broker: killed, restarted, its sessions lost, and what it keeps while senne is away.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/faults/fault_test.h"
#include "tests/support/mqtt_publisher.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class BrokerFaults : public FaultTest {};

TEST_F(BrokerFaults, broker_restarted_under_load) {
  ASSERT_NO_FATAL_FAILURE(begin());
  broker_->stop();
  sleep(lasting(3s, 30s));
  ASSERT_TRUE(broker_->start_again());
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

// What it had accepted and not delivered goes with it; so the city rests.
TEST_F(BrokerFaults, broker_killed_with_all_its_sessions) {
  ASSERT_NO_FATAL_FAILURE(begin());
  ASSERT_NO_FATAL_FAILURE(rest());
  broker_->kill();
  sleep(1s);
  ASSERT_TRUE(broker_->start_again());
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  ASSERT_NO_FATAL_FAILURE(go_on());
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

TEST_F(BrokerFaults, broker_forgets_the_session_while_senne_is_away) {
  ASSERT_NO_FATAL_FAILURE(begin());
  ASSERT_NO_FATAL_FAILURE(rest());
  EXPECT_EQ(senne_->stop(), 0);
  broker_->stop();
  broker_->forget_everything();
  ASSERT_TRUE(broker_->start_again());
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  EXPECT_THAT(senne_->log(), HasSubstr("mqtt_session_lost"));
  ASSERT_NO_FATAL_FAILURE(go_on());
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

TEST_F(BrokerFaults, messages_are_queued_while_senne_is_away) {
  ASSERT_NO_FATAL_FAILURE(begin());
  EXPECT_EQ(senne_->stop(), 0);
  sleep(lasting(5s, 60s));
  senne_->start();
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

}  // namespace
}  // namespace senne::test
