// A data directory that an earlier release left behind when it was killed: this build goes on with
// it, and nothing is lost or twice. `keep_data.cc` makes one for each release.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"
#include "tests/integration/ledger.h"
#include "tests/integration/publishing.h"
#include "tests/integration/servers.h"
#include "tests/integration/traffic.h"
#include "tests/support/eventually.h"
#include "tests/support/kafka_admin.h"
#include "tests/support/kafka_reader.h"
#include "tests/upgrade/kept.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* kept_folder = SENNE_SOURCE_DIR "/tests/upgrade/0.1.0";

class Upgrade : public Servers {
 protected:
  void make_senne() override {
    kept_ = read_kept(kept_folder);
    ASSERT_EQ(kafka_->cluster_id(), kept_.cluster) << "the test's cluster has always this id";
    auto files = Traffic::configuration({.mqtt_port = broker_->port(),
                                         .bootstrap = kafka_->bootstrap(),
                                         .prefix = prefix_,
                                         .journal_bytes = "32MiB, accept_clock_gap: true"});
    senne_ = std::make_unique<SenneProcess>(files);
    create_topics();
    const std::string unpack =
        fmt::format("tar -C '{}' -xzf '{}/data.tar.gz'", senne_->folder(), kept_folder);
    ASSERT_EQ(std::system(unpack.c_str()), 0);
  }
  void commit(std::int64_t position, const std::string& metadata) {
    const auto committed = commit_offset(kafka_->bootstrap(), prefix_ + "senne.test",
                                         prefix_ + "senne.journal", {position, metadata});
    ASSERT_TRUE(committed) << committed.error().message;
  }

  // The records of the time that was kept, and those of today.
  template <class Value, class TimeOf>
  std::pair<std::vector<ReadRecord>, std::vector<ReadRecord>> divided(
      const std::vector<ReadRecord>& records, TimeOf time_of) const {
    std::pair<std::vector<ReadRecord>, std::vector<ReadRecord>> parts;
    for (const ReadRecord& record : records) {
      Value value;
      EXPECT_TRUE(value.ParseFromString(record.value));
      const bool kept = time_of(value) < kept_.start + 10min;
      (kept ? parts.first : parts.second).push_back(record);
    }
    return parts;
  }

  Kept kept_;
};

TEST_F(Upgrade, goes_on_where_the_release_before_was_killed) {
  commit(kept_.position, kept_.metadata);
  EXPECT_EQ(senne_->command({"journal", "-c", "senne.yaml", "verify"}).status, 0);
  EXPECT_EQ(senne_->command({"ledger", "-c", "senne.yaml"}).status, 0);

  const Traffic traffic(kept_.start);
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose") << senne_->log();
  EXPECT_THAT(senne_->log(), HasSubstr(fmt::format(R"("position":{},)", kept_.position)));
  // Numbered on: a counter and a value of before would be a duplicate of before.
  const Traffic today(start_of_traffic(6h));
  constexpr std::uint64_t sent_today = 300;
  const std::uint64_t sent = kept_.sent + sent_today;
  Publishing publishing(broker_->port(), today, sent_today, 0, kept_.sent);
  publishing.join();
  ASSERT_TRUE(wait_settled(*senne_, sent, 60s)) << account_of(*senne_).dump();

  // This cluster has what the other did not have yet, each once and right.
  const std::uint64_t left = kept_.sent - kept_.committed_messages;
  KafkaReader observations(kafka_->bootstrap(), {topic("urban.observations.v1")});
  ASSERT_TRUE(observations.read_count(left + sent_today, 30s))
      << observations.records().size() << account_of(*senne_).dump();
  ASSERT_TRUE(observations.read_to_end(30s));
  const auto [of_then, of_today] = divided<v1::ObservationCollection>(
      observations.records(), [](const auto& value) { return instant(value.phenomenon_time()); });
  EXPECT_EQ(of_then.size(), left);
  EXPECT_EQ(of_today.size(), sent_today);
  const Verdict then(traffic, kept_.sent);
  const Verdict now(today, sent);
  EXPECT_EQ(then.count(of_then).missing, kept_.committed_messages);
  EXPECT_EQ(now.count(of_today).missing, kept_.sent);
  auto problems = then.observations(of_then);
  const auto of_now = now.observations(of_today);
  problems.insert(problems.end(), of_now.begin(), of_now.end());
  for (const std::string& problem : problems) EXPECT_THAT(problem, HasSubstr("is missing"));
  // The windows hold all of it: what the other release had in them came along.
  KafkaReader windows(kafka_->bootstrap(), {topic("urban.aggregates.v1")});
  EXPECT_TRUE(eventually(
      [&] {
        windows.read_to_end(20s);
        problems = then.windows(divided<v1::WindowResult>(windows.records(), [](const auto& value) {
                                  return instant(value.start());
                                }).first);
        return problems.empty();
      },
      30s))
      << ::testing::PrintToString(problems);
  const auto account = account_of(*senne_);
  ASSERT_FALSE(account.is_null());
  std::uint64_t received = 0;
  for (const auto& route : account["routes"]) {
    EXPECT_TRUE(route["balances"].get<bool>()) << route.dump();
    received += route["messages"]["received"].get<std::uint64_t>();
  }
  EXPECT_EQ(received, sent) << "the account goes on too";
  EXPECT_EQ(senne_->stop(), 0);
}

// As by a cluster that was moved, or a wrong address.
TEST_F(Upgrade, does_not_guess_where_kafka_knows_nothing_of_the_directory) {
  const Ended refused = senne_->command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("Kafka has no position of it any more"));
}

}  // namespace
}  // namespace senne::test
