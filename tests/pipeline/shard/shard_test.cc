// The shard over a real journal, stepped by hand: every message once, whatever happens at any step.

#include "pipeline/shard.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/pipeline/shard/world.h"

namespace senne::testing {
namespace {

using namespace std::chrono_literals;
using pipeline::Phase;
using sinks::SinkFailure;
using sinks::SinkStep;

// How often each (device, frame counter) came out.
std::map<std::string, int> occurrences(const World& world) {
  std::map<std::string, int> counts;
  for (const auto& collection : world.observations()) {
    ++counts[collection.device_id() + "/" + collection.sequence()];
  }
  return counts;
}

void expect_each_once(const World& world, std::size_t expected) {
  const auto counts = occurrences(world);
  EXPECT_EQ(counts.size(), expected);
  for (const auto& [message, count] : counts) EXPECT_EQ(count, 1) << message;
}

// Nobody's account may be out of balance when everything is settled.
void expect_balance(World& world) {
  const auto figures = world.shard().figures();
  std::uint64_t messages = 0;
  for (const auto& account : figures.pipeline.routes) {
    messages += account.messages();
    EXPECT_EQ(account.readings, account.observations + account.duplicates +
                                    account.readings_dead_lettered + account.readings_suppressed);
  }
  EXPECT_EQ(messages, figures.pipeline.last_sequence.value);
  EXPECT_EQ(messages, world.journal().last_sequence().value);
  for (const auto& window : figures.pipeline.windows) {
    EXPECT_EQ(window.counters.offered, window.counters.accumulated + window.counters.missed);
  }
}

TEST(Shard, messages_become_observations_and_windows_close_at_ticks) {
  World world;
  world.boot();
  for (int n = 0; n < 40; ++n) {
    world.publish(n % 4, 5 * n, n);
    world.run(500ms);
  }
  world.run(15s);
  ASSERT_TRUE(world.settle());
  expect_each_once(world, 40);
  expect_balance(world);
  // 20 s of messages touch two or three windows; the last ones are still open.
  EXPECT_GE(world.final_windows().size(), 4u);
  EXPECT_GT(world.shard().counters().end_to_end_latency.sum_s(), 0);
}

TEST(Shard, the_position_is_claimed_before_any_output) {
  World world;
  world.boot();
  world.publish(1, 1, 20);
  world.cluster->fail_next(SinkStep::commit, SinkFailure::retry);
  world.step();
  EXPECT_TRUE(world.observations().empty());
  ASSERT_TRUE(world.settle());
  EXPECT_TRUE(world.journal().identity().has_committed);
  EXPECT_EQ(world.journal().identity().cluster_id, "memory");
  expect_each_once(world, 1);
}

TEST(Shard, nothing_is_committed_that_is_not_synced) {
  World world;
  world.boot();
  ASSERT_TRUE(world.settle());
  world.publish(1, 1, 20);
  // Without the keeper nothing gets synced, so however often the shard runs it must wait.
  for (int i = 0; i < 50; ++i) {
    world.clock.advance(50ms);
    world.shard().do_work();
  }
  EXPECT_TRUE(world.observations().empty());
  ASSERT_TRUE(world.settle());
  expect_each_once(world, 1);
}

TEST(Shard, every_failure_of_every_step_leads_back_to_running_with_nothing_lost_or_twice) {
  for (const SinkStep step :
       {SinkStep::committed, SinkStep::claim, SinkStep::begin, SinkStep::emit, SinkStep::commit}) {
    for (const SinkFailure failure :
         {SinkFailure::retry, SinkFailure::restart, SinkFailure::fenced,
          SinkFailure::unknown_committed, SinkFailure::unknown_undecided,
          SinkFailure::unknown_not_committed}) {
      const bool about_commit = failure == SinkFailure::unknown_committed ||
                                failure == SinkFailure::unknown_undecided ||
                                failure == SinkFailure::unknown_not_committed;
      if (about_commit && step != SinkStep::commit) continue;
      for (const std::uint64_t skip : {0u, 1u, 2u, 5u}) {
        SCOPED_TRACE(::testing::Message()
                     << "step " << int(step) << " failure " << int(failure) << " skip " << skip);
        World world;
        world.boot();
        world.cluster->fail_next(step, failure, skip);
        for (int n = 0; n < 30; ++n) {
          world.publish(n % 3, n, n);
          world.run(100ms);
        }
        world.run(70s);
        ASSERT_TRUE(world.settle()) << world.shard().figures().obstacle;
        expect_each_once(world, 30);
        expect_balance(world);
      }
    }
  }
}

TEST(Shard, killed_at_random_steps_it_gives_the_same_results_as_without) {
  std::vector<std::string> undisturbed;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    pipeline::ShardSettings settings;
    settings.snapshot_interval = 3s;
    World world(settings);
    world.boot();
    std::mt19937_64 random(seed);
    for (int n = 0; n < 200; ++n) {
      world.publish(n % 5, n, (n * 37) % 100);
      world.run(100ms);
      if (seed > 0 && random() % 20 == 0) {
        world.publish(9, n, 1);
        for (std::uint64_t i = random() % 3; i > 0; --i) world.step();
        world.kill();
        world.boot();
      } else if (seed > 0 && random() % 50 == 0) {
        world.stop();
        world.boot();
      }
    }
    world.run(70s);
    ASSERT_TRUE(world.settle()) << world.shard().figures().obstacle;
    for (const auto& [message, count] : occurrences(world)) EXPECT_EQ(count, 1) << message;
    expect_balance(world);
    std::vector<std::string> windows;
    for (const std::string& window : world.final_windows()) {
      if (!window.starts_with("dev-9")) windows.push_back(window);
    }
    if (seed == 0) undisturbed = windows;
    EXPECT_EQ(windows, undisturbed);
  }
}

TEST(Shard, a_redelivered_message_is_counted_and_not_sent_again) {
  World world;
  world.boot();
  const char* const payload = R"({"id":"dev-1","n":7,"ts":1790000000000,"v":20.5})";
  world.publish_bytes("test/1", payload);
  world.publish_bytes("test/1", payload, true);
  ASSERT_TRUE(world.settle());
  expect_each_once(world, 1);
  const auto figures = world.shard().figures();
  EXPECT_EQ(figures.pipeline.routes.back().duplicates, 1u);
  expect_balance(world);
}

TEST(Shard, redelivered_rubbish_becomes_one_dead_letter) {
  World world;
  world.boot();
  world.publish_bytes("test/1", "rubbish");
  world.publish_bytes("test/1", "rubbish", true);
  world.publish_bytes("test/1", "rubbish");  // sent twice by the device: two dead letters
  ASSERT_TRUE(world.settle());
  EXPECT_EQ(world.cluster->records(Topic::dead_letters).size(), 2u);
  expect_balance(world);
}

TEST(Shard, a_partly_bad_message_is_an_observation_and_one_dead_letter) {
  World world;
  auto mapping = std::make_shared<Mapping>(*world.configuration.routes[0].mapping);
  MappingReading second;
  second.at = "/h";
  second.property = "relative_humidity";
  second.unit = "%";
  mapping->readings.push_back(second);
  world.configuration.routes[0].mapping = mapping;
  world.boot();
  world.publish_bytes("test/1", R"({"id":"dev-1","n":7,"ts":1790000000000,"v":20.5,"h":[1]})");
  ASSERT_TRUE(world.settle());
  expect_each_once(world, 1);
  EXPECT_EQ(world.cluster->records(Topic::dead_letters).size(), 1u);
  expect_balance(world);
}

TEST(Shard, observations_too_large_for_the_topic_become_a_dead_letter) {
  World world;
  world.cluster->set_size_limit(Topic::observations, 8192);
  auto mapping = std::make_shared<Mapping>(*world.configuration.routes[0].mapping);
  mapping->readings[0].each = "/values";
  mapping->readings[0].at = "/v";
  mapping->readings[0].channel = "/c";
  world.configuration.routes[0].mapping = mapping;
  world.boot();
  std::string payload = R"({"id":"dev-1","n":7,"ts":1790000000000,"values":[)";
  for (int channel = 0; channel < 400; ++channel) {
    payload +=
        fmt::format(R"({}{{"c":{},"v":{}}})", channel == 0 ? "" : ",", channel, channel / 10.0);
  }
  world.publish_bytes("test/1", payload + "]}");
  ASSERT_TRUE(world.settle());
  EXPECT_TRUE(world.observations().empty());
  EXPECT_EQ(world.cluster->records(Topic::dead_letters).size(), 1u);
  expect_balance(world);
}

TEST(Shard, a_clean_stop_replays_nothing) {
  World world;
  world.boot();
  world.publish(1, 1, 20);
  ASSERT_TRUE(world.settle());
  const Position committed = world.shard().figures().committed;
  world.stop();
  world.boot();
  ASSERT_TRUE(world.settle());
  EXPECT_GE(world.shard().figures().committed, committed);
  expect_each_once(world, 1);
  expect_balance(world);
}

TEST(Shard, a_position_that_kafka_lost_is_not_taken_for_zero) {
  World world;
  world.boot();
  world.publish(1, 1, 20);
  ASSERT_TRUE(world.settle());
  world.kill();
  world.cluster->forget_position("senne.test");
  world.boot();
  for (int i = 0; i < 10; ++i) world.step();
  const auto failure = world.shard().figures().failure;
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->message, ::testing::HasSubstr("senne journal adopt"));
  expect_each_once(world, 1);
}

