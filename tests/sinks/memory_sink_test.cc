#include "sinks/memory_sink.h"

#include <gtest/gtest.h>

namespace senne::sinks {
namespace {

using Kind = SinkError::Kind;

const CommitMetadata metadata{{1, 2}, 3, 1};

struct Cluster : ::testing::Test {
  std::shared_ptr<MemoryCluster> cluster = MemoryCluster::create();
  SinkFactory make = cluster->factory("a");

  std::unique_ptr<Sink> claimed() {
    auto sink = make();
    EXPECT_TRUE(sink->claim());
    return sink;
  }
  static void write(Sink& sink, std::string_view key) {
    ASSERT_TRUE(sink.begin());
    ASSERT_TRUE(sink.emit(Topic::observations, key, "v", {}));
  }
  std::uint64_t position() const { return cluster->committed("a")->position.value; }
};
using MemorySinkTest = Cluster;

TEST_F(MemorySinkTest, records_and_position_appear_together) {
  auto sink = claimed();
  EXPECT_FALSE((*sink->committed()).has_value());
  write(*sink, "k");
  EXPECT_TRUE(cluster->records().empty());
  EXPECT_EQ(cluster->uncommitted("a").size(), 1U);
  EXPECT_FALSE(cluster->committed("a"));
  ASSERT_TRUE(sink->commit({10}, metadata));
  EXPECT_EQ(cluster->records().size(), 1U);
  EXPECT_TRUE(cluster->uncommitted("a").empty());
  const auto committed = *sink->committed();
  ASSERT_TRUE(committed);
  EXPECT_EQ(committed->position, Position{10});
  EXPECT_EQ(committed->metadata.journal, metadata.journal);
  EXPECT_EQ(committed->metadata.ledger, 3U);
}

TEST_F(MemorySinkTest, a_position_is_committed_without_records_too) {
  auto sink = claimed();
  ASSERT_TRUE(sink->commit({10}, metadata));
  EXPECT_EQ(position(), 10U);
}

TEST_F(MemorySinkTest, what_a_dead_owner_left_open_is_aborted_by_the_next_claim) {
  auto sink = claimed();
  write(*sink, "k");
  sink.reset();
  EXPECT_EQ(cluster->uncommitted("a").size(), 1U);
  claimed();
  EXPECT_TRUE(cluster->uncommitted("a").empty());
  EXPECT_TRUE(cluster->records().empty());
}

TEST_F(MemorySinkTest, a_claim_fences_the_earlier_owner_of_the_name_only) {
  auto first = claimed();
  auto other = cluster->factory("b")();
  ASSERT_TRUE(other->claim());
  write(*first, "k");
  auto second = claimed();
  const auto committed = first->commit({10}, metadata);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, Kind::fenced);
  EXPECT_TRUE(other->commit({5}, metadata));
  EXPECT_TRUE(second->commit({11}, metadata));
  EXPECT_EQ(position(), 11U);
}

TEST_F(MemorySinkTest, an_expired_transaction_fences_its_producer) {
  auto sink = claimed();
  write(*sink, "k");
  cluster->expire_transaction("a");
  const auto committed = sink->commit({10}, metadata);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, Kind::fenced);
  EXPECT_TRUE(cluster->records().empty());
  EXPECT_TRUE(claimed()->commit({10}, metadata));
}

TEST_F(MemorySinkTest, planned_failures_hit_the_step_and_call_they_name) {
  cluster->fail_next(SinkStep::committed, SinkFailure::retry);
  cluster->fail_next(SinkStep::claim, SinkFailure::retry, 1);
  auto sink = make();
  EXPECT_EQ(sink->committed().error().kind, Kind::retry);
  EXPECT_TRUE(sink->committed());
  EXPECT_TRUE(sink->claim());
  EXPECT_EQ(sink->claim().error().kind, Kind::retry);
  EXPECT_TRUE(sink->claim());
  cluster->fail_next(SinkStep::commit, SinkFailure::retry);
  write(*sink, "k");
  EXPECT_EQ(sink->commit({10}, metadata).error().kind, Kind::retry);
  EXPECT_TRUE(sink->commit({10}, metadata));  // nothing was lost
  EXPECT_EQ(cluster->records().size(), 1U);
  cluster->fail_next(SinkStep::begin, SinkFailure::fatal);
  EXPECT_EQ(sink->begin().error().kind, Kind::fatal);
}

TEST_F(MemorySinkTest, a_commit_of_unknown_outcome_may_have_happened) {
  auto sink = claimed();
  write(*sink, "k");
  cluster->fail_next(SinkStep::commit, SinkFailure::unknown_committed);
  EXPECT_EQ(sink->commit({10}, metadata).error().kind, Kind::restart);
  EXPECT_EQ(cluster->records().size(), 1U);
  EXPECT_EQ(position(), 10U);
}

TEST_F(MemorySinkTest, a_commit_of_unknown_outcome_may_not_have_happened) {
  auto sink = claimed();
  write(*sink, "k");
  cluster->fail_next(SinkStep::commit, SinkFailure::unknown_not_committed);
  EXPECT_EQ(sink->commit({10}, metadata).error().kind, Kind::restart);
  auto next = claimed();
  EXPECT_TRUE(cluster->records().empty());
  EXPECT_FALSE((*next->committed()).has_value());
}

TEST_F(MemorySinkTest, a_commit_of_unknown_outcome_may_happen_at_the_next_claim) {
  auto sink = claimed();
  write(*sink, "k");
  cluster->fail_next(SinkStep::commit, SinkFailure::unknown_undecided);
  EXPECT_EQ(sink->commit({10}, metadata).error().kind, Kind::restart);
  cluster->expire_transaction("a");  // has no effect on what is decided
  auto next = make();
  EXPECT_FALSE((*next->committed()).has_value());
  ASSERT_TRUE(next->claim());
  EXPECT_EQ((*next->committed())->position, Position{10});
  EXPECT_EQ(cluster->records().size(), 1U);
}

TEST_F(MemorySinkTest, an_operator_may_move_the_position_and_the_cluster_may_be_another) {
  EXPECT_TRUE(claimed()->commit({10}, metadata));
  cluster->set_position("a", {{4}, metadata});
  EXPECT_EQ(position(), 4U);
  cluster->forget_position("a");
  auto sink = make();
  EXPECT_FALSE((*sink->committed()).has_value());
  cluster->set_cluster_id("another");
  EXPECT_EQ(sink->cluster_id(), "another");
}

using MemorySinkDeathTest = Cluster;

TEST_F(MemorySinkDeathTest, misuse_that_kafka_would_not_forgive_crashes) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto unclaimed = make();
  EXPECT_DEATH(static_cast<void>(unclaimed->begin()), "CHECK failed");
  auto sink = claimed();
  EXPECT_DEATH(static_cast<void>(sink->emit(Topic::observations, "k", "v", {})), "CHECK failed");
  cluster->fail_next(SinkStep::begin, SinkFailure::restart);
  EXPECT_FALSE(sink->begin());
  EXPECT_DEATH(static_cast<void>(sink->begin()), "CHECK failed");
}

}  // namespace
}  // namespace senne::sinks
