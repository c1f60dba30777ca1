#include <gmock/gmock.h>

#include <random>

#include "tests/ingest/journal/journal_fixture.h"

namespace senne::ingest::testing {
namespace {

using ::testing::HasSubstr;

using RecoveryTest = JournalFixture;

TEST_F(RecoveryTest, a_killed_process_loses_nothing) {
  std::mt19937_64 random(7);
  std::vector<std::string> expected;
  reopen();
  for (int round = 0; round < 40; ++round) {
    for (std::uint64_t i = random() % 20; i > 0; --i) {
      const std::string payload(random() % 300, 'p');
      ASSERT_NE(journal_->append_message(message("t", payload)), Append::exhausted);
      expected.push_back(std::to_string(expected.size() + 1) + " t " + payload);
    }
    if (random() % 3 == 0) journal_->housekeep();
    storage_ = storage_->after_kill();
    reopen();
    ASSERT_EQ(all(), expected);
    ASSERT_EQ(journal_->last_sequence().value, expected.size());
    ASSERT_EQ(journal_->synced(), journal_->end()) << "a start makes durable what it found";
  }
}

TEST_F(RecoveryTest, what_a_killed_process_left_survives_a_power_cut_after_the_start) {
  reopen();
  for (int i = 0; i < 100; ++i) append(std::string(400, 'x'));
  const auto expected = all();
  storage_ = storage_->after_kill();
  reopen();
  storage_ = storage_->after_power_cut(5);
  reopen();
  EXPECT_EQ(all(), expected);
}

// Linux takes pages for written whose sync failed.
TEST_F(RecoveryTest, what_a_failed_sync_left_in_memory_is_written_at_the_next_start) {
  auto opened =
      Journal::open(*storage_, settings_, clock_, {.on_disk_failed = [](const Error&) {}});
  ASSERT_TRUE(opened) << opened.error().message;
  journal_ = std::move(*opened);
  append("synced");
  journal_->housekeep();
  for (int i = 0; i < 100; ++i) append(std::string(400, 'x'));
  const auto expected = all();
  storage_->fail_syncs(true);
  journal_->housekeep();
  storage_ = storage_->after_kill();
  reopen();
  EXPECT_EQ(all(), expected);
  EXPECT_EQ(journal_->synced(), journal_->end());
  storage_ = storage_->after_power_cut(5);
  reopen();
  EXPECT_EQ(all(), expected);
}

TEST_F(RecoveryTest, a_record_that_was_being_written_is_cut) {
  reopen();
  append("whole");
  const Position end = journal_->end();
  // Killed before the length was stored: everything else of the record is there.
  append("half");
  storage_ = storage_->after_kill();
  storage_->overwrite(segment_name(0), segment_header_bytes + end.value, std::string(4, '\0'));
  reopen();
  EXPECT_EQ(all().size(), 1u);
  EXPECT_GT(journal_->recovery().cut_bytes, 0u);
  append("next");
  reopen();
  EXPECT_EQ(all().back(), "2 t next");
}

TEST_F(RecoveryTest, creation_interrupted_at_any_operation_is_taken_up_again) {
  for (std::uint64_t operation = 1;; ++operation) {
    MemoryStorage storage;
    std::unique_ptr<MemoryStorage> left;
    storage.before_operation([&] {
      if (storage.operations() == operation) left = storage.after_power_cut(operation);
    });
    ASSERT_TRUE(Journal::open(storage, settings_, clock_));
    if (left == nullptr) {
      EXPECT_GT(operation, 5u);
      return;
    }
    const auto journal = Journal::open(*left, settings_, clock_);
    ASSERT_TRUE(journal) << operation << ": " << journal.error().message;
    EXPECT_EQ((*journal)->end(), Position{0});
    EXPECT_EQ((*journal)->append_message(message("t", "x")), Append::done);
  }
}

TEST_F(RecoveryTest, leftover_spares_of_any_content_are_zeroed) {
  reopen();
  journal_.reset();
  for (const std::string& name : storage_->names())
    if (number_in_name(name, spare_suffix))
      storage_->overwrite(name, 0, std::string(segment_bytes, '\x11'));
  reopen();
  // Into the reserve, which is made of them.
  while (journal_->append_message(message("t", "x")) != Append::exhausted) {
  }
  const auto expected = all();
  reopen();
  EXPECT_EQ(all(), expected);
  EXPECT_EQ(journal_->recovery().cut_bytes, 0u);
}

TEST_F(RecoveryTest, the_report_counts_what_was_verified) {
  reopen();
  for (int i = 0; i < 10; ++i) append("x");
  const std::uint64_t end = journal_->end().value;
  reopen();
  EXPECT_EQ(journal_->recovery().records, 10u);
  EXPECT_EQ(journal_->recovery().bytes, end);
  EXPECT_EQ(journal_->recovery().cut_bytes, 0u);
}

}  // namespace
}  // namespace senne::ingest::testing
