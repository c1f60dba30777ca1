// MQTT 5 user properties as they lie in the journal: for each, two little-endian 16-bit lengths,
// the key, the value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace senne {

inline void append_user_property(std::string& encoded, std::string_view key,
                                 std::string_view value) {
  const auto put = [&encoded](std::size_t size) {
    encoded.push_back(static_cast<char>(size & 0xFF));
    encoded.push_back(static_cast<char>((size >> 8) & 0xFF));
  };
  put(key.size());
  put(value.size());
  encoded.append(key);
  encoded.append(value);
}

// Calls `visit(key, value)` for each property, in the order sent; stops quietly at the first that
// does not fit, which cannot happen to bytes that a journal checked.
template <class Visit>
void for_each_user_property(std::string_view encoded, Visit&& visit) {
  while (encoded.size() >= 4) {
    const auto at = [&encoded](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(encoded[i]));
    };
    const std::size_t key = at(0) | (at(1) << 8);
    const std::size_t value = at(2) | (at(3) << 8);
    if (encoded.size() < 4 + key + value) return;
    visit(encoded.substr(4, key), encoded.substr(4 + key, value));
    encoded.remove_prefix(4 + key + value);
  }
}

inline std::string_view find_user_property(std::string_view encoded, std::string_view wanted) {
  std::string_view found;
  for_each_user_property(encoded, [&](std::string_view key, std::string_view value) {
    if (found.data() == nullptr && key == wanted) found = value;
  });
  return found;
}

}  // namespace senne
