#include "ingest/journal/format.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace senne::ingest {
namespace {

constexpr Id128 journal{1, 2};

class RecordBytes {
 public:
  explicit RecordBytes(std::string_view payload) {
    RecordParts parts{};
    parts.header.kind = static_cast<std::uint8_t>(RecordKind::message);
    parts.header.sequence = 1;
    parts.header.topic_size = 1;
    parts.header.payload_size = static_cast<std::uint32_t>(payload.size());
    parts.topic = "t";
    parts.payload = payload;
    write_record(bytes(), parts, Position{800}, journal_checksum_seed(journal));
    length_ = parts.length();
  }
  std::byte* bytes() { return reinterpret_cast<std::byte*>(words_); }
  std::size_t length() const { return length_; }
  Found read(Position position = Position{800}, Id128 of = journal) {
    Record record;
    return read_record(bytes(), sizeof words_, position, journal_checksum_seed(of), record).found;
  }

 private:
  std::uint64_t words_[64] = {};
  std::size_t length_ = 0;
};

TEST(RecordFormat, a_record_checks_only_at_its_position_in_its_journal) {
  RecordBytes record("payload");
  EXPECT_EQ(record.read(), Found::record);
  EXPECT_EQ(record.read(Position{808}), Found::bad);
  EXPECT_EQ(record.read(Position{800}, Id128{1, 3}), Found::bad);
}

TEST(RecordFormat, any_flipped_bit_is_noticed) {
  RecordBytes record("some payload");
  for (std::size_t at = 0; at < record.length(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      record.bytes()[at] ^= static_cast<std::byte>(1U << bit);
      EXPECT_EQ(record.read(), Found::bad) << "byte " << at << " bit " << bit;
      record.bytes()[at] ^= static_cast<std::byte>(1U << bit);
    }
  }
  EXPECT_EQ(record.read(), Found::record);
}

TEST(RecordFormat, names_are_only_read_as_they_are_written) {
  EXPECT_EQ(segment_name(7), "00000007.segment");
  EXPECT_EQ(segment_name(1234567890), "1234567890.segment");
  EXPECT_EQ(number_in_name("00000007.segment", segment_suffix), 7u);
  EXPECT_EQ(number_in_name("1234567890.segment", segment_suffix), 1234567890u);
  for (const char* name : {"7.segment", "000000007.segment", "0000000a.segment", ".segment",
                           "00000007.segmen", "00000007.spare", "99999999999999999999.segment"})
    EXPECT_FALSE(number_in_name(name, segment_suffix)) << name;
}

TEST(SyncedFormat, the_newer_valid_slot_counts) {
  std::vector<std::byte> file(synced_file_bytes);
  EXPECT_EQ(read_synced_mark(file, journal).error().kind, ErrorKind::damage);
  for (std::uint64_t generation = 0; generation < 5; ++generation) {
    SyncedMark mark;
    mark.generation = generation;
    mark.position = Position{generation * 800};
    mark.sequence = Sequence{generation * 3};
    mark.receive_time = static_cast<std::int64_t>(generation);
    write_synced_mark(file, mark, journal);
    const auto read = read_synced_mark(file, journal);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->position, mark.position);
    EXPECT_EQ(read->sequence, mark.sequence);
    EXPECT_EQ(read->receive_time, mark.receive_time);
  }
  // The newest, generation 4, lies in the first slot: torn, the one before counts.
  file[30] ^= std::byte{1};
  EXPECT_EQ(read_synced_mark(file, journal)->position, Position{3 * 800});
  file[synced_slot_stride + 30] ^= std::byte{1};
  EXPECT_EQ(read_synced_mark(file, journal).error().kind, ErrorKind::damage);
}

TEST(SyncedFormat, another_journals_file_is_a_mismatch) {
  std::vector<std::byte> file(synced_file_bytes);
  write_synced_mark(file, SyncedMark{}, Id128{9, 9});
  EXPECT_EQ(read_synced_mark(file, journal).error().kind, ErrorKind::mismatch);
}

TEST(IdentityFormat, round_trip_and_damage) {
  JournalIdentity identity;
  identity.id = Id128{5, 6};
  identity.has_committed = true;
  identity.cluster_id = "Some0Cluster";
  std::string bytes = encode_identity(identity);
  const auto read = decode_identity(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, identity.id);
  EXPECT_TRUE(read->has_committed);
  EXPECT_EQ(read->cluster_id, identity.cluster_id);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    EXPECT_FALSE(decode_identity(bytes)) << at;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    EXPECT_FALSE(decode_identity(bytes.substr(0, at))) << at;
  }
}

}  // namespace
}  // namespace senne::ingest
