#include "pipeline/normalise/dedupe.h"

#include <algorithm>
#include <limits>

#include "core/bytes.h"
#include "core/check.h"

namespace senne::normalise {
namespace {

constexpr std::uint32_t snapshot_version = 1;
constexpr std::uint64_t no_message = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Deduplicator::Deduplicator(std::size_t devices_max) : devices_max_(devices_max) {
  static_assert(std::has_unique_object_representations_v<Seen>);
  static_assert(std::has_unique_object_representations_v<Counted>);
  SENNE_CHECK(devices_max > 0 && devices_max < none);
}

bool Deduplicator::seen(const DedupeIdentity& identity) {
  Seen& seen = seen_[slot_of(identity.device)];
  const std::uint32_t second = short_seconds(identity.receive_time);
  if (seen.message != identity.message.value) begin_message(seen, identity);
  seen.second = second;

  if (seen.repeated != 0 && identity.carries_identity) return true;
  if (identity.counted == 0) return false;
  const std::uint32_t sent = short_seconds(identity.sent_time);
  if (counted_before(seen, identity.counted, sent)) return true;
  remember_counted(seen, identity.counted, sent);
  return false;
}

void Deduplicator::begin_message(Seen& seen, const DedupeIdentity& identity) {
  seen.message = identity.message.value;
  seen.counted_by_message = 0;
  const auto end = seen.bytes.begin() + seen.messages;
  seen.repeated = std::find(seen.bytes.begin(), end, identity.bytes) != end ? 1 : 0;
  if (seen.repeated != 0) return;
  seen.bytes[seen.next] = identity.bytes;
  seen.next = static_cast<std::uint16_t>((seen.next + 1) % remembered);
  seen.messages = static_cast<std::uint16_t>(std::min<std::size_t>(seen.messages + 1U, remembered));
}

bool Deduplicator::counted_before(const Seen& seen, std::uint64_t hash,
                                  std::uint32_t second) const {
  if (seen.counted == none) return false;
  const Counted& ring = counted_[seen.counted];
  // Newest first; those of this very message do not count.
  for (std::uint32_t age = seen.counted_by_message; age < ring.used; ++age) {
    const std::size_t at = (ring.next + 2 * remembered - 1 - age) % remembered;
    if (ring.hash[at] != hash) continue;
    const std::uint32_t before = ring.second[at];
    const std::chrono::seconds apart{second > before ? second - before : before - second};
    if (apart <= counter_memory) return true;
  }
  return false;
}

void Deduplicator::remember_counted(Seen& seen, std::uint64_t hash, std::uint32_t second) {
  if (seen.counted == none) {
    if (free_counted_.empty()) {
      seen.counted = static_cast<std::uint32_t>(counted_.size());
      counted_.emplace_back();
    } else {
      seen.counted = free_counted_.back();
      free_counted_.pop_back();
      counted_[seen.counted] = Counted{};
    }
  }
  Counted& ring = counted_[seen.counted];
  ring.hash[ring.next] = hash;
  ring.second[ring.next] = second;
  ring.next = (ring.next + 1) % remembered;
  ring.used = std::min<std::uint32_t>(ring.used + 1, remembered);
  seen.counted_by_message =
      static_cast<std::uint16_t>(std::min<std::size_t>(seen.counted_by_message + 1U, remembered));
}

// Finds or makes the device's place, and makes it the newest.
std::uint32_t Deduplicator::slot_of(Id128 device) {
  if (const auto found = index_.find(device); found != index_.end()) {
    if (found->second != newest_) {
      unlink(found->second);
      append(found->second);
    }
    return found->second;
  }
  while (index_.size() >= devices_max_) forget(oldest_);
  std::uint32_t slot = 0;
  if (free_seen_.empty()) {
    slot = static_cast<std::uint32_t>(seen_.size());
    seen_.emplace_back();
  } else {
    slot = free_seen_.back();
    free_seen_.pop_back();
    seen_[slot] = Seen{};
  }
  seen_[slot].device = device;
  seen_[slot].message = no_message;
  index_.emplace(device, slot);
  append(slot);
  return slot;
}

void Deduplicator::append(std::uint32_t slot) {
  seen_[slot].older = newest_;
  seen_[slot].newer = none;
  (newest_ == none ? oldest_ : seen_[newest_].newer) = slot;
  newest_ = slot;
}

void Deduplicator::unlink(std::uint32_t slot) {
  const Seen& seen = seen_[slot];
  (seen.older == none ? oldest_ : seen_[seen.older].newer) = seen.newer;
  (seen.newer == none ? newest_ : seen_[seen.newer].older) = seen.older;
}

void Deduplicator::forget(std::uint32_t slot) {
  unlink(slot);
  if (seen_[slot].counted != none) free_counted_.push_back(seen_[slot].counted);
  index_.erase(seen_[slot].device);
  free_seen_.push_back(slot);
}

void Deduplicator::forget_idle(Instant tick, Duration horizon) {
  const std::uint32_t limit = short_seconds(tick - horizon);
  while (oldest_ != none && seen_[oldest_].second < limit) forget(oldest_);
}

void Deduplicator::snapshot(std::string& bytes) const {
  ByteWriter out(bytes);
  out.put(snapshot_version);
  out.put_slab(std::span<const Seen>(seen_));
  out.put_slab(std::span<const Counted>(counted_));
  out.put_slab(std::span<const std::uint32_t>(free_seen_));
  out.put_slab(std::span<const std::uint32_t>(free_counted_));
  out.put(oldest_);
  out.put(newest_);
}

Result<void> Deduplicator::restore(std::string_view bytes) {
  clear();
  ByteReader in(bytes);
  const auto version = in.get<std::uint32_t>();
  if (in.ok() && version != snapshot_version) {
    return fail(ErrorKind::version, "deduplication state: version " + std::to_string(version) +
                                        ", expected " + std::to_string(snapshot_version));
  }
  in.get_slab(seen_);
  in.get_slab(counted_);
  in.get_slab(free_seen_);
  in.get_slab(free_counted_);
  oldest_ = in.get<std::uint32_t>();
  newest_ = in.get<std::uint32_t>();
  if (in.at_end() && rebuild()) return {};
  clear();
  return fail(ErrorKind::damage, "deduplication state: does not fit together, expected a snapshot");
}

// The index, from the slabs; false when they do not fit together.
bool Deduplicator::rebuild() {
  const auto all_below = [](const std::vector<std::uint32_t>& places, std::size_t size) {
    return std::all_of(places.begin(), places.end(), [size](auto place) { return place < size; });
  };
  if (!all_below(free_seen_, seen_.size()) || !all_below(free_counted_, counted_.size())) {
    return false;
  }
  for (const Counted& ring : counted_) {
    if (ring.used > remembered || ring.next >= remembered) return false;
  }
  std::uint32_t older = none;
  for (std::uint32_t slot = oldest_; slot != none; slot = seen_[slot].newer) {
    if (slot >= seen_.size() || seen_[slot].older != older) return false;
    const Seen& seen = seen_[slot];
    if (seen.messages > remembered || seen.next >= remembered) return false;
    if (seen.counted_by_message > remembered) return false;
    if (seen.counted != none && seen.counted >= counted_.size()) return false;
    if (!index_.emplace(seen.device, slot).second) return false;
    older = slot;
  }
  return newest_ == older && index_.size() + free_seen_.size() == seen_.size();
}

void Deduplicator::clear() {
  seen_.clear();
  counted_.clear();
  free_seen_.clear();
  free_counted_.clear();
  oldest_ = newest_ = none;
  index_.clear();
}

}  // namespace senne::normalise
