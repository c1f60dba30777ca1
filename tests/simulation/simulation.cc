// Runs the simulation over seeds: simulation FIRST COUNT, or simulation --trace SEED.
//
// Exit status 1 with the failing seeds and what was broken; they replay to the same failure.
#include <fmt/format.h>

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/simulation/world.h"

namespace senne::simulation {
namespace {

constexpr int failures_max = 5;

// The run in hand, for the line that a crash leaves.
thread_local std::uint64_t seed_in_hand = 0;

void say_seed_and_die(int signal) {
  char line[64];
  const auto end = fmt::format_to_n(line, sizeof line, "seed {}: crashed\n", seed_in_hand).out;
  [[maybe_unused]] const auto written =
      ::write(STDOUT_FILENO, line, static_cast<std::size_t>(end - line));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

void print(std::uint64_t seed, const Outcome& outcome) {
  fmt::print("seed {}: {} starts, {} crashes, {} records, digest {:016x}\n", seed, outcome.starts,
             outcome.crashes, outcome.records, outcome.digest);
  for (const std::string& failure : outcome.failures) fmt::print("  {}\n", failure);
}

int trace(std::uint64_t seed) {
  seed_in_hand = seed;
  const Outcome outcome = World(seed, true).run();
  print(seed, outcome);
  return outcome.failures.empty() ? 0 : 1;
}

struct Sum {
  std::uint64_t starts = 0;
  std::uint64_t crashes = 0;
  std::uint64_t records = 0;
  int failed = 0;
};

int run(std::uint64_t first, std::uint64_t count) {
  std::atomic<std::uint64_t> next{first};
  std::atomic<bool> enough{false};
  std::mutex mutex;
  Sum sum;
  const auto work = [&] {
    while (!enough.load()) {
      const std::uint64_t seed = next.fetch_add(1);
      if (seed - first >= count) return;
      seed_in_hand = seed;
      const Outcome outcome = World(seed).run();
      const std::lock_guard lock(mutex);
      sum.starts += static_cast<std::uint64_t>(outcome.starts);
      sum.crashes += static_cast<std::uint64_t>(outcome.crashes);
      sum.records += outcome.records;
      if (outcome.failures.empty()) continue;
      print(seed, outcome);
      if (++sum.failed >= failures_max) enough.store(true);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work);
  }
  for (std::thread& thread : threads) thread.join();
  fmt::print("{} seeds from {}: {} starts, {} crashes, {} records, {} failed\n",
             std::min(next.load() - first, count), first, sum.starts, sum.crashes, sum.records,
             sum.failed);
  return sum.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace senne::simulation

int main(int argc, char** argv) {
  using namespace senne::simulation;
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE}) {
    std::signal(signal, say_seed_and_die);
  }
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2) {
    const auto second = number(arguments[1]);
    if (arguments[0] == "--trace" && second) return trace(*second);
    const auto first = number(arguments[0]);
    if (first && second && *second > 0) return run(*first, *second);
  }
  fmt::print(stderr, "usage: simulation FIRST COUNT | --trace SEED\n");
  return 2;
}
