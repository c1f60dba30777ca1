// The process itself: stopped for minutes, out of memory, doubled; and the clock under it stepped.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/faults/fault_test.h"
#include "tests/support/eventually.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class ProcessFaults : public FaultTest {};

// Over the transaction's time-out in any case; at full length over the MQTT keep-alive too.
TEST_F(ProcessFaults, stopped_and_continued) {
  ASSERT_NO_FATAL_FAILURE(begin());
  kill(senne_->pid(), SIGSTOP);
  sleep(lasting(20s, 180s));
  kill(senne_->pid(), SIGCONT);
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

// A memory control group, in which the kernel kills what it finds when there is no more.
class MemoryGroup {
 public:
  MemoryGroup() {
    const std::string name = fmt::format("senne-test-{}", getpid());
    for (const auto& [root, limit] : {std::pair{"/sys/fs/cgroup/memory/", "memory.limit_in_bytes"},
                                      std::pair{"/sys/fs/cgroup/", "memory.max"}}) {
      std::error_code error;
      const std::string folder = root + name;
      if (!fs::exists(fmt::format("{}{}", root, "cgroup.procs")) ||
          !fs::create_directory(folder, error)) {
        continue;
      }
      if (fs::exists(folder + "/" + limit)) {
        folder_ = folder;
        limit_ = folder + "/" + limit;
        return;
      }
      fs::remove(folder, error);
    }
  }
  ~MemoryGroup() {
    // Possible once all that were in it have ended.
    eventually([this] { return !usable() || rmdir(folder_.c_str()) == 0; }, 5s);
  }
  bool usable() const { return !folder_.empty(); }
  bool limit(std::uint64_t bytes) const { return write(limit_, std::to_string(bytes)); }
  bool take_in(pid_t process) const {
    return write(folder_ + "/cgroup.procs", std::to_string(process));
  }

 private:
  static bool write(const std::string& file, const std::string& text) {
    std::ofstream stream(file);
    stream << text << std::flush;
    return stream.good();
  }
  std::string folder_;
  std::string limit_;
};

// Takes up some of the group's memory from within, and keeps it.
pid_t start_eater(const MemoryGroup& group, std::size_t bytes) {
  const pid_t child = fork();
  if (child != 0) return child;
  group.take_in(getpid());
  static char* const eaten = static_cast<char*>(malloc(bytes));
  for (std::size_t i = 0; eaten != nullptr && i < bytes; i += 4096) eaten[i] = 1;
  pause();
  _exit(0);
}

TEST_F(ProcessFaults, killed_by_the_kernel_out_of_memory) {
  const MemoryGroup group;
  if (!group.usable() || !group.limit(256 << 20)) {
    GTEST_SKIP() << "no memory control group can be made here: needs root";
  }
  ASSERT_NO_FATAL_FAILURE(begin());
  ASSERT_TRUE(group.take_in(senne_->pid()));
  // So that the kernel likes it better than any of the eaters, each of which is small.
  std::ofstream(fmt::format("/proc/{}/oom_score_adj", senne_->pid())) << 1000 << std::flush;
  std::vector<pid_t> eaters;
  for (int i = 0; i < 8; ++i) eaters.push_back(start_eater(group, 40 << 20));
  const bool killed = eventually([this] { return !senne_->running(); }, 30s);
  for (const pid_t eater : eaters) {
    kill(eater, SIGKILL);
    waitpid(eater, nullptr, 0);
  }
  ASSERT_TRUE(killed) << "the kernel did not kill it";
  senne_->start();
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

class ClockFaults : public FaultTest {
 protected:
  void make_senne() override {
    FaultTest::make_senne();
    set_clock(0s);
    // Wall time alone: what elapses is measured by the monotonic clock, which nobody can set.
    senne_->set_environment({"LD_PRELOAD=" SENNE_STEPPED_CLOCK,
                             fmt::format("SENNE_CLOCK_STEP={}/clock", senne_->folder())});
  }
  // Written in place: the process has the file mapped.
  void set_clock(std::chrono::seconds off) const {
    const std::int64_t seconds = off.count();
    const std::string file = senne_->folder() + "/clock";
    if (!fs::exists(file)) write_file(file, std::string(sizeof seconds, '\0'));
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.write(reinterpret_cast<const char*>(&seconds), sizeof seconds);
  }
};

TEST_F(ClockFaults, wall_clock_steps_an_hour_ahead_and_back) {
  ASSERT_NO_FATAL_FAILURE(begin());
  set_clock(1h);
  EXPECT_TRUE(readiness_says("[-] clock")) << senne_->get("/readyz?verbose");
  sleep(3s);
  set_clock(-1h);
  EXPECT_TRUE(readiness_says("stepped by -")) << senne_->get("/readyz?verbose");
  sleep(3s);
  set_clock(0s);
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

}  // namespace
}  // namespace senne::test
