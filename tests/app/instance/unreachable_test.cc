// Servers that are not there, on a clock that is stepped: whatever is tried how often, the operator
// reads once a minute why.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "app/engine.h"
#include "app/logging/json_logger.h"
#include "sinks/memory_sink.h"
#include "tests/ingest/mqtt/fakes.h"
#include "tests/support/memory_storage.h"
#include "tests/support/temporary_folder.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;
using senne::testing::FakeTransport;
using senne::testing::MemoryStorage;

class Unreachable : public ::testing::Test {
 protected:
  void SetUp() override {
    configuration_.instance = "here";
    configuration_.journal.max_bytes = 64 << 20;
    configuration_.pipeline.instance = "here";
    auto transport = std::make_unique<FakeTransport>();
    transport_ = transport.get();
    auto opened = Engine::open(configuration_, {.folders = {top_, journal_, snapshots_, hashes_},
                                                .clock = clock_,
                                                .logger = logger_,
                                                .sinks = cluster_->factory("senne.here"),
                                                .transport = std::move(transport),
                                                .on_exhausted = [] { FAIL(); }});
    ASSERT_TRUE(opened) << opened.error().message;
    engine_ = std::move(*opened);
  }
  ~Unreachable() override {
    engine_.reset();
    ::close(log_);
  }

  // Lets an agent work for three minutes and looks at the log in each; how often it worked.
  int work(Agent& agent, const std::string& event) {
    int times = 0;
    for (std::size_t minute = 1; minute <= 3; ++minute) {
      const std::size_t told = lines(event).size();
      for (; clock_.monotonic() < minute * 60s; ++times) {
        clock_.advance(std::max<Duration>(agent.do_work(), 1ms));
      }
      EXPECT_LE(lines(event).size(), told + 1) << "minute " << minute;
    }
    return times;
  }
  std::vector<nlohmann::json> lines(const std::string& event) const {
    std::vector<nlohmann::json> found;
    std::istringstream log(test::read_file(folder_.file("log")));
    for (std::string line; std::getline(log, line);) {
      auto parsed = nlohmann::json::parse(line);
      if (parsed["event"] == event) found.push_back(std::move(parsed));
    }
    return found;
  }
  // At once, then again, with how often it went unsaid in between.
  void expect_told(const std::string& event, int attempts) const {
    const auto told = lines(event);
    ASSERT_GE(told.size(), 2u);
    EXPECT_FALSE(told[0].contains("suppressed"));
    int unsaid = 0;
    for (const auto& line : told) unsaid += line.value("suppressed", 0);
    EXPECT_GT(unsaid, 5);
    EXPECT_LE(unsaid + static_cast<int>(told.size()), attempts);
  }

  Configuration configuration_;
  ManualClock clock_{Instant{1'790'000'000s}};
  MemoryStorage top_{"top"};
  MemoryStorage journal_{"journal"};
  MemoryStorage snapshots_{"snapshots"};
  MemoryStorage hashes_{"configurations"};
  std::shared_ptr<sinks::MemoryCluster> cluster_ = sinks::MemoryCluster::create();
  const test::TemporaryFolder folder_;
  const int log_ = ::open(folder_.file("log").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  JsonLogger logger_{log_, clock_};
  FakeTransport* transport_ = nullptr;
  std::unique_ptr<Engine> engine_;
};

TEST_F(Unreachable, kafka_is_asked_again_and_again_and_named_once_a_minute) {
  for (int i = 0; i < 1000; ++i) {
    cluster_->fail_next(sinks::SinkStep::committed, sinks::SinkFailure::retry);
  }
  const int asked = work(engine_->shard(), "sink_not_reached");
  expect_told("sink_not_reached", asked);
}

TEST_F(Unreachable, the_broker_is_tried_again_and_again_and_named_once_a_minute) {
  transport_->connect_error = "connection refused";
  engine_->session().want(true);
  work(engine_->session(), "mqtt_connect_failed");
  expect_told("mqtt_connect_failed", transport_->connects);
}

}  // namespace
}  // namespace senne::app
