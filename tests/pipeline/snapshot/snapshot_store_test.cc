#include "pipeline/snapshot/snapshot_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_storage.h"

namespace senne::pipeline {
namespace {

using senne::testing::MemoryStorage;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Id128 journal{1, 2};
constexpr Id128 configuration{3, 4};

std::string file(std::uint64_t position) {
  std::string digits = std::to_string(position);
  return "snapshot-" + std::string(20 - digits.size(), '0') + digits;
}

Snapshot snapshot_at(std::uint64_t position, Id128 of = journal) {
  return {Position{position}, of, configuration, "state at " + std::to_string(position)};
}

// The store stepped by hand: no thread.
class SnapshotStoreTest : public ::testing::Test {
 protected:
  void save(std::uint64_t position, Id128 of = journal) {
    ASSERT_TRUE(store.save(snapshot_at(position, of)));
    store.do_work();
    ASSERT_TRUE(store.status()) << store.status().error().message;
  }
  std::vector<std::string> files() { return storage.list().value(); }

  MemoryStorage storage;
  SnapshotStore store{storage};
};

TEST_F(SnapshotStoreTest, nothing_is_there_before_the_first) {
  const auto loaded = store.load(Position{1000}, journal);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::not_found);
  EXPECT_EQ(store.older_kept(), Position{});
  EXPECT_THAT(store.list().value(), IsEmpty());
}

TEST_F(SnapshotStoreTest, saved_is_loaded) {
  save(100);
  const auto loaded = store.load(Position{100}, journal);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->position, Position{100});
  EXPECT_EQ(loaded->journal, journal);
  EXPECT_EQ(loaded->configuration, configuration);
  EXPECT_EQ(loaded->state, "state at 100");
  EXPECT_EQ(loaded->file, file(100));
  EXPECT_THAT(loaded->passed_over, IsEmpty());
  EXPECT_EQ(store.written().value(), 1u);
}

TEST_F(SnapshotStoreTest, save_returns_before_anything_is_written) {
  EXPECT_TRUE(store.save(snapshot_at(100)));
  EXPECT_TRUE(store.busy());
  EXPECT_THAT(files(), IsEmpty());
  Snapshot second = snapshot_at(200);
  EXPECT_FALSE(store.save(std::move(second)));
  EXPECT_EQ(second.state, "state at 200");  // still the caller's
  store.do_work();
  EXPECT_FALSE(store.busy());
  EXPECT_THAT(files(), ElementsAre(file(100)));
  EXPECT_TRUE(store.save(std::move(second)));
}

TEST_F(SnapshotStoreTest, wait_writes_what_no_thread_has_taken_up) {
  EXPECT_TRUE(store.save(snapshot_at(100)));
  store.wait();
  EXPECT_FALSE(store.busy());
  EXPECT_THAT(files(), ElementsAre(file(100)));
}

TEST_F(SnapshotStoreTest, closing_writes_what_is_pending) {
  EXPECT_TRUE(store.save(snapshot_at(100)));
  store.on_close();
  EXPECT_THAT(files(), ElementsAre(file(100)));
}

TEST_F(SnapshotStoreTest, two_newest_are_kept_and_the_older_of_them_frees_the_journal) {
  save(100);
  EXPECT_EQ(store.older_kept(), Position{});
  save(200);
  EXPECT_EQ(store.older_kept(), Position{100});
  save(300);
  EXPECT_EQ(store.older_kept(), Position{200});
  EXPECT_THAT(files(), ElementsAre(file(200), file(300)));
}

TEST_F(SnapshotStoreTest,
       a_second_one_of_the_same_position_is_a_copy_and_frees_the_journal_up_to_it) {
  save(200);
  save(300);
  save(300);
  EXPECT_EQ(store.older_kept(), Position{300});
  EXPECT_THAT(files(), ElementsAre(file(300), file(300) + ".copy"));
  save(300);
  EXPECT_EQ(store.older_kept(), Position{300});
  EXPECT_THAT(files(), ElementsAre(file(300), file(300) + ".copy"));

  SnapshotStore next(storage);
  EXPECT_EQ(next.load(Position{300}, journal)->position, Position{300});
  EXPECT_EQ(next.older_kept(), Position{300});
  storage.flip_bit(file(300) + ".copy", 20, 3);
  SnapshotStore after(storage);
  EXPECT_EQ(after.load(Position{300}, journal)->file, file(300));
  EXPECT_EQ(after.older_kept(), Position{});

  save(400);
  EXPECT_EQ(store.older_kept(), Position{300});
  EXPECT_THAT(files(), SizeIs(2));
}

TEST_F(SnapshotStoreTest, names_sort_as_positions_do) {
  save(9);
  save(10);
  save(18'000'000'000'000'000'000u);
  EXPECT_THAT(files(), ElementsAre(file(10), file(18'000'000'000'000'000'000u)));
  EXPECT_EQ(store.load(Position{~0ull}, journal)->position.value, 18'000'000'000'000'000'000u);
}

TEST_F(SnapshotStoreTest, restarted_store_knows_what_is_kept) {
  save(100);
  save(200);
  SnapshotStore next(storage);
  EXPECT_EQ(next.older_kept(), Position{});  // nothing is released on mere file names
  ASSERT_TRUE(next.load(Position{250}, journal));
  EXPECT_EQ(next.older_kept(), Position{100});
}

