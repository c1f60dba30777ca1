// The unregistered devices that were heard: how many each route has brought, and to which provider
// each belongs.
//
// A source that invents identities cannot fill the memory: those over its route's cap become dead
// letters `limit`, those already known go on. Nor can it speak for another provider's device: an id
// belongs to the provider that was heard under it first, until it has been silent for long or no
// route speaks for that provider any more; another's is `identity_mismatch`.
//
// THREAD  the shard's.
// OWNS    its state, bounded by the caps.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/configuration.h"
#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"
#include "pipeline/route_shares.h"

namespace senne::pipeline {

enum class Admission : std::uint8_t { yes, over_cap, of_another_provider };

class UnregisteredDevices {
 public:
  void configure(const PipelineConfiguration& configuration);

  // Whether the device may pass: known already, or there is room under the route's cap. `id` as it
  // leaves, one of the routes of the configuration.
  Admission admit(std::string_view id, RouteIndex route, Instant receive_time);

  // Forgets devices not heard for longer than `horizon`. Looks once an hour of tick time.
  void forget_idle(Instant tick, Duration horizon);

  std::size_t size() const { return devices_.size(); }

  void snapshot(std::string& bytes) const;
  Result<void> restore(ByteReader& reader);

 private:
  struct Device {
    std::uint64_t provider = 0;  // hash of its name
    std::uint32_t heard_s = 0;   // since 1970
    std::uint16_t share = 0;     // which route it counts for
    std::uint16_t zero = 0;
  };
  struct Entry {
    Id128 id;
    Device device;
  };
  // The key is a hash already.
  struct KeyHash {
    std::size_t operator()(Id128 key) const { return key.low; }
  };

  template <class Condition>
  void forget_if(const Condition& condition);

  absl::flat_hash_map<Id128, Device, KeyHash> devices_;  // by hash of the id
  RouteShares shares_;
  std::int64_t next_sweep_s_ = 0;

  std::vector<std::uint64_t> providers_;  // of the configuration's routes
};

}  // namespace senne::pipeline
