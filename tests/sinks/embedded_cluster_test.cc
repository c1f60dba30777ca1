#include "sinks/kafka/embedded_cluster.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sinks/kafka/consumer.h"
#include "sinks/kafka/kafka_sink.h"
#include "sinks/kafka/topics.h"

namespace senne::sinks {
namespace {

struct EmbeddedClusterTest : ::testing::Test {
  void SetUp() override {
    settings.delivery = Delivery::at_least_once;
    settings.partitions = 2;
    auto started = EmbeddedCluster::start(settings, logger);
    ASSERT_TRUE(started) << started.error().message;
    cluster = std::move(*started);
    settings.bootstrap_servers = cluster->bootstrap_servers();
  }
  std::vector<std::string> keys_of(Topic topic, std::size_t count) {
    std::vector<std::string> keys;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    const auto read = read_topic(
        settings, topic_name(settings, topic), FromBeginning{},
        [&](const ConsumedRecord& record) {
          EXPECT_EQ(record.headers.size(), 1U);
          EXPECT_EQ(record.value, "value");
          keys.emplace_back(record.key);
        },
        [&] { return keys.size() < count && std::chrono::steady_clock::now() < until; }, logger);
    EXPECT_TRUE(read) << read.error().message;
    return keys;
  }
  SilentLogger logger;
  KafkaSettings settings;
  std::unique_ptr<EmbeddedCluster> cluster;
};

TEST_F(EmbeddedClusterTest, takes_records_and_keeps_the_position_with_its_metadata) {
  const SinkFactory make = make_kafka_sink_factory(settings, "demo", logger);
  auto sink = make();
  const auto nothing = sink->committed();
  ASSERT_TRUE(nothing) << nothing.error().message;
  EXPECT_FALSE(nothing->has_value());
  EXPECT_FALSE(sink->cluster_id().empty());
  const auto claimed = sink->claim();
  ASSERT_TRUE(claimed) << claimed.error().message;
  ASSERT_TRUE(sink->committed());
  EXPECT_GT(sink->size_limit(Topic::observations), 1'000'000U);

  const CommitMetadata metadata{{1, 2}, 3, 1};
  ASSERT_TRUE(sink->begin());
  const std::vector<Header> headers = {{"name", "value"}};
  std::set<std::string> sent;
  for (int i = 0; i < 100; ++i) {
    const std::string key = "device-" + std::to_string(i);
    sent.insert(key);
    ASSERT_TRUE(sink->emit(Topic::observations, key, "value", headers));
  }
  const auto committed = sink->commit({1000}, metadata);
  ASSERT_TRUE(committed) << committed.error().message;
  const auto keys = keys_of(Topic::observations, 100);
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()), sent);
  EXPECT_EQ(keys.size(), 100U);

  sink = make();
  const auto position = sink->committed();
  ASSERT_TRUE(position && *position) << (position ? "none" : position.error().message);
  EXPECT_EQ((*position)->position, Position{1000});
  EXPECT_EQ((*position)->metadata.journal, metadata.journal);
  ASSERT_TRUE(sink->claim());
  ASSERT_TRUE(sink->commit({2000}, metadata));  // without records
  EXPECT_EQ((*sink->committed())->position, Position{2000});
}

TEST_F(EmbeddedClusterTest, a_record_larger_than_any_topic_takes_is_refused) {
  auto sink = make_kafka_sink_factory(settings, "demo", logger)();
  ASSERT_TRUE(sink->claim());
  ASSERT_TRUE(sink->begin());
  const std::string value(2'000'000, 'x');
  const auto emitted = sink->emit(Topic::observations, "k", value, {});
  ASSERT_FALSE(emitted);
  EXPECT_EQ(emitted.error().kind, SinkError::Kind::restart);
}

TEST_F(EmbeddedClusterTest, a_second_start_is_another_cluster_with_nothing_in_it) {
  auto another = EmbeddedCluster::start(settings, logger);
  ASSERT_TRUE(another);
  EXPECT_NE((*another)->bootstrap_servers(), settings.bootstrap_servers);
}

TEST_F(EmbeddedClusterTest, its_topics_are_found_by_a_check) {
  const auto states = check_topics(settings, logger);
  ASSERT_TRUE(states) << states.error().message;
  ASSERT_EQ(states->size(), topic_count + 1);
  for (const TopicState& state : *states) {
    EXPECT_TRUE(state.exists) << state.name;
    EXPECT_EQ(state.partitions, state.name == "senne.journal" ? 1 : 2);
  }
}

}  // namespace
}  // namespace senne::sinks
