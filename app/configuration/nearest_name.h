// The known name that a mistyped one most likely stands for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace senne::app {

// Least number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into
// `b` (optimal string alignment distance).
std::size_t edit_distance(std::string_view a, std::string_view b);

// "; did you mean `x`?", or nothing when no candidate is near: within a third of its length.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace senne::app
