// The proof, against a real mosquitto and a real Apache Kafka: every reading once, whatever is
// killed.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "senne/v1/dead_letter.pb.h"
#include "tests/integration/ledger.h"
#include "tests/integration/publishing.h"
#include "tests/integration/servers.h"
#include "tests/integration/traffic.h"
#include "tests/support/kafka_reader.h"
#include "tests/support/mqtt_publisher.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using senne::testing::MqttPublisher;
using ::testing::IsEmpty;

class Proof : public Servers {
 protected:
  void make_senne() override {
    senne_ = std::make_unique<SenneProcess>(
        Traffic::configuration({broker_->port(), kafka_->bootstrap(), prefix_}));
    create_topics();
  }

  // Each result that the readings ask for is there; windows close 3 s after the last connection at
  // the latest.
  std::vector<std::string> wait_windows(const Verdict& verdict, KafkaReader& reader,
                                        Duration patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    std::vector<std::string> problems;
    do {
      reader.read_to_end(20s);
      problems = verdict.windows(reader.records());
      if (problems.empty()) break;
      std::this_thread::sleep_for(500ms);
    } while (std::chrono::steady_clock::now() < until);
    return problems;
  }

  void expect_balanced_ledger() {
    const auto ledger = account_of(*senne_);
    ASSERT_FALSE(ledger.is_null());
    for (const auto& route : ledger["routes"]) {
      EXPECT_TRUE(route["balances"].get<bool>()) << route.dump();
      const auto& messages = route["messages"];
      EXPECT_EQ(messages["received"].get<std::uint64_t>(),
                messages["decoded"].get<std::uint64_t>() +
                    messages["dead_lettered"].get<std::uint64_t>() +
                    messages["suppressed"].get<std::uint64_t>() +
                    messages["in_journal"].get<std::uint64_t>())
          << route.dump();
    }
    for (const auto& window : ledger["windows"]) {
      EXPECT_EQ(window["offered"].get<std::uint64_t>(),
                window["accumulated"].get<std::uint64_t>() + window["missed"].get<std::uint64_t>());
    }
  }

  void expect_everything_once(const Traffic& traffic, std::uint64_t count) {
    const Verdict verdict(traffic, count);
    KafkaReader observations(kafka_->bootstrap(), {topic("urban.observations.v1")});
    ASSERT_TRUE(observations.read_count(count, 60s)) << observations.records().size();
    ASSERT_TRUE(observations.read_to_end(30s));
    EXPECT_THAT(verdict.observations(observations.records()), IsEmpty());
    KafkaReader windows(kafka_->bootstrap(), {topic("urban.aggregates.v1")});
    EXPECT_THAT(wait_windows(verdict, windows, 30s), IsEmpty());
    KafkaReader dead_letters(kafka_->bootstrap(), {topic("urban.deadletter.v1")});
    ASSERT_TRUE(dead_letters.read_to_end(30s));
    EXPECT_EQ(dead_letters.records().size(), 0u);
  }
};

TEST_F(Proof, a_hundred_thousand_messages_of_three_formats_come_out_once_and_right) {
  constexpr std::uint64_t count = 100'000;
  const Traffic traffic(start_of_traffic(6h));
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  Publishing publishing(broker_->port(), traffic, count, 0);
  publishing.join();
  ASSERT_TRUE(wait_settled(*senne_, count, 120s)) << account_of(*senne_).dump();
  expect_everything_once(traffic, count);
  expect_balanced_ledger();
  EXPECT_EQ(senne_->stop(), 0);
  // At rest the last snapshot gives the same account.
  const auto ledger = senne_->command({"ledger", "-c", "senne.yaml"});
  EXPECT_EQ(ledger.status, 0) << ledger.err;
  EXPECT_THAT(ledger.out, ::testing::HasSubstr("\"source\":\"snapshot\""));
}

TEST_F(Proof, twenty_kills_under_load_lose_and_double_nothing) {
  constexpr std::uint64_t count = 100'000;
  constexpr int kills = 20;
  const Traffic traffic(start_of_traffic(6h));
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  std::mt19937_64 random(20261122);
  {
    // Slow enough that the last kill still falls into the load.
    Publishing publishing(broker_->port(), traffic, count, 1500);
    for (int i = 0; i < kills; ++i) {
      switch (i % 3) {
        case 0:  // at any time
          ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
          std::this_thread::sleep_for(std::chrono::milliseconds{200 + random() % 2000});
          break;
        case 1:  // while it starts, or in the flood of what the broker has kept
          std::this_thread::sleep_for(std::chrono::milliseconds{700 + random() % 1000});
          break;
        default: {  // in the middle of a burst
          ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
          const std::uint64_t seen = publishing.published();
          while (publishing.published() == seen && seen < count) std::this_thread::sleep_for(200us);
          std::this_thread::sleep_for(std::chrono::milliseconds{random() % 30});
        }
      }
      ASSERT_TRUE(senne_->running());
      senne_->kill();
      EXPECT_LT(publishing.published(), count) << "kill " << i << " came after the load";
      senne_->start();
    }
    publishing.join();
  }
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  ASSERT_TRUE(wait_settled(*senne_, count, 120s)) << account_of(*senne_).dump();
  expect_everything_once(traffic, count);
  expect_balanced_ledger();
  EXPECT_EQ(senne_->stop(), 0);
}

