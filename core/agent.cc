#include "core/agent.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace senne {

AgentRunner::AgentRunner(std::string name, Agent& agent) : name_(std::move(name)), agent_(agent) {}

AgentRunner::~AgentRunner() { stop(); }

void AgentRunner::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), name_.substr(0, 15).c_str());
}

void AgentRunner::stop() {
  if (!thread_.joinable()) return;
  ask_to_stop();
  thread_.join();
}

bool AgentRunner::stop_within(Duration patience) {
  if (!thread_.joinable()) return true;
  ask_to_stop();
  {
    std::unique_lock lock(mutex_);
    if (!over_.wait_for(lock, patience, [this] { return is_over_; })) return false;
  }
  thread_.join();
  return true;
}

void AgentRunner::ask_to_stop() {
  stopping_.store(true, std::memory_order_relaxed);
  wake();
}

void AgentRunner::wake() {
  // Release: what the caller wrote before is seen by the agent after its acquire in `idle`.
  if (signal_.exchange(1, std::memory_order_release) == 0) {
    syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&signal_), FUTEX_WAKE_PRIVATE, 1, nullptr,
            nullptr, 0);
  }
}

void AgentRunner::run() {
  while (!stopping_.load(std::memory_order_relaxed)) {
    const Duration pause = agent_.do_work();
    if (pause > Duration::zero()) idle(pause);
  }
  agent_.on_close();
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  over_.notify_all();
}

void AgentRunner::idle(Duration duration) {
  // A wake that came since the last idle is consumed here; the futex then returns at once instead
  // of sleeping.
  if (signal_.exchange(0, std::memory_order_acquire) == 1) return;
  timespec timeout{};
  timeout.tv_sec = static_cast<time_t>(duration.count() / 1'000'000'000);
  timeout.tv_nsec = static_cast<long>(duration.count() % 1'000'000'000);
  syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&signal_), FUTEX_WAIT_PRIVATE, 0, &timeout,
          nullptr, 0);
  signal_.exchange(0, std::memory_order_acquire);
}

}  // namespace senne
