// What is remembered of Sparkplug B edge nodes: what their last births said, whether they live,
// which message is due next, and who is to be asked to be born again.
//
// It is state of the pipeline: it outlives configurations, lies in the snapshot, and knows no time
// but that of the log.
//
// THREAD  the shard's.
// OWNS    its state, bounded: by the number of nodes and by bytes, of one node and of all. Who is
//         known already is unharmed by those that find no room.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"
#include "pipeline/decode/sparkplug_birth.h"

namespace senne::decode {

// What was counted of one route.
struct SparkplugAccount {
  std::string route;
  std::uint64_t rebirth_requests = 0;
  std::uint64_t sequence_gaps = 0;
};

class SparkplugNode {
 public:
  bool alive() const { return alive_; }
  // Null: none since its node's birth.
  const SparkplugBirth* birth_of(std::string_view device) const;
  // Of those born since its node was, by their names; "" is the node itself.
  const std::map<std::string, SparkplugBirth, std::less<>>& births() const { return births_; }
  // Devices that were heard since, though no birth of theirs was.
  const std::set<std::string, std::less<>>& unborn() const { return unborn_; }
  // Whether this is the very message that said its last birth, and it lives since.
  bool born_by(std::uint64_t fingerprint) const { return alive_ && birth_ == fingerprint; }
  // Whether a death with this number is that of the last birth. Where either has none, nothing says
  // that it is another's.
  bool dies_by(std::optional<std::uint64_t> bd_seq) const;

  // Takes the number of a message. False: messages are missing before it. One that came before is
  // no gap: the last `late_max` may come late, over another way, and what the broker delivers again
  // may be older.
  bool follow(std::uint64_t sequence, bool delivered_again);

 private:
  friend class SparkplugNodes;
  static constexpr std::uint64_t late_max = 16;

  std::string descriptor_;
  bool alive_ = false;
  std::optional<std::uint64_t> bd_seq_;
  std::optional<std::uint64_t> sequence_;  // the last one
  std::uint64_t birth_ = 0;                // fingerprint of the message
  Instant heard_;
  std::optional<Instant> asked_;  // to be born again
  std::size_t bytes_ = 0;
  // By device; the node's own under "".
  std::map<std::string, SparkplugBirth, std::less<>> births_;
  std::set<std::string, std::less<>> unborn_;
};

struct SparkplugLimits {
  std::size_t nodes = 10'000;
  std::size_t bytes_of_node = 4 << 20;  // about 60,000 metrics
  std::size_t bytes = 256 << 20;
};

class SparkplugNodes {
 public:
  static constexpr Duration rebirth_pause = std::chrono::seconds{30};

  explicit SparkplugNodes(const SparkplugLimits& limits = {}) : limits_(limits) {}

  // `descriptor`: {group}/{node}. Null when it is not known; `admit` when there is no room for it.
  SparkplugNode* find(std::string_view descriptor);
  SparkplugNode* admit(std::string_view descriptor, Instant now);

  struct NodeBirth {
    std::optional<std::uint64_t> bd_seq;
    std::optional<std::uint64_t> sequence;
    std::uint64_t fingerprint = 0;
  };
  // All that was said before is forgotten, by its devices too. False: there is no room for what is
  // said now, and it counts as never born.
  bool node_born(SparkplugNode& node, const NodeBirth& as, const SparkplugBirth& birth);
  void node_died(SparkplugNode& node);
  // The same of one device.
  bool device_born(SparkplugNode& node, std::string_view device, const SparkplugBirth& birth);
  void device_died(SparkplugNode& node, std::string_view device);
  // It says something, whether it was born or not; forgotten where there is no room.
  void device_heard(SparkplugNode& node, std::string_view device);

  void count_gap(std::string_view route) { ++account(route).sequence_gaps; }
  // Wishes that the node be born again, and counts it; not within `rebirth_pause` of the last time.
  void ask_rebirth(SparkplugNode& node, std::string_view descriptor, std::string_view route,
                   Instant now);
  // The descriptor of the node that is to be asked, once; empty: none. Good until the next wish.
  std::string_view take_rebirth();

  // Forgets nodes not heard for longer than `horizon`. Looks once an hour of tick time.
  void forget_idle(Instant tick, Duration horizon);

  std::size_t size() const { return nodes_.size(); }
  std::size_t bytes() const { return bytes_; }
  // Ordered by route name.
  const std::vector<SparkplugAccount>& accounts() const { return accounts_; }

  // Appends the state; `restore` replaces it. ErrorKind::damage or version when it cannot be read,
  // and then nothing is remembered.
  void snapshot(std::string& bytes) const;
  Result<void> restore(std::string_view bytes);
  void clear();

 private:
  // The key is a hash already.
  struct KeyHash {
    std::size_t operator()(Id128 key) const { return key.low; }
  };
  SparkplugNode& make(std::string_view descriptor);
  // About what is taken of memory.
  static std::size_t node_bytes(std::string_view descriptor);
  static std::size_t birth_bytes(std::string_view device, const SparkplugBirth& birth);
  static std::size_t unborn_bytes(std::string_view device);

  SparkplugAccount& account(std::string_view route);
  void forget_births(SparkplugNode& node);
  bool keep(SparkplugNode& node, std::string_view device, const SparkplugBirth& birth);
  bool has_room(const SparkplugNode& node, std::size_t bytes) const;
  void charge(SparkplugNode& node, std::size_t bytes);
  void discharge(SparkplugNode& node, std::size_t bytes);
  bool restore_accounts(ByteReader& reader);
  bool restore_node(ByteReader& reader, std::uint32_t version);

  const SparkplugLimits limits_;
  absl::flat_hash_map<Id128, std::unique_ptr<SparkplugNode>, KeyHash> nodes_;  // by hash
  std::size_t bytes_ = 0;
  Instant next_sweep_;
  std::vector<SparkplugAccount> accounts_;
  std::string wish_;
  bool wished_ = false;
};

}  // namespace senne::decode
