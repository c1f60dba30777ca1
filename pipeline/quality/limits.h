// What is plausible of each property, and who says so: beyond it an observation is flagged, never
// changed. docs/reference.md shows the table.
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
// Of one property; none where it has no row.
Limits built_in_limits_of(std::string_view property);

// The operator's, and where they say nothing the built-in ones.
Limits merged(const Limits& built_in, const Limits& own);

}  // namespace senne::quality
