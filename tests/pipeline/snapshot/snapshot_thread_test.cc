#include <gtest/gtest.h>

#include "core/agent.h"
#include "pipeline/snapshot/snapshot_store.h"
#include "tests/support/memory_storage.h"

namespace senne::pipeline {
namespace {

// The shard's side on this thread, the store's agent on its own.
TEST(SnapshotThreadTest, shard_hands_over_while_the_agent_writes) {
  senne::testing::MemoryStorage storage;
  SnapshotStore store(storage);
  AgentRunner runner("snapshot", store);
  runner.start();
  std::uint64_t saved = 0;
  std::uint64_t position = 0;
  while (saved < 200) {
    ++position;
    Snapshot snapshot{Position{position}, {1, 2}, {3, 4}, std::string(10'000, 'x')};
    if (store.save(std::move(snapshot))) {
      ++saved;
      runner.wake();
      if (saved % 10 == 0) store.wait();
    }
    ASSERT_LE(store.older_kept(), Position{position});
    if (saved % 50 == 0) {
      ASSERT_TRUE(store.load(Position{position}, {1, 2}));
    }
  }
  runner.stop();
  EXPECT_FALSE(store.busy());
  EXPECT_TRUE(store.status());
  EXPECT_EQ(store.written().value(), saved);
  EXPECT_EQ(storage.list()->size(), 2u);
}

TEST(SnapshotThreadTest, stopping_finishes_what_is_pending) {
  senne::testing::MemoryStorage storage;
  SnapshotStore store(storage);
  {
    AgentRunner runner("snapshot", store);
    runner.start();
    ASSERT_TRUE(store.save({Position{7}, {1, 2}, {3, 4}, "state"}));
  }
  EXPECT_EQ(storage.list()->size(), 1u);
}

}  // namespace
}  // namespace senne::pipeline
