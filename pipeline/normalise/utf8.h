// Whether bytes are UTF-8, as protobuf wants its strings: it would only log what is not.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace senne::normalise {

// The whole rule (RFC 3629), for a text of any length.
bool is_utf8_checked(std::string_view text);

// Ids, channels and names are short and nearly always ASCII: that is settled without a call.
inline bool is_utf8(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  constexpr std::size_t short_bytes = 32;
  if (text.size() <= short_bytes) {
    std::uint64_t seen = 0;
    std::string_view rest = text;
    for (; rest.size() >= sizeof seen; rest.remove_prefix(sizeof seen)) {
      std::uint64_t word = 0;
      std::memcpy(&word, rest.data(), sizeof word);
      seen |= word;
    }
    for (const char c : rest) seen |= static_cast<unsigned char>(c);
    if ((seen & high_bits) == 0) return true;
  }
  return is_utf8_checked(text);
}

}  // namespace senne::normalise