TEST_F(Proof, broker_restarted_and_kafka_stopped_for_half_a_minute_under_load) {
  constexpr std::uint64_t count = 60'000;
  const Traffic traffic(start_of_traffic(6h));
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  Publishing publishing(broker_->port(), traffic, count, 1000);
  std::this_thread::sleep_for(5s);
  const std::uint64_t rss_before_kib = senne_->rss_anon_kib();

  broker_->stop();
  std::this_thread::sleep_for(1s);
  ASSERT_TRUE(broker_->start_again());
  std::this_thread::sleep_for(5s);

  kafka_->stop();
  std::this_thread::sleep_for(30s);
  const std::uint64_t rss_during_kib = senne_->rss_anon_kib();
  EXPECT_THAT(senne_->get("/readyz?verbose"), ::testing::HasSubstr("[-] kafka"));
  ASSERT_TRUE(kafka_->start());

  publishing.join();
  ASSERT_TRUE(senne_->wait_ready(120s)) << senne_->get("/readyz?verbose");
  ASSERT_TRUE(wait_settled(*senne_, count, 120s)) << account_of(*senne_).dump();
  expect_everything_once(traffic, count);
  expect_balanced_ledger();
  fmt::print("RssAnon: {} KiB before, {} KiB with Kafka away\n", rss_before_kib, rss_during_kib);
  EXPECT_LT(rss_during_kib, rss_before_kib + 32 * 1024);
  EXPECT_EQ(senne_->stop(), 0);
}

TEST_F(Proof, bad_input_becomes_dead_letters_with_its_bytes_and_the_ledger_balances) {
  struct Bad {
    const char* topic;
    std::string payload;
    const char* reason;
  };
  const std::string deep(500, '[');
  const std::vector<Bad> bad = {
      {"gateway/1", "not JSON at all", "malformed"},
      {"gateway/1", R"({"station":{"id":"s-1"},"ts":1790000000000,"t":{"a":1}})", "bad_value"},
      {"gateway/1", R"({"station":{"id":"s-1"},"t":"warm"})", "bad_value"},
      {"gateway/1", R"({"no":"device"})", "malformed"},
      {"gateway/1", deep + std::string(500, ']'), "too_deep"},
      {"gateway/1", "{\"station\":{\"id\":\"\xff\xfe\"},\"t\":1}", "malformed"},
      {"gateway/1", std::string(300 * 1024, 'x'), "too_large"},
      {"gateway/1", "", "malformed"},
      {"v3/city@senne/devices/dev-0/up",
       R"({"end_device_ids":{"device_id":"other"},"uplink_message":{"decoded_payload":{"t":1}}})",
       "identity_mismatch"},
      {"v3/city@senne/devices/dev-0/up",
       R"({"end_device_ids":{"device_id":"dev-0"},"uplink_message":{"frm_payload":"AQID"}})",
       "no_codec"},
      {"strict/1", R"({"station":{"id":"nobody"},"t":1})", "unknown_device"},
  };
  auto files = Traffic::configuration({broker_->port(), kafka_->bootstrap(), prefix_});
  std::string& yaml = files["senne.yaml"];
  const std::string routes = "routes:\n";
  yaml.insert(yaml.find(routes) + routes.size(),
              "  - {name: strict, topic: strict/+, format: mapping, mapping: gateway.yaml, "
              "unknown_devices: reject}\n");
  senne_ = std::make_unique<SenneProcess>(files);
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");

  auto publisher = MqttPublisher::connect(broker_->port(), "bad-publisher");
  ASSERT_TRUE(publisher);
  for (const Bad& message : bad) ASSERT_TRUE(publisher->publish(message.topic, message.payload));
  ASSERT_TRUE(publisher->drain());
  KafkaReader reader(kafka_->bootstrap(), {topic("urban.deadletter.v1")});
  ASSERT_TRUE(reader.read_count(bad.size(), 30s)) << reader.records().size();
  std::vector<bool> found(bad.size(), false);
  for (const ReadRecord& record : reader.records()) {
    v1::DeadLetter value;
    ASSERT_TRUE(value.ParseFromString(record.value));
    bool known = false;
    for (std::size_t i = 0; i < bad.size() && !known; ++i) {
      const bool whole = value.payload() == bad[i].payload;
      const bool prefix = value.payload_length() == bad[i].payload.size() &&
                          !value.payload().empty() && bad[i].payload.starts_with(value.payload());
      if (found[i] || value.mqtt_topic() != bad[i].topic || value.reason() != bad[i].reason)
        continue;
      if (!whole && !(prefix && std::string(bad[i].reason) == "too_large")) continue;
      EXPECT_EQ(value.payload_length(), bad[i].payload.size());
      EXPECT_FALSE(value.detail().empty());
      EXPECT_EQ(record.headers.at("ce_type"), "senne.deadletter.v1");
      found[i] = known = true;
    }
    EXPECT_TRUE(known) << value.ShortDebugString().substr(0, 500);
  }
  for (std::size_t i = 0; i < bad.size(); ++i)
    EXPECT_TRUE(found[i]) << bad[i].reason << " " << bad[i].payload.substr(0, 80);
  // A consumer may see the records a moment before the commit's return tells Senne.
  ASSERT_TRUE(wait_settled(*senne_, bad.size(), 30s)) << account_of(*senne_).dump();
  expect_balanced_ledger();
  double dead_lettered = 0;
  const auto ledger = account_of(*senne_);
  for (const auto& route : ledger["routes"]) {
    dead_lettered += route["messages"]["dead_lettered"].get<double>();
  }
  EXPECT_EQ(dead_lettered, static_cast<double>(bad.size()));
  EXPECT_EQ(senne_->stop(), 0);
}

}  // namespace
}  // namespace senne::test
