#include "app/conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace senne::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class ConditionsTest : public testing::Test {
 protected:
  // What `/readyz?verbose` says of it.
  std::string judged() {
    judge(look_, readiness_);
    return readiness_.verbose();
  }

  ManualClock clock_{Instant{}};
  monitor::Readiness readiness_{clock_};
  Look look_{.phase = pipeline::Phase::running,
             .session = ingest::SessionState::connected,
             .admitted = true,
             .journal_used_bytes = 10,
             .journal_capacity_bytes = 20};
};

TEST_F(ConditionsTest, ready_when_everything_goes_on) {
  EXPECT_EQ(judged(),
            "[+] mqtt: connected to broker\n[+] kafka: committing\n"
            "[+] journal: 10 of 20 bytes used\n[+] clock: wall clock as expected\n"
            "[+] shard: running\n");
  EXPECT_TRUE(readiness_.ready());
}

TEST_F(ConditionsTest, mqtt_says_what_the_session_says_or_waits_for) {
  look_.session = ingest::SessionState::off;
  look_.admitted = false;
  EXPECT_THAT(judged(),
              StartsWith("[-] mqtt: stays away until the position in Kafka is owned, since "));
  look_.admitted = true;
  look_.session = ingest::SessionState::connecting;
  EXPECT_THAT(judged(), StartsWith("[-] mqtt: connecting, since "));
  look_.trouble = "connection refused";
  EXPECT_THAT(judged(), StartsWith("[-] mqtt: connection refused, since "));
  EXPECT_FALSE(readiness_.ready());
}

TEST_F(ConditionsTest, a_shard_that_does_not_run_is_an_obstacle_at_kafka_as_well) {
  look_.phase = pipeline::Phase::claiming;
  look_.obstacle = "no broker answers";
  const std::string text = judged();
  EXPECT_THAT(text, HasSubstr("[-] kafka: no broker answers, since "));
  EXPECT_THAT(text, HasSubstr("[-] shard: claiming, since "));
}

TEST_F(ConditionsTest, a_sink_that_does_not_answer_is_told_after_three_seconds) {
  look_.waiting = 2999ms;
  EXPECT_THAT(judged(), HasSubstr("[+] kafka: committing\n"));
  look_.waiting = 7s;
  EXPECT_THAT(judged(), HasSubstr("[-] kafka: no answer for 7 s while committing, since "));
  EXPECT_THAT(judged(), HasSubstr("[+] shard: running\n"));
  look_.phase = pipeline::Phase::claiming;
  EXPECT_THAT(judged(), HasSubstr("[-] kafka: no answer for 7 s while claiming, since "));
}

TEST_F(ConditionsTest, a_shard_that_failed_is_not_ready_in_any_phase) {
  look_.failed = true;
  EXPECT_THAT(judged(), HasSubstr("[-] shard: running, since "));
}

TEST_F(ConditionsTest, a_full_journal_is_not_ready) {
  look_.journal_used_bytes = 20;
  EXPECT_THAT(
      judged(),
      HasSubstr("[-] journal: 20 of 20 bytes used: full, the broker keeps what comes, since "));
}

TEST_F(ConditionsTest, a_full_disk_is_not_ready_however_little_is_used) {
  look_.disk_full = true;
  EXPECT_THAT(judged(), HasSubstr("[-] journal: 10 of 20 bytes used: the disk of data_dir is full, "
                                  "the broker keeps what comes, since "));
}

TEST_F(ConditionsTest, a_wall_clock_that_stepped_a_minute_either_way_is_not_ready) {
  for (const Duration parted : {Duration{60s}, Duration{-60s}}) {
    look_.clock_parted = parted;
    EXPECT_THAT(judged(), HasSubstr("[-] clock: the wall clock has stepped by "));
  }
  look_.clock_parted = -59s;
  EXPECT_THAT(judged(), HasSubstr("[+] clock: wall clock as expected\n"));
}

}  // namespace
}  // namespace senne::app
