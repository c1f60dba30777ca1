#include "pipeline/aggregate/timers.h"

#include "core/check.h"

namespace senne::pipeline {

void Timers::set(std::uint32_t id, Nanos time) {
  if (id >= places_.size()) places_.resize(id + 1, absent);
  std::size_t place = places_[id];
  if (place == absent) {
    place = heap_.size();
    heap_.push_back({});
  }
  sift(place, {time, id});
}

void Timers::remove(std::uint32_t id) {
  if (id >= places_.size() || places_[id] == absent) return;
  const std::size_t place = places_[id];
  places_[id] = absent;
  const Timer last = heap_.back();
  heap_.pop_back();
  if (place < heap_.size()) sift(place, last);
}

std::uint32_t Timers::pop() {
  SENNE_CHECK(!heap_.empty());
  const std::uint32_t id = heap_.front().id;
  remove(id);
  return id;
}

void Timers::clear() {
  heap_.clear();
  places_.clear();
}

std::size_t Timers::bytes() const {
  return heap_.size() * sizeof(Timer) + places_.size() * sizeof(std::uint32_t);
}

void Timers::put(std::size_t place, Timer timer) {
  heap_[place] = timer;
  places_[timer.id] = static_cast<std::uint32_t>(place);
}

// Brings `timer`, for which the slot at `place` is free, to where it belongs.
void Timers::sift(std::size_t place, Timer timer) {
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (!before(timer, heap_[parent])) break;
    put(place, heap_[parent]);
    place = parent;
  }
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
    if (!before(heap_[child], timer)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, timer);
}

}  // namespace senne::pipeline
