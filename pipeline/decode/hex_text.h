// Bytes as text.
#pragma once

#include <string>
#include <string_view>

namespace senne::decode {

// Appends two lower-case hexadecimal digits a byte.
void append_hex(std::string_view bytes, std::string& text);

}  // namespace senne::decode
