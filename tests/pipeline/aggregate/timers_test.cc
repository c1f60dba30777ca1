#include "pipeline/aggregate/timers.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace senne::pipeline {
namespace {

TEST(TimersTest, end_by_time_and_then_by_id) {
  Timers timers;
  timers.set(7, 20);
  timers.set(3, 20);
  timers.set(5, 10);
  EXPECT_FALSE(timers.due(9));
  EXPECT_TRUE(timers.due(10));
  EXPECT_EQ(timers.pop(), 5u);
  EXPECT_EQ(timers.pop(), 3u);
  EXPECT_EQ(timers.pop(), 7u);
  EXPECT_FALSE(timers.due(nanos_max));
}

TEST(TimersTest, agree_with_a_sorted_set_whatever_is_set_moved_and_removed) {
  std::mt19937 random(1);
  Timers timers;
  std::map<std::uint32_t, Nanos> times;
  std::set<std::pair<Nanos, std::uint32_t>> sorted;
  const auto forget = [&](std::uint32_t id) {
    if (const auto known = times.find(id); known != times.end()) {
      sorted.erase({known->second, id});
      times.erase(known);
    }
  };
  for (int step = 0; step < 20'000; ++step) {
    const auto id = static_cast<std::uint32_t>(random() % 200);
    const auto choice = random() % 10;
    if (choice < 6) {
      const auto time = static_cast<Nanos>(random() % 50);
      forget(id);
      times[id] = time;
      sorted.insert({time, id});
      timers.set(id, time);
    } else if (choice < 8) {
      forget(id);
      timers.remove(id);
    } else if (!sorted.empty()) {
      const auto [time, first] = *sorted.begin();
      EXPECT_FALSE(timers.due(time - 1));
      ASSERT_TRUE(timers.due(time));
      ASSERT_EQ(timers.pop(), first);
      forget(first);
    }
    ASSERT_EQ(timers.size(), sorted.size());
  }
}

}  // namespace
}  // namespace senne::pipeline
