// Bytes as hexadecimal text: in readings of a whole payload (raw.payload) and in messages about them.
#pragma once

#include <string>
#include <string_view>

namespace senne::decode {

// Appends two lower-case hexadecimal digits a byte.
void append_hex(std::string_view bytes, std::string& text);

}  // namespace senne::decode
