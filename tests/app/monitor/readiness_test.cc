#include "app/monitor/readiness.h"

#include <gtest/gtest.h>

namespace senne::monitor {
namespace {

using std::chrono::seconds;

class ReadinessTest : public testing::Test {
 protected:
  void everything_is_well() {
    readiness_.set(Condition::mqtt, true, "connected to broker");
    readiness_.set(Condition::kafka, true, "3 brokers answer");
    readiness_.set(Condition::journal, true, "1 of 8192 MiB in use");
    readiness_.set(Condition::clock, true, "wall and monotonic clock agree");
    readiness_.set(Condition::shard, true, "running");
  }

  ManualClock clock_{Instant{seconds{1'795'334'400}}};  // 2026-11-22T08:00:00Z
  Readiness readiness_{clock_};
};

TEST_F(ReadinessTest, not_ready_until_every_condition_was_met) {
  EXPECT_FALSE(readiness_.ready());
  EXPECT_EQ(readiness_.verbose(),
            "[-] mqtt: starting, since 2026-11-22T08:00:00Z\n"
            "[-] kafka: starting, since 2026-11-22T08:00:00Z\n"
            "[-] journal: starting, since 2026-11-22T08:00:00Z\n"
            "[-] clock: starting, since 2026-11-22T08:00:00Z\n"
            "[-] shard: starting, since 2026-11-22T08:00:00Z\n");
  everything_is_well();
  EXPECT_TRUE(readiness_.ready());
  EXPECT_EQ(readiness_.verbose(),
            "[+] mqtt: connected to broker\n"
            "[+] kafka: 3 brokers answer\n"
            "[+] journal: 1 of 8192 MiB in use\n"
            "[+] clock: wall and monotonic clock agree\n"
            "[+] shard: running\n");
}

TEST_F(ReadinessTest, a_condition_that_stays_unmet_keeps_the_time_since_when) {
  everything_is_well();
  clock_.advance(seconds{60});
  readiness_.set(Condition::kafka, false, "no broker answers");
  clock_.advance(seconds{60});
  readiness_.set(Condition::kafka, false, "1 of 3 brokers answers");
  EXPECT_FALSE(readiness_.ready());
  EXPECT_NE(
      readiness_.verbose().find("[-] kafka: 1 of 3 brokers answers, since 2026-11-22T08:01:00Z\n"),
      std::string::npos)
      << readiness_.verbose();
}

TEST_F(ReadinessTest, it_ends_with_nothing_met) {
  everything_is_well();
  clock_.advance(seconds{60});
  readiness_.stop();
  EXPECT_FALSE(readiness_.ready());
  EXPECT_EQ(readiness_.verbose(),
            "[-] mqtt: stopping, since 2026-11-22T08:01:00Z\n"
            "[-] kafka: stopping, since 2026-11-22T08:01:00Z\n"
            "[-] journal: stopping, since 2026-11-22T08:01:00Z\n"
            "[-] clock: stopping, since 2026-11-22T08:01:00Z\n"
            "[-] shard: stopping, since 2026-11-22T08:01:00Z\n");
}

TEST_F(ReadinessTest, the_obstacle_is_the_first_condition_that_is_not_met) {
  everything_is_well();
  EXPECT_EQ(readiness_.obstacle(), "");
  readiness_.set(Condition::shard, false, "claiming");
  readiness_.set(Condition::kafka, false, "no broker answers");
  EXPECT_EQ(readiness_.obstacle(), "kafka: no broker answers, since 2026-11-22T08:00:00Z");
}

TEST_F(ReadinessTest, every_single_condition_matters) {
  for (std::size_t i = 0; i < condition_names.size(); ++i) {
    everything_is_well();
    readiness_.set(static_cast<Condition>(i), false, "gone");
    EXPECT_FALSE(readiness_.ready()) << condition_names[i];
  }
}

}  // namespace
}  // namespace senne::monitor