TEST(Shard, a_zombie_leaves_without_fencing_the_rightful_owner) {
  World world;
  world.boot();
  world.publish(1, 1, 20);
  ASSERT_TRUE(world.settle());
  world.kill();
  Committed other;
  other.position = Position{4096};
  other.metadata.journal = Id128{7, 7};
  world.cluster->set_position("senne.test", other);
  world.boot();
  for (int i = 0; i < 10; ++i) world.step();
  const auto failure = world.shard().figures().failure;
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->message, ::testing::HasSubstr("taken over"));
}

TEST(Shard, another_cluster_is_refused_by_name) {
  World world;
  world.boot();
  world.publish(1, 1, 20);
  ASSERT_TRUE(world.settle());
  world.kill();
  world.cluster->set_cluster_id("elsewhere");
  world.boot();
  for (int i = 0; i < 10; ++i) world.step();
  const auto failure = world.shard().figures().failure;
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->message, ::testing::HasSubstr("elsewhere"));
}

TEST(Shard, the_journal_is_released_behind_the_older_snapshot) {
  pipeline::ShardSettings settings;
  settings.snapshot_bytes = 64 << 10;
  World world(settings);
  world.journal_settings.segment_bytes = 16 << 10;
  world.journal_settings.max_bytes = 1 << 20;
  world.boot();
  int n = 0;
  // Several times its capacity goes through.
  for (int i = 0; i < 400; ++i) {
    for (int k = 0; k < 100; ++k) world.publish(k % 7, n++, 1);
    world.run(200ms);
  }
  ASSERT_TRUE(world.settle());
  EXPECT_GT(world.journal().begin(), Position{});
  expect_each_once(world, static_cast<std::size_t>(n));
  expect_balance(world);
  world.kill();
  world.boot();
  ASSERT_TRUE(world.settle());
  expect_balance(world);
}

}  // namespace
}  // namespace senne::testing
