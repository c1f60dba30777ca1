// The network between senne and its servers: not there, silent, slow, resetting.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/faults/fault_test.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr NetworkFault down{.down = true};
constexpr NetworkFault silent{.silent = true};
constexpr NetworkFault slow{.delay = 250ms, .bytes_per_second = 60'000};
constexpr NetworkFault resetting{.reset_after = 100'000};

class NetworkFaults : public FaultTest {
 protected:
  // Under load, for as long as `time`; then everything must come through.
  void suffer(FaultProxy& network, const NetworkFault& fault, Duration time) {
    ASSERT_NO_FATAL_FAILURE(begin());
    const std::uint64_t before = network.bytes();
    const std::uint64_t resets_before = network.resets();
    network.set(fault);
    sleep(time);
    if (fault.silent) {
      EXPECT_EQ(network.bytes(), before);
    }
    if (fault.down || fault.reset_after > 0) {
      EXPECT_GT(network.resets(), resets_before);
    }
    network.heal();
    ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
    expect_all_accounted();
  }
};

TEST_F(NetworkFaults, mqtt_cut) { suffer(*mqtt_network_, down, lasting(8s, 60s)); }
TEST_F(NetworkFaults, mqtt_half_open) { suffer(*mqtt_network_, silent, lasting(15s, 180s)); }
TEST_F(NetworkFaults, mqtt_slow) { suffer(*mqtt_network_, slow, lasting(8s, 60s)); }
TEST_F(NetworkFaults, mqtt_resetting) { suffer(*mqtt_network_, resetting, lasting(8s, 60s)); }

TEST_F(NetworkFaults, kafka_cut) { suffer(kafka_->network(), down, lasting(8s, 60s)); }
// Longer than the transaction's time-out of 15 s: Kafka has aborted it when the network is back.
TEST_F(NetworkFaults, kafka_half_open) { suffer(kafka_->network(), silent, lasting(20s, 120s)); }
TEST_F(NetworkFaults, kafka_slow) { suffer(kafka_->network(), slow, lasting(8s, 60s)); }
TEST_F(NetworkFaults, kafka_resetting) { suffer(kafka_->network(), resetting, lasting(8s, 60s)); }

TEST_F(NetworkFaults, both_cut_and_the_process_killed_between) {
  ASSERT_NO_FATAL_FAILURE(begin());
  mqtt_network_->set(down);
  kafka_->network().set(down);
  sleep(2s);
  senne_->kill();
  senne_->start();
  sleep(3s);
  mqtt_network_->heal();
  // MQTT stays away until the position is owned.
  EXPECT_TRUE(readiness_says("[-] kafka"));
  // What waits is seen, and no counter falls: those of the pipeline are absent until they are
  // known.
  EXPECT_GT(senne_->metric("senne_journal_oldest_uncommitted_seconds"), 1.0);
  EXPECT_THAT(senne_->get("/metrics"), Not(HasSubstr("senne_pipeline_decoded_total{")));
  kafka_->network().heal();
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  EXPECT_THAT(senne_->get("/metrics"), HasSubstr("senne_pipeline_decoded_total{"));
  expect_all_accounted();
}

}  // namespace
}  // namespace senne::test
