// Says what is wrong with text that is not JSON: what was expected, and at which byte.
//
// The parser on the fast path only says that something is wrong somewhere. This one reads again,
// slowly, for the person who has to find the gateway that sends it.
#pragma once

#include <string>
#include <string_view>

namespace senne::decode {

// One line, never empty. Cost is linear in the text.
std::string describe_fault(std::string_view json);

}  // namespace senne::decode
