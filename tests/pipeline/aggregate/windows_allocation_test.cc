// A program of its own, because it counts every allocation made in it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "tests/pipeline/aggregate/window_recorder.h"

namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

class DiscardingCollector : public Collector {
 public:
  Accepted observations(const Emission&, const v1::ObservationCollection&) override {
    return Accepted::yes;
  }
  Accepted window(const Emission&, const v1::WindowResult&) override { return Accepted::yes; }
  void device(const Emission&, const v1::DeviceStatus&) override {}
  void dead_letter(const Emission&, const v1::DeadLetter&) override {}
};

TEST(WindowsAllocationTest, no_reading_allocates_once_the_datastreams_are_known) {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i)
    names.push_back("device-with-a-long-id-" + std::to_string(i) + "/no2");
  Windows windows;
  windows.configure({{"10s", 10s, 2s, 30s, 10s}, {"1min", 1min, 2s, 30s, 10s}}, eight_oclock);
  DiscardingCollector out;
  std::size_t by_readings = 0;
  std::size_t measured = 0;
  for (int second = 0; second < 1200; ++second) {
    const Instant now = eight_oclock + std::chrono::seconds{second};
    windows.tick(now, out);
    const std::size_t before = allocations;
    for (const std::string& name : names) {
      windows.offer(name, "no2", "ug/m3", 1s, 20, now, now);
      windows.offer(name, "no2", "ug/m3", 1s, 21, now - 15s, now);  // late: revises
    }
    if (second >= 300) {
      by_readings += allocations - before;
      measured += 2 * names.size();
    }
  }
  EXPECT_EQ(by_readings, 0u) << "of " << measured << " readings";
  EXPECT_GT(windows.results().emitted, 100'000u);
}

TEST(WindowsAllocationTest, tick_with_nothing_due_allocates_nothing) {
  Windows windows;
  windows.configure({{"1h", 1h, 5min, 30min, 10min}}, eight_oclock);
  for (int i = 0; i < 100; ++i) {
    windows.offer("device-" + std::to_string(i) + "/no2", "no2", "ug/m3", {}, 20, eight_oclock,
                  eight_oclock);
  }
  DiscardingCollector out;
  const std::size_t before = allocations;
  for (int second = 0; second < 1000; ++second) {
    windows.tick(eight_oclock + std::chrono::seconds{second}, out);
  }
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace senne::pipeline
