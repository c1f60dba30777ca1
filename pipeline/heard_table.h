// A little state for each of many things that are heard now and then: bounded, flat, ordered by
// when each was heard last and by nothing else, so that equal inputs give equal snapshots.
//
// THREAD  the shard's.
// OWNS    its state. References to it are valid until the next `hear`.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "core/bytes.h"
#include "core/check.h"
#include "core/ids.h"
#include "core/time.h"

namespace senne::pipeline {

// `State` is what is kept of each, without padding; a new one is State{}. The key is a hash
// already.
template <class State>
requires std::is_trivially_copyable_v<State> && std::has_unique_object_representations_v<State>
class HeardTable {
 public:
  // Over `size_max` the one that was silent longest is forgotten.
  explicit HeardTable(std::size_t size_max) : size_max_(size_max) {
    static_assert(std::has_unique_object_representations_v<Entry>);
    SENNE_CHECK(size_max > 0 && size_max < none);
  }

  // The state of that key, made if need be, which becomes the one heard last.
  State& hear(Id128 key, Instant time) {
    std::uint32_t slot = none;
    if (const auto found = index_.find(key); found != index_.end()) {
      slot = found->second;
      if (slot != newest_) {
        unlink(slot);
        append(slot);
      }
    } else {
      slot = make(key);
    }
    entries_[slot].second = short_seconds(time);
    return entries_[slot].state;
  }

  // Null when nothing was heard of it.
  State* find(Id128 key) {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &entries_[found->second].state;
  }

  // Calls `look(key, state)` for each, the one silent longest first.
  template <class Look>
  void for_each(const Look& look) {
    for (std::uint32_t slot = oldest_; slot != none; slot = entries_[slot].newer) {
      look(entries_[slot].key, entries_[slot].state);
    }
  }

  void forget_idle(Instant tick, Duration horizon) {
    const std::uint32_t limit = short_seconds(tick - horizon);
    while (oldest_ != none && entries_[oldest_].second < limit) forget(oldest_);
  }

  std::size_t size() const { return index_.size(); }

  void snapshot(ByteWriter& writer) const {
    writer.put_slab(std::span<const Entry>(entries_));
    writer.put_slab(std::span<const std::uint32_t>(free_));
    writer.put(oldest_);
    writer.put(newest_);
  }

  // False when the bytes do not fit together; it is empty then.
  bool restore(ByteReader& reader) {
    clear();
    reader.get_slab(entries_);
    reader.get_slab(free_);
    oldest_ = reader.get<std::uint32_t>();
    newest_ = reader.get<std::uint32_t>();
    if (reader.ok() && rebuild()) return true;
    clear();
    return false;
  }

  void clear() {
    entries_.clear();
    free_.clear();
    oldest_ = newest_ = none;
    index_.clear();
  }

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  struct Entry {
    Id128 key;
    State state;
    std::uint32_t second = 0;  // when it was heard last, since 1970
    std::uint32_t older = none;
    std::uint32_t newer = none;
    std::uint32_t zero = 0;
  };
  struct KeyHash {
    std::size_t operator()(const Id128& key) const { return key.low; }
  };

  std::uint32_t make(Id128 key) {
    while (index_.size() >= size_max_) forget(oldest_);
    std::uint32_t slot = static_cast<std::uint32_t>(entries_.size());
    if (free_.empty()) {
      entries_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
      entries_[slot] = Entry{};
    }
    entries_[slot].key = key;
    index_.emplace(key, slot);
    append(slot);
    return slot;
  }
  void append(std::uint32_t slot) {
    entries_[slot].older = newest_;
    entries_[slot].newer = none;
    (newest_ == none ? oldest_ : entries_[newest_].newer) = slot;
    newest_ = slot;
  }
  void unlink(std::uint32_t slot) {
    const Entry& entry = entries_[slot];
    (entry.older == none ? oldest_ : entries_[entry.older].newer) = entry.newer;
    (entry.newer == none ? newest_ : entries_[entry.newer].older) = entry.older;
  }
  void forget(std::uint32_t slot) {
    unlink(slot);
    index_.erase(entries_[slot].key);
    free_.push_back(slot);
  }

  // The index, from the slabs; false when they do not fit together.
  bool rebuild() {
    for (const std::uint32_t slot : free_) {
      if (slot >= entries_.size()) return false;
    }
    std::uint32_t older = none;
    for (std::uint32_t slot = oldest_; slot != none; slot = entries_[slot].newer) {
      if (slot >= entries_.size() || entries_[slot].older != older) return false;
      if (!index_.emplace(entries_[slot].key, slot).second) return false;
      older = slot;
    }
    return newest_ == older && index_.size() + free_.size() == entries_.size();
  }

  std::size_t size_max_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::uint32_t oldest_ = none;
  std::uint32_t newest_ = none;
  absl::flat_hash_map<Id128, std::uint32_t, KeyHash> index_;
};

}  // namespace senne::pipeline
