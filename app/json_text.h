// Scalars as JSON text: for what is printed member by member.
#pragma once

#include <string>
#include <string_view>

namespace senne::app {

// In quotes; bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

// The shortest that reads back as the same double, never as an integer; null for what is no number.
std::string json_number(double number);

}  // namespace senne::app
