// Metrics as plain words: one thread writes, any thread reads at scrape time. A counter costs about
// 2 ns.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/time.h"

namespace senne {

// THREAD  one writer; `value` from any. Relaxed: a scrape needs each word whole, no order between
// words.
class Counter {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Counts of durations in fixed buckets, upper bounds in seconds.
class DurationHistogram {
 public:
  static constexpr std::array<double, 14> bounds_s = {0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25,
                                                      0.5,   1,    2.5,   5,    10,  60,   600};
  void observe(Duration duration, std::uint64_t times = 1) {
    const double seconds = std::chrono::duration<double>(duration).count();
    std::size_t i = 0;
    while (i < bounds_s.size() && seconds > bounds_s[i]) ++i;
    buckets_[i].add(times);
    sum_.set(sum_.value() + seconds * static_cast<double>(times));
  }
  // Bucket i holds what is at most bounds_s[i]; the last one the rest. Not cumulative.
  std::uint64_t bucket(std::size_t i) const { return buckets_[i].value(); }
  double sum_s() const { return sum_.value(); }

 private:
  std::array<Counter, bounds_s.size() + 1> buckets_;
  Gauge sum_;
};

}  // namespace senne
