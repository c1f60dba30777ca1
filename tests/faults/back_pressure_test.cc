// Kafka is gone for so long that the journal fills: senne leaves MQTT, says why, and comes back
// when half of the journal is free; the broker's session holds what comes meanwhile.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/faults/fault_test.h"
#include "tests/support/eventually.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class BackPressure : public FaultTest {
 protected:
  std::map<std::string, std::string> configuration() override {
    return Traffic::configuration({.mqtt_port = mqtt_network_->port(),
                                   .bootstrap = kafka_->bootstrap_by_network(),
                                   .prefix = prefix_,
                                   .journal_bytes = "64MiB"});
  }
};

TEST_F(BackPressure, kafka_gone_until_the_journal_of_64_mib_is_full) {
  ASSERT_NO_FATAL_FAILURE(begin(10'000));
  const double capacity = senne_->metric("senne_journal_capacity_bytes");
  ASSERT_EQ(capacity, 64.0 * 1024 * 1024);
  const std::uint64_t rss_before_kib = senne_->rss_anon_kib();
  kafka_->network().set({.down = true});

  ASSERT_TRUE(readiness_says("full, the broker keeps what comes", 120s))
      << senne_->get("/readyz?verbose");
  EXPECT_TRUE(readiness_says("[-] mqtt: the journal is full"));
  EXPECT_TRUE(eventually([this] { return senne_->metric("senne_ingest_connected") == 0; }));
  const double used = senne_->metric("senne_journal_bytes");
  EXPECT_GE(used, capacity);
  EXPECT_LE(used, capacity + 8 * 1024 * 1024) << "it took more than a few messages after that";
  const std::uint64_t connections = mqtt_network_->accepted();
  sleep(lasting(5s, 60s));
  EXPECT_EQ(mqtt_network_->accepted(), connections) << "it must stay away";
  EXPECT_EQ(senne_->metric("senne_journal_bytes"), used);
  const std::uint64_t rss_full_kib = senne_->rss_anon_kib();

  kafka_->network().heal();
  EXPECT_TRUE(eventually([this] { return senne_->metric("senne_ingest_connected") == 1; }, 90s));
  city_->finish();
  expect_all_accounted();
  const std::uint64_t rss_after_kib = senne_->rss_anon_kib();
  fmt::print("RssAnon: {} KiB before, {} KiB with the journal full, {} KiB after, {} KiB at most\n",
             rss_before_kib, rss_full_kib, rss_after_kib, memory_->peak_kib());
  EXPECT_LT(memory_->peak_kib(), rss_before_kib + 64 * 1024);
}

}  // namespace
}  // namespace senne::test
