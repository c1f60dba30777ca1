#include <gmock/gmock.h>

#include <cstring>

#include "core/crc32c.h"
#include "tests/ingest/journal/journal_fixture.h"

namespace senne::ingest::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DamageTest : public JournalFixture {
 protected:
  DamageTest() {
    reopen();
    append("first");
    append("second");
    append("third");
    records_.clear();
    const auto polled = journal_->poll(journal_->begin(), 10);
    if (polled) records_.assign(polled->begin(), polled->end());
    journal_->housekeep();
  }
  std::size_t offset_of(std::size_t record) const {
    return segment_header_bytes + records_[record].position.value;
  }
  std::string at(std::size_t record) const {
    return "memory/00000000.segment: offset " + std::to_string(offset_of(record));
  }
  // Header fields of the segment are checksummed again after a change.
  void rewrite_block(const std::string& name, std::size_t offset, std::string_view bytes) {
    storage_->overwrite(name, offset, bytes);
    const std::uint32_t crc = crc32c(0, storage_->bytes(name).data() + 12, 52);
    storage_->overwrite(name, 8, std::string_view(reinterpret_cast<const char*>(&crc), 4));
  }

  std::vector<Record> records_;
};

TEST_F(DamageTest, a_flipped_bit_before_the_synced_position_stops_the_start) {
  struct Region {
    const char* name;
    std::size_t offset;
  };
  constexpr Region regions[] = {
      {"length", 0},        {"length", 3},          {"checksum", 4},      {"sequence", 8},
      {"receive time", 16}, {"payload length", 24}, {"payload size", 32}, {"properties size", 36},
      {"topic size", 40},   {"route", 42},          {"kind", 44},         {"flags", 45},
      {"topic", 48},        {"payload", 51}};
  for (const Region& region : regions) {
    const std::size_t offset = offset_of(1) + region.offset;
    storage_->flip_bit(segment_name(0), offset, 5);
    const Error error = refusal();
    EXPECT_EQ(error.kind, ErrorKind::damage) << region.name;
    EXPECT_THAT(error.message, HasSubstr(at(1))) << region.name;
    storage_->flip_bit(segment_name(0), offset, 5);
  }
  reopen();
  EXPECT_THAT(all(), ElementsAre("1 t first", "2 t second", "3 t third"));
}

TEST_F(DamageTest, a_refused_start_changes_nothing) {
  append("not synced");
  storage_->flip_bit(segment_name(0), offset_of(1) + 50, 1);
  const auto names = storage_->names();
  const std::uint64_t operations = storage_->operations();
  refusal();
  EXPECT_EQ(storage_->names(), names);
  EXPECT_EQ(storage_->operations(), operations);
}

TEST_F(DamageTest, a_zeroed_record_before_the_synced_position_is_damage) {
  storage_->overwrite(segment_name(0), offset_of(1), std::string(56, '\0'));
  EXPECT_THAT(refusal().message, AllOf(HasSubstr(at(1)), HasSubstr("nothing is written here")));
}

TEST_F(DamageTest, poll_reports_damage_of_a_running_journal_after_the_good_records) {
  storage_->flip_bit(segment_name(0), offset_of(1) + 50, 1);
  const auto good = journal_->poll(Position{0}, 10);
  ASSERT_TRUE(good);
  ASSERT_EQ(good->size(), 1u);
  const Position next = good->back().next;
  const auto bad = journal_->poll(next, 10);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::damage);
  EXPECT_THAT(bad.error().message, HasSubstr(at(1)));
  storage_->overwrite(segment_name(0), offset_of(1), std::string(4, '\0'));
  EXPECT_THAT(journal_->poll(next, 10).error().message, HasSubstr(at(1)));
}

