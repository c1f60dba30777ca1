// Makes what upgrade_test starts on, with the build that is to be released:
//
//   mkdir tests/upgrade/X.Y.Z
//   RELEASE=X.Y.Z FOLDER=tests/upgrade/X.Y.Z build/release/tests/upgrade/keep_data
//
// Real servers; takes half a minute. Not part of `make test`.

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/faults/fault_test.h"
#include "tests/integration/ledger.h"
#include "tests/support/eventually.h"
#include "tests/support/kafka_admin.h"
#include "tests/upgrade/kept.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;

class Keep : public FaultTest {
 protected:
  std::map<std::string, std::string> configuration() override {
    return Traffic::configuration({.mqtt_port = mqtt_network_->port(),
                                   .bootstrap = kafka_->bootstrap_by_network(),
                                   .prefix = prefix_,
                                   .journal_bytes = "32MiB"});
  }
  void publish(std::uint64_t from, std::uint64_t to) {
    Publishing publishing(broker_->port(), *traffic_, to - from, 0, from);
    publishing.join();
  }
  void start() {
    senne_->start();
    ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  }
};

TEST_F(Keep, data_directory) {
  const char* const folder = std::getenv("FOLDER");
  const char* const release = std::getenv("RELEASE");
  ASSERT_TRUE(folder != nullptr && release != nullptr) << "FOLDER and RELEASE say what and where";
  Kept kept;
  kept.release = release;
  kept.start = start_of_traffic(12h);
  kept.sent = 1200;
  kept.committed_messages = 900;
  traffic_.emplace(kept.start);

  ASSERT_NO_FATAL_FAILURE(start());
  publish(0, 600);
  ASSERT_TRUE(wait_settled(*senne_, 600, 30s));
  ASSERT_EQ(senne_->stop(), 0);  // with a snapshot
  ASSERT_NO_FATAL_FAILURE(start());
  publish(600, 900);
  ASSERT_TRUE(wait_settled(*senne_, 900, 30s));
  kafka_->network().set({.down = true});
  publish(900, 1200);
  ASSERT_TRUE(eventually([this] {
    std::uint64_t waiting = 0;
    const auto account = account_of(*senne_);
    for (const auto& route : account["routes"]) {
      waiting += route["messages"]["in_journal"].get<std::uint64_t>();
    }
    return waiting == 300;
  })) << account_of(*senne_).dump();
  senne_->kill();
  kafka_->network().heal();
  // Before the kill the last commit may have been of unknown outcome: what Kafka says counts.
  const auto committed =
      committed_offset(kafka_->bootstrap(), prefix_ + "senne.test", prefix_ + "senne.journal");
  ASSERT_TRUE(committed) << committed.error().message;
  kept.position = committed->offset;
  kept.metadata = committed->metadata;
  kept.cluster = kafka_->cluster_id();
  const std::string to(folder);
  const std::string command = "rm -f '" + senne_->folder() + "'/data/journal/*.spare && tar -C '" +
                              senne_->folder() + "' -czf '" + to + "/data.tar.gz' data";
  ASSERT_EQ(std::system(command.c_str()), 0);
  write_file(to + "/about.json", encode(kept));
}

}  // namespace
}  // namespace senne::test
