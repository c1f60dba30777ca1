#include "pipeline/snapshot/snapshot_file.h"

#include <gtest/gtest.h>

#include <cstring>

namespace senne::pipeline {
namespace {

constexpr Id128 journal{1, 2};
constexpr Id128 configuration{3, 4};

std::string encoded() {
  return encode_snapshot({Position{77}, journal, configuration, "the state of things"});
}

TEST(SnapshotFileTest, holds_what_was_put_in) {
  const auto snapshot = decode_snapshot(encoded(), "file");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->position, Position{77});
  EXPECT_EQ(snapshot->journal, journal);
  EXPECT_EQ(snapshot->configuration, configuration);
  EXPECT_EQ(snapshot->state, "the state of things");
}

TEST(SnapshotFileTest, empty_state_is_a_state) {
  const auto snapshot = decode_snapshot(encode_snapshot({Position{1}, journal, {}, ""}), "file");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->state, "");
}

TEST(SnapshotFileTest, every_flipped_bit_is_damage) {
  const std::string bytes = encoded();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] =
        static_cast<char>(static_cast<unsigned char>(damaged[bit / 8]) ^ (1u << (bit % 8)));
    const auto snapshot = decode_snapshot(damaged, "file");
    ASSERT_FALSE(snapshot) << bit;
    ASSERT_EQ(snapshot.error().kind, ErrorKind::damage) << bit;
  }
}

TEST(SnapshotFileTest, every_truncation_is_damage) {
  const std::string bytes = encoded();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto snapshot = decode_snapshot(bytes.substr(0, size), "file");
    ASSERT_FALSE(snapshot) << size;
    ASSERT_EQ(snapshot.error().kind, ErrorKind::damage) << size;
  }
}

TEST(SnapshotFileTest, newer_format_is_told_from_damage) {
  std::string bytes = encoded();
  const std::uint32_t newer = snapshot_format_version + 1;
  const std::size_t checked = bytes.size() - sizeof(Id128);
  std::memcpy(bytes.data() + checked - 8, &newer, sizeof newer);
  const Id128 checksum = content_hash(std::string_view(bytes).substr(0, checked));
  std::memcpy(bytes.data() + checked, &checksum, sizeof checksum);
  const auto snapshot = decode_snapshot(bytes, "file");
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().kind, ErrorKind::version);
}

}  // namespace
}  // namespace senne::pipeline
