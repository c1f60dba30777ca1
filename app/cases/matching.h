// How records differ from what a case expects of them. Only what is named is compared: of a map the
// keys that stand in it, `~` for one that must be absent; of a list every element in order, or, as
// `contains:`, that for each there is one somewhere. Text without quotes equals a string, a number
// or a boolean that is written so; in quotes, a string only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/configuration/node.h"

namespace senne::app {

using Json = nlohmann::ordered_json;  // members in the order of the record

// One line a difference, `record 1: value.observations[0].number: expected 21.5, got 21.4`; none:
// the records are as expected. Numbers may be `tolerance` apart.
std::vector<std::string> differences(const Node& expected, const Json& records, double tolerance);

}  // namespace senne::app
