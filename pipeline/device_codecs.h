// The payload codec of each registered device: the table that its profile names.
//
// THREAD  one, the shard's.
// OWNS    the codecs, one a table, made when a device first needs it. Configuration and registry
//         must outlive it.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <memory>

#include "core/configuration.h"
#include "pipeline/decode/payload_codec.h"
#include "pipeline/normalise/registry.h"

namespace senne {

class RegistryCodecs final : public decode::DeviceCodecs {
 public:
  RegistryCodecs(const PipelineConfiguration& configuration,
                 const normalise::DeviceRegistry& registry);

  // The first of the two names that is registered decides.
  decode::PayloadCodec* find(std::string_view device, std::string_view other_device) override;

 private:
  struct Codec {
    std::shared_ptr<const CodecTable> table;
    std::unique_ptr<decode::PayloadCodec> made;
  };

  const normalise::DeviceRegistry& registry_;
  absl::flat_hash_map<const Device*, Codec*> of_device_;
  std::vector<std::unique_ptr<Codec>> codecs_;
};

}  // namespace senne
