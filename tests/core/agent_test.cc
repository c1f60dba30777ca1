// Agents in threads: woken, stopped, closed once.

#include "core/agent.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

namespace senne {
namespace {

using namespace std::chrono_literals;

class Counting final : public Agent {
 public:
  explicit Counting(Duration pause) : pause_(pause) {}
  Duration do_work() override {
    steps.fetch_add(1);
    steps.notify_all();
    return pause_;
  }
  void on_close() override { closed.fetch_add(1); }

  void wait_for(int wanted) {
    for (int seen = steps.load(); seen < wanted; seen = steps.load()) steps.wait(seen);
  }

  std::atomic<int> steps{0};
  std::atomic<int> closed{0};

 private:
  const Duration pause_;
};

TEST(AgentRunnerTest, a_wake_ends_an_idle_wait_of_an_hour) {
  Counting agent(1h);
  AgentRunner runner("counting", agent);
  runner.start();
  for (int step = 1; step <= 100; ++step) {
    agent.wait_for(step);
    runner.wake();
  }
  runner.stop();
  EXPECT_GE(agent.steps.load(), 100);
  EXPECT_EQ(agent.closed.load(), 1);
}

TEST(AgentRunnerTest, a_wake_before_the_wait_is_not_lost) {
  Counting agent(1h);
  AgentRunner runner("counting", agent);
  runner.wake();
  runner.start();
  agent.wait_for(2);
  runner.stop();
}

TEST(AgentRunnerTest, without_a_pause_it_goes_on_by_itself_and_stops_when_told) {
  Counting agent(Duration::zero());
  {
    AgentRunner runner("counting", agent);
    runner.start();
    agent.wait_for(1000);
  }
  EXPECT_EQ(agent.closed.load(), 1);
}

TEST(AgentRunnerTest, stopping_what_never_started_is_nothing) {
  Counting agent(1h);
  AgentRunner runner("counting", agent);
  runner.stop();
  EXPECT_EQ(agent.closed.load(), 0);
}

}  // namespace
}  // namespace senne
