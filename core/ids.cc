#include "core/ids.h"

#include <sys/random.h>
#include <xxhash.h>

#include <charconv>

#include "core/check.h"

namespace senne {

std::string to_hex(Id128 id) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex(32, '0');
  for (std::size_t i = 0; i < 16; ++i) {
    hex[15 - i] = digits[(id.high >> (4 * i)) & 0xF];
    hex[31 - i] = digits[(id.low >> (4 * i)) & 0xF];
  }
  return hex;
}

std::optional<Id128> id_from_hex(std::string_view hex) {
  if (hex.size() != 32) return std::nullopt;
  Id128 id;
  const char* begin = hex.data();
  const auto high = std::from_chars(begin, begin + 16, id.high, 16);
  const auto low = std::from_chars(begin + 16, begin + 32, id.low, 16);
  if (high.ec != std::errc{} || high.ptr != begin + 16) return std::nullopt;
  if (low.ec != std::errc{} || low.ptr != begin + 32) return std::nullopt;
  return id;
}

Id128 content_hash(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

Id128 random_id() {
  Id128 id;
  SENNE_CHECK(getrandom(&id, sizeof id, 0) == static_cast<ssize_t>(sizeof id));
  return id;
}

}  // namespace senne
