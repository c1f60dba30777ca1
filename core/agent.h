// A thread's worth of work that can also be stepped by hand: production runs an agent in a thread
// of its own, a test calls `do_work` itself.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "core/time.h"

namespace senne {

// THREAD  one at a time; the runner's, or the test's.
class Agent {
 public:
  virtual ~Agent() = default;
  // One bounded step. Returns how long the runner may idle before the next; zero: call again at
  // once.
  virtual Duration do_work() = 0;
  // The last call; the agent finishes what must be finished.
  virtual void on_close() {}
};

// Runs an agent in a thread until stopped. `wake` ends an idle wait early, from any thread and from
// a callback: one atomic operation, and a system call only when the agent is asleep.
class AgentRunner {
 public:
  AgentRunner(std::string name, Agent& agent);
  ~AgentRunner();  // stops, however long that takes
  AgentRunner(const AgentRunner&) = delete;
  AgentRunner& operator=(const AgentRunner&) = delete;

  void start();
  void stop();  // returns once on_close returned
  // The same, for `patience` at the longest: false when the agent is still at it. It ends when it
  // can; the destructor waits for that.
  bool stop_within(Duration patience);
  void wake();

 private:
  void ask_to_stop();
  void run();
  void idle(Duration duration);

  std::string name_;
  Agent& agent_;
  std::atomic<std::uint32_t> signal_{0};  // futex word: 1 = wake requested
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace senne
