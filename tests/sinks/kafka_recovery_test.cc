// The sink against a real Kafka that lacks something, stops answering or goes away.
#include <gmock/gmock.h>

#include <thread>

#include "sinks/kafka/kafka_sink.h"
#include "tests/sinks/kafka_fixture.h"

namespace senne::sinks {
namespace {

using Kind = SinkError::Kind;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using KafkaRecoveryTest = KafkaTest;

TEST_F(KafkaRecoveryTest, a_missing_topic_is_named_and_retried_until_it_exists) {
  settings.topic_prefix = "missing-";
  for (const Topic topic : {Topic::observations, Topic::aggregates, Topic::devices}) {
    ASSERT_TRUE(server()->create_topic(name(topic), 1));
  }
  auto sink = make();
  auto claim = sink->claim();
  ASSERT_FALSE(claim);
  EXPECT_EQ(claim.error().kind, Kind::retry);
  EXPECT_THAT(claim.error().message, HasSubstr("missing-urban.deadletter.v1"));
  EXPECT_THAT(claim.error().message, HasSubstr("senne topics --create"));
  ASSERT_TRUE(server()->create_topic(name(Topic::dead_letters), 1));
  claim = sink->claim();
  ASSERT_FALSE(claim);
  EXPECT_EQ(claim.error().kind, Kind::retry);
  EXPECT_THAT(claim.error().message, HasSubstr("missing-senne.journal"));
  ASSERT_TRUE(server()->create_topic(position_topic(settings), 1));
  claim = sink->claim();
  EXPECT_TRUE(claim) << claim.error().message;
  EXPECT_TRUE(sink->commit({1}, some_metadata));
}

TEST_F(KafkaRecoveryTest, a_topic_that_takes_less_than_a_dead_letter_is_named) {
  settings.topic_prefix = "tiny-";
  for (const Topic topic : {Topic::observations, Topic::aggregates, Topic::devices}) {
    ASSERT_TRUE(server()->create_topic(name(topic), 1));
  }
  ASSERT_TRUE(
      server()->create_topic(name(Topic::dead_letters), 1, {{"max.message.bytes", "1000"}}));
  ASSERT_TRUE(server()->create_topic(position_topic(settings), 1));
  const auto claim = make()->claim();
  ASSERT_FALSE(claim);
  EXPECT_EQ(claim.error().kind, Kind::retry);
  EXPECT_THAT(claim.error().message,
              HasSubstr("tiny-urban.deadletter.v1: max.message.bytes is 1000"));
}

TEST_F(KafkaRecoveryTest,
       many_records_to_a_topic_of_small_limit_go_through_and_one_of_its_size_too) {
  settings.topic_prefix = "small-";
  for (const Topic topic : {Topic::aggregates, Topic::devices, Topic::dead_letters}) {
    ASSERT_TRUE(server()->create_topic(name(topic), 1, {{"max.message.bytes", "3000000"}}));
  }
  ASSERT_TRUE(
      server()->create_topic(name(Topic::observations), 1, {{"max.message.bytes", "20000"}}));
  ASSERT_TRUE(server()->create_topic(position_topic(settings), 1));
  auto sink = claimed();
  const std::size_t limit = sink->size_limit(Topic::observations);
  EXPECT_GT(limit, 19'000U);
  EXPECT_LT(limit, 20'000U);
  const std::size_t large = sink->size_limit(Topic::dead_letters);
  EXPECT_GT(large, 2'990'000U);
  ASSERT_TRUE(sink->begin());
  // 15: the headers that `write` adds; 1: the key.
  constexpr std::size_t rest = 7 + 4 + 5 + 1;
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(write(*sink, "k", std::string(150, 'x')));
  ASSERT_TRUE(write(*sink, "k", std::string(limit - rest, 'x')));
  ASSERT_TRUE(write(*sink, "k", std::string(large - rest, 'x'), Topic::dead_letters));
  const auto committed = sink->commit({1}, some_metadata);
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_EQ(visible().size(), 2002U);
}

TEST_F(KafkaRecoveryTest, a_record_over_the_topics_limit_costs_the_transaction_not_the_sink) {
  settings.topic_prefix = "over-";
  for (const Topic topic : {Topic::aggregates, Topic::devices, Topic::dead_letters}) {
    ASSERT_TRUE(server()->create_topic(name(topic), 1));
  }
  ASSERT_TRUE(
      server()->create_topic(name(Topic::observations), 1, {{"max.message.bytes", "20000"}}));
  ASSERT_TRUE(server()->create_topic(position_topic(settings), 1));
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  auto result = write(*sink, "k", std::string(25'000, 'x'));
  if (result) result = sink->commit({1}, some_metadata);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Kind::restart) << result.error().message;
  sink = claimed();
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k", "v"));
  EXPECT_TRUE(sink->commit({2}, some_metadata));
  EXPECT_THAT(visible(), ElementsAre("k=v"));
}

TEST_F(KafkaRecoveryTest,
       a_transaction_that_outlives_its_time_out_is_fenced_and_a_new_claim_recovers) {
  settings.properties["transaction.timeout.ms"] = "5000";
  auto sink = claimed();
  ASSERT_TRUE(sink->commit({1}, some_metadata));
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "late", "v"));
  // Once the cluster has given it up, a reader is no longer held back by it.
  test::KafkaReader dirty(settings.bootstrap_servers, {name(Topic::observations)},
                          test::Isolation::read_uncommitted);
  ASSERT_TRUE(dirty.read_count(1, seconds{20}));
  std::this_thread::sleep_for(seconds{8});
  const auto committed = sink->commit({2}, some_metadata);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, Kind::fenced) << committed.error().message;
  sink = claimed();
  EXPECT_EQ((*make()->committed())->position, Position{1});
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "again", "v"));
  ASSERT_TRUE(sink->commit({2}, some_metadata));
  EXPECT_THAT(visible(), ElementsAre("again=v"));
}

