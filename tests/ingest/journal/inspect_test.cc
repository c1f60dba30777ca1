#include "ingest/journal/inspect.h"

#include <gmock/gmock.h>

#include "tests/ingest/journal/journal_fixture.h"

namespace senne::ingest::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class InspectTest : public JournalFixture {
 protected:
  InspectTest() {
    reopen();
    for (int i = 0; i < 3; ++i) append(std::string(1000, 'x'));
    clock_.advance(std::chrono::seconds{5});
    while (journal_->end().value < 3 * segment_records) append(std::string(1000, 'y'));
    journal_->housekeep();
  }
  std::vector<std::string> exported(std::size_t* damaged = nullptr) {
    std::vector<std::string> texts;
    const auto result = for_each_readable_record(*storage_, [&](const Record& record) {
      texts.push_back(to_text(record));
      return true;
    });
    EXPECT_TRUE(result) << result.error().message;
    if (!result) return {};
    EXPECT_EQ(result->records, texts.size());
    if (damaged != nullptr) *damaged = result->damage.size();
    if (damaged == nullptr) {
      EXPECT_TRUE(result->damage.empty()) << result->damage[0].message;
    }
    return texts;
  }
  void flip(Position position) {
    storage_->flip_bit(segment_name(position.value / segment_records),
                       segment_header_bytes + position.value % segment_records + 60, 3);
  }
};

TEST_F(InspectTest, segments_are_listed_beside_the_running_journal) {
  const auto listing = list_segments(*storage_);
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->identity.id, journal_->identity().id);
  EXPECT_EQ(listing->synced, journal_->end());
  ASSERT_EQ(listing->segments.size(), 5u) << "three full ones, the open one, the one ahead";
  std::uint64_t records = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const SegmentListing& segment = listing->segments[i];
    EXPECT_EQ(segment.file, segment_name(i));
    EXPECT_EQ(segment.number, i);
    EXPECT_EQ(segment.first, Position{i * segment_records});
    EXPECT_EQ(segment.bytes, segment.end.value - segment.first.value);
    EXPECT_EQ(segment.file_bytes, segment_bytes);
    EXPECT_EQ(segment.sealed, i < 3);
    EXPECT_FALSE(segment.damage);
    records += segment.records;
  }
  EXPECT_EQ(records, journal_->last_sequence().value);
  EXPECT_EQ(listing->segments[3].end, journal_->end());
  EXPECT_EQ(listing->segments[0].first_receive_time, start_time());
  EXPECT_EQ(listing->segments[0].last_receive_time, start_time() + std::chrono::seconds{5});
  EXPECT_EQ(listing->segments[4].records, 0u);
}

TEST_F(InspectTest, a_sound_journal_verifies) {
  const auto result = verify_journal(*storage_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->records, journal_->last_sequence().value);
  EXPECT_EQ(result->begin, Position{0});
  EXPECT_EQ(result->end, journal_->end());
  EXPECT_EQ(result->synced, journal_->end());
  EXPECT_FALSE(result->torn_tail);
}

TEST_F(InspectTest, nothing_is_written_by_looking) {
  const std::uint64_t operations = storage_->operations();
  (void)list_segments(*storage_);
  (void)verify_journal(*storage_);
  exported();
  EXPECT_EQ(storage_->operations(), operations);
}

TEST_F(InspectTest, damage_is_named_with_file_and_offset) {
  const auto records = journal_->poll(Position{segment_records}, 3);
  ASSERT_TRUE(records);
  const Position position = (*records)[2].position;
  flip(position);
  const std::string where = "memory/00000001.segment: offset " +
                            std::to_string(segment_header_bytes + position.value - segment_records);
  const auto result = verify_journal(*storage_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::damage);
  EXPECT_THAT(result.error().message, HasSubstr(where));
  const auto listing = list_segments(*storage_);
  ASSERT_TRUE(listing->segments[1].damage);
  EXPECT_THAT(listing->segments[1].damage->message, HasSubstr(where));
  EXPECT_EQ(listing->segments[1].records, 2u);
  EXPECT_FALSE(listing->segments[2].damage);
}

TEST_F(InspectTest, a_page_that_cannot_be_read_is_named) {
  // Behind the end, where zeros alone would pass for nothing yet.
  const Position end = journal_->end();
  const std::size_t page = (segment_header_bytes + end.value % segment_records) / 4096 * 4096;
  for (const auto& [segment, offset] :
       {std::pair<std::uint64_t, std::size_t>{end.value / segment_records, page}, {1, 8192}}) {
    storage_->lose_page(segment_name(segment), offset);
    const std::string where = "memory/" + segment_name(segment) + ": offset " +
                              std::to_string(offset) + ": cannot be read";
    EXPECT_THAT(verify_journal(*storage_).error().message, HasSubstr(where));
    const auto listing = list_segments(*storage_);
    ASSERT_TRUE(listing->segments[segment].damage);
    EXPECT_THAT(listing->segments[segment].damage->message, HasSubstr(where));
  }
  storage_->lose_page(segment_name(0), 0);
  EXPECT_THAT(verify_journal(*storage_).error().message,
              HasSubstr("memory/00000000.segment: offset 0: cannot be read"));
}

TEST_F(InspectTest, a_torn_tail_is_no_damage) {
  const Position end = journal_->end();
  append(std::string(500, 'z'));
  flip(end);
  const auto result = verify_journal(*storage_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->torn_tail);
  EXPECT_EQ(result->end, end);
  EXPECT_FALSE(list_segments(*storage_)->segments[3].damage);
}

TEST_F(InspectTest, a_missing_segment_is_named) {
  ASSERT_TRUE(storage_->remove(segment_name(1)));
  EXPECT_THAT(verify_journal(*storage_).error().message,
              AllOf(HasSubstr("00000002.segment"), HasSubstr("missing")));
}

TEST_F(InspectTest, what_is_released_while_it_is_read_is_left_out) {
  const Position end = journal_->end();
  std::vector<std::string> texts;
  const auto result = for_each_readable_record(*storage_, [&](const Record& record) {
    texts.push_back(to_text(record));
    if (texts.size() == 2) {
      journal_->release(end);
      journal_->housekeep();
      append("new");
    }
    return true;
  });
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->damage.empty()) << result->damage[0].message;
  EXPECT_THAT(texts.back(), HasSubstr("t new"));
}

TEST_F(InspectTest, where_no_journal_is_it_is_not_found) {
  MemoryStorage empty;
  EXPECT_EQ(list_segments(empty).error().kind, ErrorKind::not_found);
  EXPECT_EQ(verify_journal(empty).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace senne::ingest::testing
