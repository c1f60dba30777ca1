#include "pipeline/device_codecs.h"

#include <map>

#include "core/check.h"
#include "pipeline/decode/family_codec.h"

namespace senne {

RegistryCodecs::RegistryCodecs(const PipelineConfiguration& configuration,
                               const normalise::DeviceRegistry& registry)
    : registry_(registry) {
  std::map<std::string_view, Codec*> by_name;
  for (const auto& table : configuration.codecs) {
    codecs_.push_back(std::make_unique<Codec>(Codec{table, nullptr}));
    by_name.emplace(table->name, codecs_.back().get());
  }
  for (const Device& device : configuration.devices) {
    if (device.profile.empty()) continue;
    const auto found = by_name.find(device.profile);
    SENNE_CHECK(found != by_name.end());
    of_device_.emplace(&device, found->second);
  }
}

decode::PayloadCodec* RegistryCodecs::find(std::string_view device, std::string_view other_device) {
  if (of_device_.empty()) return nullptr;
  const normalise::DeviceRegistry::Entry* entry = registry_.find(device);
  if (entry == nullptr && !other_device.empty()) entry = registry_.find(other_device);
  if (entry == nullptr) return nullptr;
  const auto found = of_device_.find(entry->device);
  if (found == of_device_.end()) return nullptr;
  Codec& codec = *found->second;
  if (codec.made == nullptr) codec.made = decode::make_codec(codec.table);
  return codec.made.get();
}

}  // namespace senne
