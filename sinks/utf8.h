// UTF-8 as consumers of protobuf strings require it: text from outside is made valid, and cut only
// between characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace senne::sinks {

// The length of the valid character (RFC 3629) at the beginning of `text`; 0 where there is none.
std::size_t utf8_character(std::string_view text);

bool valid_utf8(std::string_view text);

// Each byte that belongs to no valid character becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

// The longest prefix of at most `size` bytes that ends between characters.
std::string_view utf8_prefix(std::string_view text, std::size_t size);

}  // namespace senne::sinks
