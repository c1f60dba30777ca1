#include "core/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace senne {
namespace {

// Bit by bit, from the definition.
std::uint32_t by_definition(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
  }
  return ~crc;
}

std::string random_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes;
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
  return bytes;
}

TEST(Crc32c, the_examples_of_rfc_3720) {
  std::string up;
  for (int i = 0; i < 32; ++i) up.push_back(static_cast<char>(i));
  EXPECT_EQ(crc32c(0, std::string(32, '\0').data(), 32), 0x8A9136AAu);
  EXPECT_EQ(crc32c(0, std::string(32, '\xFF').data(), 32), 0x62A8AB43u);
  EXPECT_EQ(crc32c(0, up.data(), 32), 0x46DD794Eu);
  EXPECT_EQ(crc32c(0, "123456789", 9), 0xE3069283u);
  EXPECT_EQ(crc32c(0, "", 0), 0u);
}

TEST(Crc32c, every_size_gives_what_the_definition_gives) {
  for (std::size_t size = 0; size < 700; ++size) {
    const std::string bytes = random_bytes(size, size);
    const std::uint32_t expected = by_definition(bytes);
    ASSERT_EQ(crc32c(0, bytes.data(), size), expected) << size;
    ASSERT_EQ(crc32c_portable(0, bytes.data(), size), expected) << size;
  }
}

TEST(Crc32c, large_and_unaligned) {
  for (const std::size_t size : {1024u, 3071u, 3072u, 3073u, 4096u, 6200u, 100000u}) {
    const std::string bytes = random_bytes(size + 7, size);
    for (std::size_t shift = 0; shift < 8; shift += 3) {
      const std::uint32_t expected = by_definition(bytes.substr(shift, size));
      ASSERT_EQ(crc32c(0, bytes.data() + shift, size), expected) << size;
      ASSERT_EQ(crc32c_portable(0, bytes.data() + shift, size), expected) << size;
    }
  }
}

TEST(Crc32c, in_pieces_gives_the_same) {
  const std::string bytes = random_bytes(5000, 1);
  const std::uint32_t whole = crc32c(0, bytes.data(), bytes.size());
  for (std::size_t cut = 0; cut <= bytes.size(); cut += 37) {
    const std::uint32_t first = crc32c(0, bytes.data(), cut);
    ASSERT_EQ(crc32c(first, bytes.data() + cut, bytes.size() - cut), whole) << cut;
  }
}

}  // namespace
}  // namespace senne
