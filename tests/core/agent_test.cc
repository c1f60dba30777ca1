// Agents in threads: woken, stopped, closed once.

#include "core/agent.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/temporary_folder.h"

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

// What is handed over by nothing but the wake-up.
class Reading final : public Agent {
 public:
  Duration do_work() override {
    const int step = steps.load() + 1;
    if (step == held_in) {
      while (!let_go.load(std::memory_order_relaxed)) std::this_thread::yield();
    } else if (step > 1) {
      last = handed;
    }
    steps.store(step);
    return 1h;
  }
  void wait_for(int wanted) const {
    while (steps.load() < wanted) std::this_thread::yield();
  }

  int held_in = 0;
  int handed = 0;
  int last = 0;
  std::atomic<bool> let_go{false};
  std::atomic<int> steps{0};
};

// Returns once the thread of this name waits in the kernel.
void wait_asleep(const std::string& name) {
  for (;;) {
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      const std::string stat = test::read_file(task.path() / "stat");
      if (stat.find(" (" + name + ") S ") != std::string::npos) return;
    }
    std::this_thread::yield();
  }
}

TEST(AgentRunnerTest, what_was_written_before_a_wake_is_read_after_it) {
  Reading agent;
  AgentRunner runner("reading", agent);
  runner.start();
  for (int step = 1; step <= 5; ++step) {
    agent.wait_for(step);
    wait_asleep("reading");
    agent.handed = step;
    runner.wake();
  }
  agent.wait_for(6);
  runner.stop();
  EXPECT_EQ(agent.last, 5);
}

TEST(AgentRunnerTest, what_was_written_before_a_wake_that_came_early_is_read_after_it) {
  Reading agent;
  agent.held_in = 1;
  AgentRunner runner("reading", agent);
  runner.start();
  agent.handed = 1;
  runner.wake();
  agent.let_go.store(true, std::memory_order_relaxed);
  agent.wait_for(2);
  runner.stop();
  EXPECT_EQ(agent.last, 1);
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

// In the middle of a call that nothing interrupts, until it is let go.
class Held final : public Agent {
 public:
  Duration do_work() override {
    held.store(true);
    held.notify_all();
    let_go.wait(false);
    return 1h;
  }
  void on_close() override { closed.store(true); }

  std::atomic<bool> held{false};
  std::atomic<bool> let_go{false};
  std::atomic<bool> closed{false};
};

TEST(AgentRunnerTest, who_has_no_patience_may_leave_the_end_to_the_destructor) {
  Held agent;
  std::thread later;
  {
    AgentRunner runner("held", agent);
    runner.start();
    agent.held.wait(false);
    EXPECT_FALSE(runner.stop_within(1ms));
    EXPECT_FALSE(runner.stop_within(1ms)) << "and asks again";
    EXPECT_FALSE(agent.closed.load());
    later = std::thread([&agent] {
      agent.let_go.store(true);
      agent.let_go.notify_all();
    });
  }
  EXPECT_TRUE(agent.closed.load());
  later.join();
}

TEST(AgentRunnerTest, it_ends_within_the_patience_of_who_waits) {
  Counting agent(1h);
  AgentRunner runner("counting", agent);
  EXPECT_TRUE(runner.stop_within(1h)) << "it never started";
  runner.start();
  agent.wait_for(1);
  EXPECT_TRUE(runner.stop_within(1h));
  EXPECT_EQ(agent.closed.load(), 1);
  EXPECT_TRUE(runner.stop_within(1h));
}

TEST(AgentRunnerTest, stopping_what_never_started_is_nothing) {
  Counting agent(1h);
  AgentRunner runner("counting", agent);
  runner.stop();
  EXPECT_EQ(agent.closed.load(), 0);
}

}  // namespace
}  // namespace senne