TEST_F(DamageTest, a_bad_record_at_the_synced_position_is_a_torn_tail) {
  const Position end = journal_->end();
  append("torn");
  append("behind it");
  storage_ = storage_->after_kill();
  storage_->flip_bit(segment_name(0), segment_header_bytes + end.value + 50, 1);
  reopen();
  EXPECT_THAT(all(), ElementsAre("1 t first", "2 t second", "3 t third"));
  EXPECT_EQ(journal_->end(), end);
  EXPECT_GT(journal_->recovery().cut_bytes, 0u);
  EXPECT_EQ(journal_->recovery().records, 3u);
  append("new");
  reopen();
  EXPECT_THAT(all(), ElementsAre("1 t first", "2 t second", "3 t third", "4 t new"));
  EXPECT_EQ(journal_->recovery().cut_bytes, 0u);
}

TEST_F(DamageTest, a_torn_tail_drops_the_segments_behind_it) {
  const Position end = journal_->end();
  append("torn");
  while (journal_->end().value < 4 * segment_bytes) append("later");
  storage_ = storage_->after_kill();
  storage_->flip_bit(segment_name(0), segment_header_bytes + end.value + 50, 1);
  reopen();
  EXPECT_THAT(all(), ElementsAre("1 t first", "2 t second", "3 t third"));
  while (journal_->end().value < 4 * segment_bytes) append("again");
  const auto expected = all();
  EXPECT_EQ(expected[3], "4 t again");
  reopen();
  EXPECT_EQ(all(), expected);
}

// The record behind the torn one is whole and on the disk. A new one of the torn one's size takes
// its place, so that the old one would follow it, with the right sequence number.
TEST_F(DamageTest, what_was_cut_never_comes_back) {
  const Position torn = journal_->end();
  // The record behind begins with a disk sector, which may be kept without the one before it.
  const std::size_t size = 1024 - torn.value % 512 - record_header_bytes - 1;
  append(std::string(size, 't'));
  const Position behind = journal_->end();
  append(std::string(700, 'b'));
  const auto left = storage_->after_kill();
  left->flip_bit(segment_name(0), segment_header_bytes + torn.value + 60, 1);
  const std::string bytes = left->read_whole(segment_name(0)).value();
  left->overwrite(segment_name(0), 0, bytes);
  ASSERT_LT(behind, journal_->end());
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    storage_ = left->after_kill();
    reopen();
    append(std::string(size, 'n'));
    storage_ = seed == 0 ? storage_->after_kill() : storage_->after_power_cut(seed);
    reopen();
    const auto texts = all();
    ASSERT_LE(texts.size(), 4u) << "seed " << seed;
    if (seed == 0) {
      EXPECT_EQ(texts.back(), "4 t " + std::string(size, 'n'));
    }
  }
}

TEST_F(DamageTest, a_segment_header_that_does_not_check_is_damage) {
  for (std::size_t offset : {0u, 9u, 16u, 32u, 40u, 48u, 60u}) {
    storage_->flip_bit(segment_name(0), offset, 2);
    const Error error = refusal();
    EXPECT_EQ(error.kind, ErrorKind::damage) << offset;
    EXPECT_THAT(error.message, HasSubstr("memory/00000000.segment: offset 0"));
    storage_->flip_bit(segment_name(0), offset, 2);
  }
}

TEST_F(DamageTest, a_newer_version_is_refused_by_name) {
  rewrite_block(segment_name(0), 12, std::string("\x02\0\0\0", 4));
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::version);
  EXPECT_THAT(error.message, AllOf(HasSubstr("00000000.segment"), HasSubstr("version 2")));
}

TEST_F(DamageTest, another_journals_segment_is_refused_by_name) {
  rewrite_block(segment_name(0), 16, std::string(16, '\x55'));
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::mismatch);
  EXPECT_THAT(error.message, AllOf(HasSubstr("00000000.segment"), HasSubstr("5555555555555555")));
}

TEST_F(DamageTest, another_journals_identity_is_refused) {
  JournalIdentity other;
  other.id = Id128{1, 2};
  ASSERT_TRUE(storage_->write_whole("identity", encode_identity(other)));
  EXPECT_EQ(refusal().kind, ErrorKind::mismatch);
}

