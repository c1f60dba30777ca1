#include <gmock/gmock.h>

#include <algorithm>

#include "tests/ingest/journal/journal_fixture.h"

namespace senne::ingest::testing {
namespace {

using RecyclingTest = JournalFixture;

std::size_t files_that_are(MemoryStorage& storage, std::string_view suffix) {
  const auto names = storage.names();
  return static_cast<std::size_t>(std::count_if(
      names.begin(), names.end(),
      [suffix](const std::string& name) { return number_in_name(name, suffix).has_value(); }));
}

TEST_F(RecyclingTest, the_log_goes_round_many_times) {
  reopen();
  Position at = journal_->begin();
  std::uint64_t read = 0;
  for (std::uint64_t round = 1; round <= 3000; ++round) {
    const std::string payload = std::to_string(round) + std::string(round * 7 % 900, 'x');
    append(payload);
    if (round % 10 != 0) continue;
    const auto records = journal_->poll(at, 100);
    ASSERT_TRUE(records) << records.error().message;
    for (const Record& record : *records) {
      const std::string number = std::to_string(++read);
      ASSERT_EQ(record.message.payload.substr(0, number.size()), number);
    }
    at = records->back().next;
    journal_->release(at);
    journal_->housekeep();
    ASSERT_LE(files_that_are(*storage_, segment_suffix), 3u);
    ASSERT_LE(files_that_are(*storage_, spare_suffix), 4u);
    ASSERT_EQ(files_that_are(*storage_, released_suffix), 0u);
  }
  EXPECT_EQ(read, 3000u);
  EXPECT_GT(journal_->end().value, 50 * segment_bytes);
  reopen();
  EXPECT_EQ(journal_->last_sequence(), Sequence{3000});
}

TEST_F(RecyclingTest, released_records_leave_no_byte_on_the_disk) {
  reopen();
  while (journal_->end().value < 3 * segment_bytes) append("SECRET-SECRET-SECRET");
  journal_->release(journal_->end());
  journal_->housekeep();
  const auto after = storage_->after_power_cut(3);
  for (const std::string& name : after->names()) {
    const auto bytes = after->bytes(name);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const bool open_segment = name == segment_name(journal_->end().value / segment_records);
    EXPECT_EQ(text.find("SECRET") != std::string_view::npos, open_segment) << name;
  }
}

TEST_F(RecyclingTest, after_a_restart_the_log_begins_with_the_oldest_segment) {
  reopen();
  while (journal_->end().value < 3 * segment_bytes) append("payload");
  const Position middle{segment_records + 800};
  journal_->housekeep();
  journal_->release(Position{middle.value / 8 * 8});
  journal_->housekeep();
  reopen();
  EXPECT_EQ(journal_->begin(), Position{segment_records});
  EXPECT_EQ(all().size(), journal_->last_sequence().value - std::stoull(all().front()) + 1);
}

TEST_F(RecyclingTest, what_was_not_synced_is_not_recycled) {
  reopen();
  while (journal_->end().value < 3 * segment_bytes) append("payload");
  const auto names = storage_->names();
  journal_->release(journal_->end());
  EXPECT_EQ(storage_->names(), names) << "release itself does nothing to the disk";
}

TEST_F(RecyclingTest, the_sequence_survives_the_release_of_all_messages) {
  reopen();
  for (int i = 0; i < 5; ++i) append(std::string(3000, 'x'));
  for (int i = 0; i < 1000 && journal_->end().value < 2 * segment_bytes; ++i) {
    clock_.advance(std::chrono::seconds{1});
    ASSERT_TRUE(journal_->try_append_tick());
  }
  journal_->housekeep();
  journal_->release(journal_->end());
  journal_->housekeep();
  reopen();
  EXPECT_EQ(journal_->last_sequence(), Sequence{5});
  append("six");
  EXPECT_EQ(all().back(), "6 t six");
}

TEST_F(RecyclingTest, full_then_exhausted_and_back) {
  reopen();
  const std::string payload(1000, 'x');
  std::uint64_t appended = 0;
  Append outcome = Append::done;
  while (outcome == Append::done) {
    outcome = journal_->append_message(message("t", payload));
    ++appended;
    journal_->housekeep();
  }
  EXPECT_EQ(outcome, Append::full);
  EXPECT_GE(journal_->used_bytes(), settings_.max_bytes);
  EXPECT_LT(journal_->used_bytes(), settings_.max_bytes + 1100);
  while (outcome == Append::full) {
    outcome = journal_->append_message(message("t", payload));
    if (outcome != Append::exhausted) ++appended;
    journal_->housekeep();
  }
  EXPECT_EQ(outcome, Append::exhausted);
  EXPECT_LE(journal_->used_bytes(), settings_.max_bytes + settings_.reserve_bytes);
  EXPECT_GT(journal_->used_bytes(), settings_.max_bytes + settings_.reserve_bytes - 1100);
  EXPECT_FALSE(journal_->try_append_tick() &&
               journal_->used_bytes() > settings_.max_bytes + settings_.reserve_bytes);
  EXPECT_EQ(journal_->last_sequence(), Sequence{appended});
  EXPECT_EQ(all().size(), appended + (all().back() == "tick" ? 1 : 0));

  journal_->release(journal_->end());
  EXPECT_EQ(journal_->used_bytes(), 0u);
  journal_->housekeep();
  append("again");
  EXPECT_EQ(all().back(), std::to_string(appended + 1) + " t again");
}

TEST_F(RecyclingTest, without_the_keeper_the_writer_goes_on_by_itself) {
  reopen();
  while (journal_->used_bytes() + 2000 < settings_.max_bytes) append(std::string(900, 'x'));
  EXPECT_EQ(all().size(), journal_->last_sequence().value);
}

TEST_F(RecyclingTest, a_full_disk_counts_as_full_then_exhausted) {
  reopen();
  std::uint64_t used = 0;
  for (const std::string& name : storage_->names()) used += storage_->bytes(name).size();
  storage_->set_capacity(used);
  Append outcome = Append::done;
  while (outcome == Append::done) {
    outcome = journal_->append_message(message("t", std::string(500, 'x')));
    journal_->housekeep();
  }
  EXPECT_EQ(outcome, Append::full);
  EXPECT_LT(journal_->used_bytes(), settings_.max_bytes);
  const std::uint64_t used_when_full = journal_->used_bytes();
  while (outcome == Append::full) {
    outcome = journal_->append_message(message("t", std::string(500, 'x')));
    journal_->housekeep();
  }
  EXPECT_EQ(outcome, Append::exhausted);
  EXPECT_GE(journal_->used_bytes() - used_when_full, settings_.reserve_bytes - 600);
  const auto expected = all();
  reopen();
  EXPECT_EQ(all(), expected) << "a full disk does not stop the start of a journal to be drained";
  EXPECT_EQ(journal_->append_message(message("t", std::string(9000, 'x'))), Append::exhausted);

  journal_->release(journal_->end());
  journal_->housekeep();
  append("again");
  EXPECT_EQ(all().back(), std::to_string(expected.size() + 1) + " t again");
}

TEST_F(RecyclingTest, a_full_disk_lets_nothing_in_until_the_reserve_is_whole_again) {
  reopen();
  EXPECT_TRUE(journal_->has_room());
  std::uint64_t used = 0;
  for (const std::string& name : storage_->names()) used += storage_->bytes(name).size();
  storage_->set_capacity(used);
  while (journal_->append_message(message("t", std::string(500, 'x'))) == Append::done) {
    journal_->housekeep();
  }
  EXPECT_TRUE(journal_->disk_full());
  EXPECT_LT(journal_->used_bytes(), settings_.max_bytes / 2);
  EXPECT_FALSE(journal_->has_room());
  journal_->housekeep();
  EXPECT_FALSE(journal_->has_room());
  reopen();
  EXPECT_FALSE(journal_->has_room()) << "at a start too";

  storage_->set_capacity(1 << 20);
  journal_->housekeep();
  EXPECT_FALSE(journal_->disk_full()) << "it went on trying";
  EXPECT_TRUE(journal_->has_room());
  append("again");
}

TEST_F(RecyclingTest, no_space_for_a_new_journal_is_an_error) {
  storage_->set_capacity(2 * segment_bytes);
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::no_space);
  storage_->set_capacity(1 << 20);
  reopen();
  append("a");
}

TEST_F(RecyclingTest, another_segment_size_takes_over_with_the_next_segment) {
  reopen();
  while (journal_->end().value < 2 * segment_bytes) append("small");
  const auto small = all();
  settings_.segment_bytes = 64 << 10;
  settings_.max_bytes = 512 << 10;
  reopen();
  EXPECT_EQ(all(), small);
  append(std::string(30000, 'x'));
  for (int i = 0; i < 1000; ++i) append("large");
  EXPECT_EQ(all().size(), small.size() + 1001);
  journal_->release(journal_->end());
  journal_->housekeep();
  settings_.segment_bytes = segment_bytes;
  reopen();
  EXPECT_EQ(journal_->last_sequence().value, small.size() + 1001);
}

}  // namespace
}  // namespace senne::ingest::testing
