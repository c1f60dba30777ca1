// At most one timer for each small integer id, in a binary heap ordered by time, then id, so that
// the order in which timers end depends on nothing else.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/aggregate/nanos.h"

namespace senne::pipeline {

class Timers {
 public:
  // Sets or moves the timer of `id`.
  void set(std::uint32_t id, Nanos time);
  void remove(std::uint32_t id);  // nothing where there is none
  void clear();

  bool due(Nanos now) const { return !heap_.empty() && heap_.front().time <= now; }
  // Removes the first and returns its id. Only when there is one.
  std::uint32_t pop();

  std::size_t size() const { return heap_.size(); }
  std::size_t bytes() const;

 private:
  struct Timer {
    Nanos time;
    std::uint32_t id;
  };
  static constexpr std::uint32_t absent = 0xFFFF'FFFF;

  static bool before(const Timer& a, const Timer& b) {
    return a.time != b.time ? a.time < b.time : a.id < b.id;
  }
  void put(std::size_t place, Timer timer);
  void sift(std::size_t place, Timer timer);

  std::vector<Timer> heap_;
  std::vector<std::uint32_t> places_;  // by id: where in the heap
};

}  // namespace senne::pipeline
