// Counts the unregistered devices of each route, so that a source that invents identities cannot
// fill the memory: those over the route's cap become dead letters `limit`, those already known go
// on.
//
// THREAD  the shard's.
// OWNS    its state, bounded by the caps.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <map>
#include <string>

#include "core/bytes.h"
#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"

namespace senne::pipeline {

class UnregisteredDevices {
 public:
  // Whether the device may pass: known already, or there is room under `cap`.
  bool admit(const std::string& route, Id128 device, std::size_t cap, Instant receive_time);

  // Forgets devices not heard for longer than `horizon`. Looks once an hour of tick time.
  void forget_idle(Instant tick, Duration horizon);

  void snapshot(std::string& bytes) const;
  Result<void> restore(ByteReader& reader);

 private:
  // The key is a hash already.
  struct KeyHash {
    std::size_t operator()(Id128 key) const { return key.low; }
  };
  using Devices = absl::flat_hash_map<Id128, std::int64_t, KeyHash>;  // last heard, s since 1970
  std::map<std::string, Devices> by_route_;
  std::int64_t next_sweep_s_ = 0;
};

}  // namespace senne::pipeline
