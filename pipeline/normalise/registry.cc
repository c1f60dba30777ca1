#include "pipeline/normalise/registry.h"

// Inlined: most of what is hashed here is short, and a call would cost more than the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/dev_eui.h"

namespace senne::normalise {

void make_canonical(std::string& id) {
  if (const auto eui = DevEui::parse(id)) id.assign(eui->text());
}

Id128 device_key(std::string_view provider, std::string_view canonical_id) {
  const XXH64_hash_t seed = XXH3_64bits(provider.data(), provider.size());
  const XXH128_hash_t hash = XXH3_128bits_withSeed(canonical_id.data(), canonical_id.size(), seed);
  return {hash.high64, hash.low64};
}

std::size_t DeviceRegistry::IdHash::operator()(std::string_view id) const {
  return XXH3_64bits(id.data(), id.size());
}

DeviceRegistry::DeviceRegistry(const PipelineConfiguration& configuration) {
  entries_.reserve(configuration.devices.size());
  for (const Device& device : configuration.devices) {
    Entry entry{
        &device, device.id, device.provider.empty() ? configuration.instance : device.provider, {}};
    make_canonical(entry.id);
    entry.key = device_key(entry.provider, entry.id);
    std::string id = entry.id;
    entries_.emplace(std::move(id), std::move(entry));
  }
}

const DeviceRegistry::Entry* DeviceRegistry::find(std::string_view id) const {
  auto found = entries_.find(id);
  if (found == entries_.end()) {
    if (const auto eui = DevEui::parse(id); eui && eui->text() != id) {
      found = entries_.find(eui->text());
    }
  }
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace senne::normalise