TEST_F(SnapshotStoreTest, snapshot_beyond_the_committed_position_is_passed_over) {
  save(100);
  save(200);
  const auto loaded = store.load(Position{199}, journal);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->position, Position{100});
  ASSERT_THAT(loaded->passed_over, SizeIs(1));
  EXPECT_THAT(loaded->passed_over[0], HasSubstr(file(200)));
  EXPECT_EQ(store.older_kept(), Position{});
}

TEST_F(SnapshotStoreTest, damaged_newest_falls_back_to_the_older_and_is_reported) {
  save(100);
  save(200);
  storage.flip_bit(file(200), 5, 3);
  const auto loaded = store.load(Position{1000}, journal);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->position, Position{100});
  EXPECT_EQ(loaded->state, "state at 100");
  ASSERT_THAT(loaded->passed_over, SizeIs(1));
  EXPECT_THAT(loaded->passed_over[0], HasSubstr(file(200)));
  // One good one is left: the journal is held from there on until there are two again.
  EXPECT_EQ(store.older_kept(), Position{});
  save(300);
  EXPECT_EQ(store.older_kept(), Position{100});
  EXPECT_THAT(files(), ElementsAre(file(100), file(300)));
}

TEST_F(SnapshotStoreTest, damaged_older_does_not_free_the_journal) {
  save(100);
  save(200);
  storage.flip_bit(file(100), 5, 3);
  EXPECT_EQ(store.load(Position{1000}, journal)->position, Position{200});
  EXPECT_EQ(store.older_kept(), Position{});
  save(300);
  EXPECT_EQ(store.older_kept(), Position{200});
}

TEST_F(SnapshotStoreTest, when_none_checks_it_is_damage_not_absence) {
  save(100);
  save(200);
  storage.flip_bit(file(100), 0, 0);
  storage.flip_bit(file(200), 0, 0);
  const auto loaded = store.load(Position{1000}, journal);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::damage);
  EXPECT_THAT(loaded.error().message, HasSubstr(file(200)));
}

TEST_F(SnapshotStoreTest, file_under_another_position_is_damage) {
  save(100);
  ASSERT_TRUE(storage.rename(file(100), file(101)));
  EXPECT_EQ(store.load(Position{1000}, journal).error().kind, ErrorKind::damage);
}

TEST_F(SnapshotStoreTest, snapshot_of_another_journal_is_not_mine) {
  const Id128 other{8, 9};
  save(100);
  save(200, other);
  const auto loaded = store.load(Position{1000}, journal);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->position, Position{100});
  EXPECT_EQ(store.older_kept(), Position{});
  EXPECT_EQ(store.load(Position{1000}, Id128{5, 5}).error().kind, ErrorKind::not_found);
}

TEST_F(SnapshotStoreTest, list_shows_each_and_what_is_wrong_with_it) {
  save(100);
  save(200);
  storage.flip_bit(file(200), 0, 0);
  ASSERT_TRUE(storage.write_whole("segment-00000000000000000000", "not ours"));
  const auto infos = store.list().value();
  ASSERT_THAT(infos, SizeIs(2));
  EXPECT_EQ(infos[0].file, file(100));
  EXPECT_EQ(infos[0].position, Position{100});
  EXPECT_EQ(infos[0].bytes, std::string("state at 100").size());
  EXPECT_EQ(infos[0].journal, journal);
  EXPECT_EQ(infos[0].configuration, configuration);
  EXPECT_FALSE(infos[0].error);
  ASSERT_TRUE(infos[1].error);
  EXPECT_EQ(infos[1].error->kind, ErrorKind::damage);
}

TEST_F(SnapshotStoreTest, files_of_others_stay) {
  ASSERT_TRUE(storage.write_whole("snapshot-notes.txt", "an operator's"));
  for (const std::uint64_t position : {100u, 200u, 300u, 400u}) save(position);
  EXPECT_THAT(files(), ElementsAre(file(300), file(400), "snapshot-notes.txt"));
}

TEST_F(SnapshotStoreTest, full_disk_is_reported_and_leaves_what_was_there) {
  save(100);
  save(200);
  storage.set_capacity(1);
  EXPECT_TRUE(store.save(snapshot_at(300)));
  store.do_work();
  ASSERT_FALSE(store.status());
  EXPECT_EQ(store.status().error().kind, ErrorKind::no_space);
  EXPECT_FALSE(store.busy());
  EXPECT_EQ(store.older_kept(), Position{100});
  EXPECT_THAT(files(), ElementsAre(file(100), file(200)));
  storage.set_capacity(1'000'000);
  save(400);
  EXPECT_EQ(store.older_kept(), Position{200});
}

// At whichever step the power goes: two snapshots or the ones before, and nothing that a release of
// the journal counted on is gone.
TEST_F(SnapshotStoreTest, power_cut_at_any_step_of_a_save_keeps_what_releases_count_on) {
  save(100);
  save(200);
  int cuts = 0;
  storage.before_operation([&] {
    const Position released = store.older_kept();
    const auto left = storage.after_power_cut(static_cast<std::uint64_t>(++cuts));
    SnapshotStore next(*left);
    const auto loaded = next.load(Position{1000}, journal);
    ASSERT_TRUE(loaded);
    EXPECT_GE(loaded->position, Position{200});
    EXPECT_GE(next.older_kept(), released);
    EXPECT_NE(next.older_kept(), Position{});
  });
  save(300);
  save(400);
  EXPECT_GE(cuts, 4);
}

}  // namespace
}  // namespace senne::pipeline
