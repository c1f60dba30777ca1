#include "core/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#endif

namespace senne {
namespace {

constexpr std::uint32_t reflected_polynomial = 0x82F63B78;

constexpr std::uint32_t times_x(std::uint32_t value) {
  return (value >> 1) ^ ((value & 1) != 0 ? reflected_polynomial : 0);
}

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

// Table k: the remainder of a byte followed by k zero bytes ("slicing by 8", Intel 2006).
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = times_x(value);
    tables[0][byte] = value;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr Tables tables = make_tables();

std::uint64_t load_word(const unsigned char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::uint32_t crc32c_by_table(std::uint32_t crc, const unsigned char* at, std::size_t size) {
  for (; size >= 8; at += 8, size -= 8) {
    const std::uint64_t word = load_word(at) ^ crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= tables[7 - k][(word >> (8 * k)) & 0xFF];
  }
  for (; size > 0; ++at, --size) crc = (crc >> 8) ^ tables[0][(crc ^ *at) & 0xFF];
  return crc;
}

#if defined(__x86_64__)

// The instruction takes 3 cycles but a new one starts every cycle, so three stretches of equal
// length are taken side by side and then joined: the remainder of a stretch moves over the n words
// behind it by a carry-less multiplication with x^(64n - 33) mod P; the instruction itself reduces
// the product (the missing x^33 is its own x^32 and the bit that reflection shifts).
constexpr std::size_t stretch_words_max = 128;

constexpr std::array<std::uint32_t, 2 * stretch_words_max + 1> make_shifts() {
  std::array<std::uint32_t, 2 * stretch_words_max + 1> shifts{};
  std::uint32_t power = 1;  // x^31, reflected
  for (std::size_t n = 1; n < shifts.size(); ++n) {
    shifts[n] = power;
    for (int bit = 0; bit < 64; ++bit) power = times_x(power);
  }
  return shifts;
}

constexpr auto shifts = make_shifts();

__attribute__((target("sse4.2,pclmul"))) std::uint64_t shifted(std::uint64_t crc, std::size_t n) {
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(crc)),
                                               _mm_cvtsi32_si128(static_cast<int>(shifts[n])), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

__attribute__((target("sse4.2,pclmul"))) std::uint32_t crc32c_by_instruction(
    std::uint32_t start, const unsigned char* at, std::size_t size) {
  constexpr std::size_t worth_splitting = 96;
  std::uint64_t crc = start;
  while (size >= worth_splitting) {
    const std::size_t words = size / 24 < stretch_words_max ? size / 24 : stretch_words_max;
    const unsigned char* const second = at + words * 8;
    const unsigned char* const third = second + words * 8;
    std::uint64_t crc_second = 0;
    std::uint64_t crc_third = 0;
    for (std::size_t i = 0; i < words; ++i) {
      crc = _mm_crc32_u64(crc, load_word(at + i * 8));
      crc_second = _mm_crc32_u64(crc_second, load_word(second + i * 8));
      crc_third = _mm_crc32_u64(crc_third, load_word(third + i * 8));
    }
    crc = _mm_crc32_u64(0, shifted(crc, 2 * words) ^ shifted(crc_second, words)) ^ crc_third;
    at = third + words * 8;
    size -= words * 24;
  }
  for (; size >= 8; at += 8, size -= 8) crc = _mm_crc32_u64(crc, load_word(at));
  auto narrow = static_cast<std::uint32_t>(crc);
  if (size >= 4) {
    std::uint32_t half = 0;
    std::memcpy(&half, at, sizeof half);
    narrow = _mm_crc32_u32(narrow, half);
    at += 4;
    size -= 4;
  }
  for (; size > 0; ++at, --size) narrow = _mm_crc32_u8(narrow, *at);
  return narrow;
}

bool has_instruction() {
  return __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
}

#endif

}  // namespace

std::uint32_t crc32c(std::uint32_t crc, const void* bytes, std::size_t size) {
  const auto* at = static_cast<const unsigned char*>(bytes);
#if defined(__x86_64__)
  if (has_instruction()) return ~crc32c_by_instruction(~crc, at, size);
#endif
  return ~crc32c_by_table(~crc, at, size);
}

std::uint32_t crc32c_portable(std::uint32_t crc, const void* bytes, std::size_t size) {
  return ~crc32c_by_table(~crc, static_cast<const unsigned char*>(bytes), size);
}

}  // namespace senne
