// Equal-sized elements in one flat array, found by index: state that a snapshot copies as it lies.
//
// Freed slots are reused, last freed first, and the order of reuse is part of the state: after a
// restore the same calls give the same indices.
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "core/bytes.h"
#include "core/check.h"

namespace senne::pipeline {

inline constexpr std::uint32_t no_slot = 0xFFFF'FFFF;

// T has `std::uint32_t next` (the slab's while the slot is free, else its owner's) and
// `std::uint8_t live`.
template <class T>
requires std::is_trivially_copyable_v<T>
class Slab {
 public:
  // A slot with T{}, live. References to elements do not outlive this.
  std::uint32_t allocate() {
    std::uint32_t slot = free_;
    if (slot == no_slot) {
      SENNE_CHECK(slots_.size() < no_slot);
      slot = static_cast<std::uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      free_ = slots_[slot].next;
      slots_[slot] = T{};
    }
    slots_[slot].live = 1;
    ++live_;
    return slot;
  }

  void release(std::uint32_t slot) {
    SENNE_CHECK(slots_[slot].live == 1);
    slots_[slot] = T{};
    slots_[slot].next = free_;
    free_ = slot;
    --live_;
  }

  T& operator[](std::uint32_t slot) { return slots_[slot]; }
  const T& operator[](std::uint32_t slot) const { return slots_[slot]; }

  // Slots, free ones included: every index is below.
  std::uint32_t size() const { return static_cast<std::uint32_t>(slots_.size()); }
  std::uint32_t live() const { return live_; }
  std::size_t bytes() const { return slots_.size() * sizeof(T); }

  void clear() { *this = Slab{}; }

  void snapshot(ByteWriter& writer) const {
    writer.put(free_);
    writer.put_slab(std::span<const T>(slots_));
  }

  // False when the free list is not exactly the slots that are not live. The elements themselves
  // are the owner's to judge.
  bool restore(ByteReader& reader) {
    free_ = reader.get<std::uint32_t>();
    reader.get_slab(slots_);
    if (!reader.ok() || slots_.size() >= no_slot) return false;
    live_ = 0;
    for (const T& element : slots_) {
      if (element.live > 1) return false;
      live_ += element.live;
    }
    // A list that ends cannot visit a slot twice: counting the steps suffices.
    std::uint32_t unvisited = size() - live_;
    std::uint32_t slot = free_;
    for (; slot != no_slot; slot = slots_[slot].next, --unvisited) {
      if (unvisited == 0 || slot >= size() || slots_[slot].live == 1) return false;
    }
    return unvisited == 0;
  }

 private:
  std::vector<T> slots_;
  std::uint32_t free_ = no_slot;
  std::uint32_t live_ = 0;
};

}  // namespace senne::pipeline
