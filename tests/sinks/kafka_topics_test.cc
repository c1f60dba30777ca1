#include <gmock/gmock.h>

#include "sinks/kafka/topics.h"
#include "tests/sinks/kafka_fixture.h"

namespace senne::sinks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class KafkaTopicsTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    settings.topic_prefix += "topics-";
    settings.partitions = 4;
  }
};

TEST_F(KafkaTopicsTest, created_topics_are_as_documented_and_creating_again_changes_nothing) {
  const auto before = check_topics(settings, logger);
  ASSERT_TRUE(before) << before.error().message;
  for (const TopicState& topic : *before) EXPECT_FALSE(topic.exists) << topic.name;

  const auto created = create_topics(settings, logger);
  ASSERT_TRUE(created) << created.error().message;
  ASSERT_EQ(created->size(), 5U);
  std::vector<std::tuple<std::string, int, std::string, std::int64_t>> found;
  for (const TopicState& topic : *created) {
    EXPECT_TRUE(topic.exists && topic.created) << topic.name;
    EXPECT_EQ(topic.replication, 1);
    EXPECT_EQ(topic.max_message_bytes, 1'048'588);
    EXPECT_THAT(topic.differences, IsEmpty()) << topic.name;
    found.emplace_back(topic.name.substr(settings.topic_prefix.size()), topic.partitions,
                       topic.cleanup_policy, topic.retention_ms.value_or(0));
  }
  constexpr std::int64_t day = 86'400'000;
  EXPECT_EQ(found, (decltype(found){{"urban.observations.v1", 4, "delete", 7 * day},
                                    {"urban.aggregates.v1", 4, "delete", 90 * day},
                                    {"urban.devices.v1", 4, "compact", 7 * day},
                                    {"urban.deadletter.v1", 4, "delete", 14 * day},
                                    {"senne.journal", 1, "delete", 7 * day}}));

  const auto again = create_topics(settings, logger);
  ASSERT_TRUE(again) << again.error().message;
  for (const TopicState& topic : *again) {
    EXPECT_TRUE(topic.exists && !topic.created) << topic.name;
    EXPECT_THAT(topic.differences, IsEmpty()) << topic.name;
  }
}

TEST_F(KafkaTopicsTest, what_differs_is_said_and_left_alone) {
  const auto made = server()->create_topic(
      name(Topic::aggregates), 2, {{"cleanup.policy", "compact"}, {"retention.ms", "1000"}});
  ASSERT_TRUE(made) << made.error().message;
  const auto created = create_topics(settings, logger);
  ASSERT_TRUE(created) << created.error().message;
  const TopicState& aggregates = (*created)[static_cast<std::size_t>(Topic::aggregates)];
  EXPECT_FALSE(aggregates.created);
  EXPECT_THAT(aggregates.differences, ElementsAre("number of partitions is 2, expected 4",
                                                  "cleanup.policy is compact, expected delete",
                                                  "retention.ms is 1000, expected 7776000000"));
  EXPECT_TRUE((*created)[static_cast<std::size_t>(Topic::observations)].created);
}

TEST_F(KafkaTopicsTest, a_cluster_that_is_away_is_named) {
  settings.bootstrap_servers = "127.0.0.1:" + std::to_string(free_port());
  const auto states = check_topics(settings, logger);
  ASSERT_FALSE(states);
  EXPECT_EQ(states.error().kind, ErrorKind::failed);
  EXPECT_THAT(states.error().message, HasSubstr(settings.bootstrap_servers));
}

}  // namespace
}  // namespace senne::sinks
