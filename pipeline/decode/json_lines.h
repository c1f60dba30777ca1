// Documents of JSON one a line (NDJSON): how servers stream what they have stored.
#pragma once

#include <string_view>

namespace senne::decode {

// Whether the text is several objects, each on a line. One object over several lines is not: after
// a `}` at the end of a line it has no `{`.
bool is_json_lines(std::string_view text);

// Takes the next line that is not blank; empty at the end.
std::string_view take_json_line(std::string_view& text);

}  // namespace senne::decode
