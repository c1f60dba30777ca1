// The devices that the operator declared, by id: the authentic source that a report's own claims
// are held against.
//
// THREAD  immutable after construction; any.
// OWNS    nothing of the devices: they belong to the configuration, which must outlive it.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "core/configuration.h"
#include "core/ids.h"

namespace senne::normalise {

// The one way to write an id: ids are case-sensitive, except a LoRaWAN DevEUI, which is lower-cased
// and loses the `-` or `:` between its bytes.
void make_canonical(std::string& id);

// What state about a device is keyed by. A device id is unique in an instance, but may pass from
// one provider to another.
Id128 device_key(std::string_view provider, std::string_view canonical_id);

class DeviceRegistry {
 public:
  struct Entry {
    const Device* device;
    std::string id;        // canonical
    std::string provider;  // the instance's where the registry names none
    Id128 key;
  };

  explicit DeviceRegistry(const PipelineConfiguration& configuration);

  // By the id as a report states it; null when no such device is registered. Of two entries with
  // the same id the first holds.
  const Entry* find(std::string_view id) const;

  std::size_t size() const { return entries_.size(); }

 private:
  // absl's own string hash takes absl::string_view, which is another type here.
  struct IdHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const;
  };
  absl::flat_hash_map<std::string, Entry, IdHash, std::equal_to<>> entries_;
};

}  // namespace senne::normalise
