// What can be read of a damaged journal: every record whose bytes are there.

#include <gmock/gmock.h>

#include <filesystem>

#include "core/lost_pages.h"
#include "core/posix_storage.h"
#include "ingest/journal/inspect.h"
#include "tests/ingest/journal/journal_fixture.h"
#include "tests/support/temporary_folder.h"

namespace senne::ingest::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Three full segments, an open one, and the one ahead.
class SalvageTest : public JournalFixture {
 protected:
  SalvageTest() {
    reopen();
    for (int i = 0; journal_->end().value < 3 * segment_records; ++i)
      append(std::to_string(i) + std::string(1000, 'x'));
    journal_->housekeep();
    for (Position at = journal_->begin();;) {
      const auto records = journal_->poll(at, 100);
      if (!records || records->empty()) break;
      for (const Record& record : *records) {
        all_.push_back({record.position, record.next, to_text(record)});
      }
      at = records->back().next;
    }
    journal_.reset();
  }
  struct Written {
    Position position;
    Position next;
    std::string text;
  };
  static std::uint64_t segment_of(Position position) { return position.value / segment_records; }
  static std::size_t offset_of(Position position) {
    return segment_header_bytes + position.value % segment_records;
  }
  // All, less those for which `lost`.
  template <class Lost>
  std::vector<std::string> all_but(Lost lost) const {
    std::vector<std::string> rest;
    for (const Written& one : all_) {
      if (!lost(one)) rest.push_back(one.text);
    }
    return rest;
  }
  std::vector<std::string> all() const {
    return all_but([](const Written&) { return false; });
  }
  std::vector<std::string> exported() { return exported(*storage_); }
  std::vector<std::string> exported(Storage& storage) {
    std::vector<std::string> texts;
    const auto result = for_each_readable_record(storage, [&](const Record& record) {
      texts.push_back(to_text(record));
      return true;
    });
    EXPECT_TRUE(result) << result.error().message;
    damage_.clear();
    if (!result) return {};
    EXPECT_EQ(result->records, texts.size());
    for (const Error& error : result->damage) damage_.push_back(error.message);
    return texts;
  }
  void break_header(std::uint64_t number) { storage_->flip_bit(segment_name(number), 20, 1); }
  void cut(std::uint64_t number, std::size_t size) {
    const auto bytes = storage_->bytes(segment_name(number)).first(size);
    const std::string left(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    ASSERT_TRUE(storage_->write_whole(segment_name(number), left));
  }

  std::vector<Written> all_;
  std::vector<std::string> damage_;
};

TEST_F(SalvageTest, a_sound_journal_is_exported_whole) {
  EXPECT_EQ(exported(), all());
  EXPECT_THAT(damage_, IsEmpty());
}

TEST_F(SalvageTest, it_goes_on_behind_a_record_that_does_not_check) {
  const Written& lost = all_[15];
  storage_->flip_bit(segment_name(segment_of(lost.position)), offset_of(lost.position) + 60, 3);
  EXPECT_EQ(exported(), all_but([&](const Written& one) { return one.text == lost.text; }));
  EXPECT_THAT(damage_, ElementsAre(HasSubstr("memory/00000001.segment: offset " +
                                             std::to_string(offset_of(lost.position)))));
}

TEST_F(SalvageTest, it_goes_on_behind_a_record_whose_length_is_gone) {
  const Written& lost = all_[15];
  storage_->overwrite(segment_name(segment_of(lost.position)), offset_of(lost.position),
                      std::string(4, '\0'));
  EXPECT_EQ(exported(), all_but([&](const Written& one) { return one.text == lost.text; }));
  EXPECT_THAT(damage_, SizeIs(1));
}

TEST_F(SalvageTest, a_segment_without_its_header_loses_nothing) {
  for (std::uint64_t number = 0; number < 4; ++number) {
    break_header(number);
    EXPECT_EQ(exported(), all()) << number;
    EXPECT_THAT(damage_, ElementsAre("memory/" + segment_name(number) +
                                     ": offset 0: the header's checksum does not match"));
    break_header(number);
  }
}

TEST_F(SalvageTest, nor_do_all_of_them) {
  for (std::uint64_t number = 0; number < 4; ++number) break_header(number);
  EXPECT_EQ(exported(), all());
  EXPECT_THAT(damage_, SizeIs(4));
}

TEST_F(SalvageTest, segments_of_another_size_before_it_do_not_matter) {
  settings_.segment_bytes = 2 * segment_bytes;
  settings_.max_bytes = 16 * segment_records;
  reopen();
  for (int i = 0; journal_->end().value < 9 * segment_records; ++i)
    append("large " + std::to_string(i) + std::string(1000, 'x'));
  journal_->housekeep();
  const auto expected = JournalFixture::all();
  journal_.reset();
  for (std::uint64_t number = 4; number < 7; ++number) {
    break_header(number);
    EXPECT_EQ(exported(), expected) << number;
    break_header(number);
  }
  break_header(5);
  break_header(6);
  EXPECT_EQ(exported(), expected) << "two in a row";
}

TEST_F(SalvageTest, of_a_file_that_was_cut_short_what_is_there_is_read) {
  for (const std::size_t size :
       {std::size_t{16000}, std::size_t{12001}, std::size_t{8192}, segment_header_bytes + 8,
        segment_header_bytes, std::size_t{100}, std::size_t{10}}) {
    const auto whole = storage_->bytes(segment_name(1));
    const std::string before(reinterpret_cast<const char*>(whole.data()), whole.size());
    const auto beyond = [&](const Written& one) {
      return segment_of(one.position) == 1 &&
             offset_of(one.position) + one.next.value - one.position.value > size;
    };
    for (const bool with_header : {true, false}) {
      if (!with_header && size >= 64) break_header(1);
      cut(1, size);
      EXPECT_EQ(exported(), all_but(beyond)) << size << " " << with_header;
      ASSERT_FALSE(damage_.empty()) << size;
      EXPECT_THAT(damage_[0], HasSubstr("memory/00000001.segment: ")) << size;
      ASSERT_TRUE(storage_->write_whole(segment_name(1), before));
    }
  }
}

TEST_F(SalvageTest, a_segment_under_a_wrong_number_is_read_and_named) {
  ASSERT_TRUE(storage_->rename(segment_name(3), segment_name(9)));
  EXPECT_EQ(exported(), all());
  EXPECT_THAT(damage_,
              ElementsAre("memory/00000009.segment: its header says that it is segment 3"));
}

TEST_F(SalvageTest, another_journals_segment_is_named_and_not_read) {
  MemoryStorage other;
  ASSERT_TRUE(Journal::open(other, settings_, clock_));
  const auto bytes = other.bytes(segment_name(0));
  const std::string strange(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  ASSERT_TRUE(storage_->write_whole(segment_name(1), strange));
  EXPECT_EQ(exported(), all_but([](const Written& one) { return segment_of(one.position) == 1; }));
  EXPECT_THAT(damage_, ElementsAre(HasSubstr("00000001.segment: belongs to journal ")));
}

TEST_F(SalvageTest, without_identity_or_synced_file_all_is_read) {
  storage_->flip_bit(std::string(identity_file_name), 20, 1);
  ASSERT_TRUE(storage_->remove(std::string(synced_file_name)));
  EXPECT_EQ(exported(), all());
  EXPECT_THAT(damage_, ElementsAre(HasSubstr("memory/identity: "), HasSubstr("memory/synced: ")));
  ASSERT_TRUE(storage_->remove(std::string(identity_file_name)));
  EXPECT_EQ(exported(), all());
}

TEST_F(SalvageTest, where_no_journal_is_it_is_not_found) {
  MemoryStorage empty;
  const auto result = for_each_readable_record(empty, [](const Record&) { return true; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::not_found);
}

TEST_F(SalvageTest, a_page_that_cannot_be_read_costs_its_records) {
  storage_->lose_page(segment_name(1), 8192);
  const auto on_it = [](const Written& one) {
    const std::size_t begin = offset_of(one.position);
    const std::size_t end = begin + one.next.value - one.position.value;
    return segment_of(one.position) == 1 && end > 8192 && begin < 8192 + 4096;
  };
  EXPECT_EQ(exported(), all_but(on_it));
  EXPECT_THAT(damage_.back(), HasSubstr("00000001.segment: offset 8192: cannot be read"));
}

TEST_F(SalvageTest, a_file_cut_short_while_it_is_read_does_not_end_it) {
  watch_for_lost_pages();
  const test::TemporaryFolder folder;
  for (const std::string& name : storage_->names()) {
    const auto bytes = storage_->bytes(name);
    folder.write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  const auto storage = PosixStorage::open_read_only(folder.path());
  ASSERT_TRUE(storage);
  std::vector<std::string> texts;
  const auto result = for_each_readable_record(**storage, [&](const Record& record) {
    texts.push_back(to_text(record));
    if (segment_of(record.position) == 1)
      std::filesystem::resize_file(folder.file(segment_name(1)), 8192);
    return true;
  });
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(texts, all_but([](const Written& one) {
              return segment_of(one.position) == 1 &&
                     offset_of(one.position) + one.next.value - one.position.value > 8192;
            }));
  EXPECT_THAT(result->damage.back().message,
              HasSubstr("00000001.segment: offset 8192: cannot be read"));
}

}  // namespace
}  // namespace senne::ingest::testing
