// Configurations by content hash: what the log names, a replay finds again. Only what decoding and
// aggregation depend on is stored, so no secret ever is.
//
// THREAD  any, as far as the storage allows it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/configuration.h"
#include "core/storage.h"

namespace senne::app {

// The same configuration always gives the same bytes: JSON, with mappings and devices in line.
std::string canonical_text(const PipelineConfiguration& configuration);

// Reads what canonical_text wrote, by the definitions that also read the operator's file; `name` is
// what errors call the text. No substitution takes place.
Result<PipelineConfiguration> parse_canonical(std::string_view text, const std::string& name);

class ConfigurationStore final : public ConfigurationSource {
 public:
  explicit ConfigurationStore(Storage& storage) : storage_(storage) {}

  // Durable on return, as `<hash>.json`; nothing is written when it is there already and sound.
  Result<Id128> save(const PipelineConfiguration& configuration);

  Result<std::shared_ptr<const PipelineConfiguration>> load(Id128 hash) override;

 private:
  Storage& storage_;
};

}  // namespace senne::app
