// Recognises what arrived before by what it says: the same uplink twice, or through several
// gateways. What the broker delivers again is recognised by recent_messages.h as well.
//
// A report is a duplicate when
//  (i)  the same bytes came on the same topic in another of the device's last 16 messages, and they
//       carry a time or a counter; without either, equal bytes are equal readings (a switch that
//       says `on` once an hour);
//  (ii) the same counter with the same readings came in another of the device's last 16 counted
//       reports, of a time as sent that is at most 5 minutes away. The same counter with other
//       readings is no duplicate: devices reboot to 0.
// The reports of one message are never compared with each other.
//
// THREAD  the shard's.
// OWNS    its state: fixed-size per device, in flat slabs, ordered by when a device was last heard
//         and by nothing else, so that equal inputs give equal snapshots.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"
#include "pipeline/normalise/identity.h"

namespace senne::normalise {

class Deduplicator {
 public:
  static constexpr std::size_t remembered = 16;
  static constexpr Duration counter_memory = std::chrono::minutes{5};

  // Over `devices_max` the device that was silent longest is forgotten.
  explicit Deduplicator(std::size_t devices_max = 1'000'000);

  // Whether the report is a duplicate; remembers it if not. Messages come in the order of the log.
  bool seen(const DedupeIdentity& identity);

  // Forgets devices not heard for longer than `horizon`.
  void forget_idle(Instant tick, Duration horizon);

  std::size_t devices() const { return index_.size(); }

  // Appends the state; `restore` replaces it. ErrorKind::damage or version when it cannot be read,
  // and then nothing is remembered.
  void snapshot(std::string& bytes) const;
  Result<void> restore(std::string_view bytes);

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  // Slab elements are written as they lie in memory: no padding.
  struct Seen {
    Id128 device;
    std::uint64_t message = 0;  // position of the last message
    std::uint32_t second = 0;   // when that was, since 1970
    std::uint32_t older = none;
    std::uint32_t newer = none;
    std::uint32_t counted = none;  // its place in counted_
    std::uint16_t messages = 0;    // used places of the ring
    std::uint16_t next = 0;
    std::uint16_t counted_by_message = 0;  // of the last message, newest in the counted ring
    std::uint16_t repeated = 0;            // whether the last message's bytes came before
    std::array<std::uint64_t, remembered> bytes = {};
  };
  struct Counted {
    std::array<std::uint64_t, remembered> hash = {};
    std::array<std::uint32_t, remembered> second = {};  // of the times as sent
    std::uint32_t used = 0;
    std::uint32_t next = 0;
  };

  // The key is a hash already.
  struct KeyHash {
    std::size_t operator()(const Id128& key) const { return key.low; }
  };

  std::uint32_t slot_of(Id128 device);
  void forget(std::uint32_t slot);
  void unlink(std::uint32_t slot);
  void append(std::uint32_t slot);
  void begin_message(Seen& seen, const DedupeIdentity& identity);
  bool counted_before(const Seen& seen, std::uint64_t hash, std::uint32_t second) const;
  void remember_counted(Seen& seen, std::uint64_t hash, std::uint32_t second);
  bool rebuild();
  void clear();

  std::size_t devices_max_;
  std::vector<Seen> seen_;
  std::vector<Counted> counted_;
  std::vector<std::uint32_t> free_seen_;
  std::vector<std::uint32_t> free_counted_;
  std::uint32_t oldest_ = none;
  std::uint32_t newest_ = none;
  absl::flat_hash_map<Id128, std::uint32_t, KeyHash> index_;
};

}  // namespace senne::normalise