class SegmentsDamageTest : public DamageTest {
 protected:
  SegmentsDamageTest() {
    while (journal_->end().value < 4 * segment_records) append(std::string(1000, 'x'));
    journal_->housekeep();
    journal_.reset();
  }
};

TEST_F(SegmentsDamageTest, a_missing_segment_in_the_middle_is_named) {
  ASSERT_TRUE(storage_->remove(segment_name(2)));
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::damage);
  EXPECT_THAT(error.message, HasSubstr("00000002.segment: is missing"));
}

TEST_F(SegmentsDamageTest, the_missing_newest_segments_are_named) {
  for (const std::string& name : storage_->names()) {
    const auto number = number_in_name(name, segment_suffix);
    if (number && *number >= 3) {
      ASSERT_TRUE(storage_->remove(name));
    }
  }
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::damage);
  EXPECT_THAT(error.message, HasSubstr("00000003.segment: is missing"));
}

TEST_F(SegmentsDamageTest, a_segment_under_another_number_is_named) {
  ASSERT_TRUE(storage_->rename(segment_name(2), "keep"));
  ASSERT_TRUE(
      storage_->write_whole(segment_name(2), storage_->read_whole(segment_name(1)).value()));
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::damage);
  EXPECT_THAT(error.message, AllOf(HasSubstr("00000002.segment"), HasSubstr("segment 1")));
}

TEST_F(SegmentsDamageTest, a_segment_cut_short_is_named) {
  const std::string bytes = storage_->read_whole(segment_name(1)).value();
  ASSERT_TRUE(storage_->write_whole(segment_name(1), bytes.substr(0, bytes.size() - 512)));
  EXPECT_THAT(refusal().message, HasSubstr("00000001.segment"));
}

TEST_F(SegmentsDamageTest, no_segments_at_all_is_no_new_journal) {
  for (const std::string& name : storage_->names())
    if (number_in_name(name, segment_suffix)) {
      ASSERT_TRUE(storage_->remove(name));
    }
  EXPECT_THAT(refusal().message, HasSubstr("there are no segments"));
}

TEST_F(SegmentsDamageTest, a_missing_identity_or_synced_file_is_no_new_journal) {
  const std::string identity = storage_->read_whole("identity").value();
  ASSERT_TRUE(storage_->remove("identity"));
  EXPECT_THAT(refusal().message, HasSubstr("memory/identity: is missing"));
  ASSERT_TRUE(storage_->write_whole("identity", identity));
  ASSERT_TRUE(storage_->remove("synced"));
  EXPECT_EQ(refusal().kind, ErrorKind::not_found);
}

TEST_F(SegmentsDamageTest, one_torn_slot_of_the_synced_file_is_harmless) {
  const std::string synced = storage_->read_whole("synced").value();
  reopen();
  const auto expected = all();
  for (const std::size_t slot : {std::size_t{0}, synced_slot_stride}) {
    journal_.reset();
    ASSERT_TRUE(storage_->write_whole("synced", synced));
    storage_->flip_bit("synced", slot + 30, 3);
    reopen();
    EXPECT_EQ(all(), expected);
  }
  journal_.reset();
  storage_->overwrite("synced", 20, "xx");
  storage_->overwrite("synced", synced_slot_stride + 20, "xx");
  EXPECT_THAT(refusal().message, HasSubstr("neither slot checks"));
}

// The bytes of an old segment under a new number: checksums say that they are from elsewhere.
TEST_F(SegmentsDamageTest, recycled_bytes_never_pass_for_records) {
  reopen();
  const auto before = all();
  const Position end = journal_->end();
  journal_.reset();
  const std::string open_name = segment_name(end.value / segment_records);
  const std::string old = storage_->read_whole(segment_name(0)).value();
  const std::size_t from = segment_header_bytes + end.value % segment_records;
  storage_->overwrite(open_name, from, std::string_view(old).substr(segment_header_bytes, 2000));
  reopen();
  EXPECT_EQ(all(), before);
  EXPECT_GT(journal_->recovery().cut_bytes, 0u);
}

}  // namespace
}  // namespace senne::ingest::testing