TEST_F(KafkaRecoveryTest,
       foreign_metadata_beside_the_position_belongs_to_no_journal_and_is_printed) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  std::array<char, 256> why{};
  rd_kafka_conf_set(conf, "bootstrap.servers", settings.bootstrap_servers.c_str(), why.data(),
                    why.size());
  rd_kafka_conf_set(conf, "group.id", owner_name(settings, "one").c_str(), why.data(), why.size());
  rd_kafka_t* other = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why.data(), why.size());
  rd_kafka_topic_partition_list_t* offsets = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(offsets, position_topic(settings).c_str(), 0)->offset = 3;
  EXPECT_EQ(rd_kafka_commit(other, offsets, 0), RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_topic_partition_list_destroy(offsets);
  rd_kafka_destroy(other);
  const auto position = make()->committed();
  ASSERT_TRUE(position && *position) << position.error().message;
  EXPECT_EQ((*position)->position, Position{3});
  EXPECT_EQ((*position)->metadata.journal, Id128{});
  EXPECT_THAT((*position)->foreign, HasSubstr("is not Senne's: \"\""));
}

TEST_F(KafkaRecoveryTest, kafka_stopped_in_mid_transaction_and_started_again) {
  settings.properties["transaction.timeout.ms"] = "6000";
  auto sink = claimed();
  ASSERT_TRUE(sink->commit({1}, some_metadata));
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k1", "v"));
  server()->stop();
  ASSERT_TRUE(write(*sink, "k2", "v"));  // into the producer's queue
  const auto lost = sink->commit({2}, some_metadata);
  ASSERT_FALSE(lost);
  EXPECT_NE(lost.error().kind, Kind::retry) << lost.error().message;

  const auto began = std::chrono::steady_clock::now();
  sink.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds{5});
  sink = make();
  auto away = sink->committed();
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().kind, Kind::retry);
  EXPECT_THAT(away.error().message, HasSubstr(settings.bootstrap_servers));

  const auto started = server()->start();
  ASSERT_TRUE(started) << started.error().message;
  const auto before = patiently([&] { return sink->committed(); });
  ASSERT_TRUE(before) << before.error().message;
  const auto claim = patiently([&] { return sink->claim(); });
  ASSERT_TRUE(claim) << claim.error().message;
  const auto after = patiently([&] { return sink->committed(); });
  ASSERT_TRUE(after && *after);
  EXPECT_EQ((*after)->position, Position{1});
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k1", "v"));
  ASSERT_TRUE(write(*sink, "k2", "v"));
  const auto committed = sink->commit({2}, some_metadata);
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_THAT(visible(), ElementsAre("k1=v", "k2=v"));
}

TEST_F(KafkaRecoveryTest, kafka_killed_and_back_within_the_transactions_time_out) {
  settings.properties["transaction.timeout.ms"] = "6000";
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k", "v"));
  server()->kill();
  const auto started = server()->start();
  ASSERT_TRUE(started) << started.error().message;
  // Whether the transaction survives is the cluster's affair; what counts is that the position
  // tells.
  const auto committed = sink->commit({1}, some_metadata);
  if (!committed) {
    EXPECT_NE(committed.error().kind, Kind::retry);
  }
  sink = claimed();
  const auto position = *make()->committed();
  if (committed) {
    ASSERT_TRUE(position);
  }
  EXPECT_THAT(visible(), position ? ::testing::Matcher<std::vector<std::string>>(ElementsAre("k=v"))
                                  : ::testing::Matcher<std::vector<std::string>>(IsEmpty()));
}

TEST_F(KafkaRecoveryTest, a_frozen_kafka_costs_bounded_time) {
  settings.properties["transaction.timeout.ms"] = "6000";
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k", "v"));
  server()->pause();
  const auto began = std::chrono::steady_clock::now();
  const auto committed = sink->commit({1}, some_metadata);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds{25});
  ASSERT_FALSE(committed);
  EXPECT_NE(committed.error().kind, Kind::retry);
  sink.reset();
  auto next = make();
  const auto away = next->committed();
  EXPECT_FALSE(away);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds{45});
  server()->resume();
  sink = claimed();
  EXPECT_TRUE(sink->commit({2}, some_metadata));
}

TEST_F(KafkaRecoveryTest,
       at_least_once_a_cluster_that_goes_away_fails_the_commit_and_the_position_stays) {
  settings.delivery = Delivery::at_least_once;
  auto sink = claimed();
  ASSERT_TRUE(sink->commit({1}, some_metadata));
  ASSERT_TRUE(sink->begin());
  server()->stop();
  ASSERT_TRUE(write(*sink, "k", "v"));
  const auto lost = sink->commit({2}, some_metadata);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, Kind::restart);
  sink.reset();
  ASSERT_TRUE(server()->start());
  sink = claimed();
  EXPECT_EQ((*sink->committed())->position, Position{1});
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k", "v"));
  ASSERT_TRUE(sink->commit({2}, some_metadata));
  EXPECT_THAT(visible(), ElementsAre("k=v"));
}

}  // namespace
}  // namespace senne::sinks
