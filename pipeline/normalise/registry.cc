#include "pipeline/normalise/registry.h"

// Inlined: most of what is hashed here is short, and a call would cost more than the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>

namespace senne::normalise {
namespace {

constexpr std::size_t dev_eui_digits = 16;

char lower(char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; }

bool has_upper(std::string_view id) {
  return std::any_of(id.begin(), id.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

}  // namespace

bool is_dev_eui(std::string_view id) {
  return id.size() == dev_eui_digits && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

void lower_dev_eui(std::string& id) {
  if (is_dev_eui(id)) std::transform(id.begin(), id.end(), id.begin(), lower);
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
    lower_dev_eui(entry.id);
    entry.key = device_key(entry.provider, entry.id);
    std::string id = entry.id;
    entries_.emplace(std::move(id), std::move(entry));
  }
}

const DeviceRegistry::Entry* DeviceRegistry::find(std::string_view id) const {
  auto found = entries_.find(id);
  if (found == entries_.end() && is_dev_eui(id) && has_upper(id)) {
    std::array<char, dev_eui_digits> lowered;
    std::transform(id.begin(), id.end(), lowered.begin(), lower);
    found = entries_.find(std::string_view(lowered.data(), lowered.size()));
  }
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace senne::normalise
