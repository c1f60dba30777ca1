// What is plausible of each property, and who says so: beyond it an observation is flagged, never
// changed. docs/quality.md shows the table.
#pragma once

#include <span>
#include <string_view>

#include "core/configuration.h"

namespace senne::quality {

struct BuiltInLimits {
  std::string_view property;
  Limits limits;
  std::string_view source;
};

// In the order of the vocabulary. Properties without a row have no limits.
std::span<const BuiltInLimits> built_in_limits();

}  // namespace senne::quality
