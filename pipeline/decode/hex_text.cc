#include "pipeline/decode/hex_text.h"

namespace senne::decode {

void append_hex(std::string_view bytes, std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 0xF]);
  }
}

}  // namespace senne::decode
