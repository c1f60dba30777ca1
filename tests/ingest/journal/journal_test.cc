#include "ingest/journal/journal.h"

#include <gmock/gmock.h>

#include "core/user_properties.h"
#include "tests/ingest/journal/journal_fixture.h"

namespace senne::ingest::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using JournalTest = JournalFixture;

TEST_F(JournalTest, a_new_journal_is_empty) {
  reopen();
  EXPECT_EQ(journal_->begin(), Position{0});
  EXPECT_EQ(journal_->end(), Position{0});
  EXPECT_EQ(journal_->last_sequence(), Sequence{0});
  EXPECT_EQ(journal_->last_receive_time(), Instant{});
  EXPECT_EQ(journal_->used_bytes(), 0u);
  EXPECT_FALSE(journal_->identity().has_committed);
  EXPECT_NE(journal_->identity().id, Id128{});
  EXPECT_THAT(all(), IsEmpty());
}

TEST_F(JournalTest, what_is_appended_is_handed_out) {
  reopen();
  std::string properties;
  append_user_property(properties, "traceparent", "00-ab-cd-01");
  const Id128 hash{0x0123456789abcdef, 0xfedcba9876543210};
  Message first = message("city/1", "payload", properties);
  first.duplicate = true;
  Message second = message("city/2", "pre");
  second.retained = true;
  second.payload_length = 1'000'000;
  second.route = RouteIndex{};

  EXPECT_EQ(journal_->append_configuration(hash), Append::done);
  EXPECT_EQ(journal_->append_connected(), Append::done);
  EXPECT_EQ(journal_->append_message(first), Append::done);
  clock_.advance(seconds{1});
  EXPECT_TRUE(journal_->try_append_tick());
  EXPECT_EQ(journal_->append_message(second), Append::done);

  const auto records = journal_->poll(journal_->begin(), 100);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 5u);
  const auto& r = *records;
  EXPECT_EQ(r[0].kind, RecordKind::configuration);
  EXPECT_EQ(r[0].configuration, hash);
  EXPECT_EQ(r[0].sequence, Sequence{0});
  EXPECT_EQ(r[1].kind, RecordKind::connected);
  EXPECT_EQ(r[1].receive_time, start_time());
  EXPECT_EQ(r[2].kind, RecordKind::message);
  EXPECT_EQ(r[2].sequence, Sequence{1});
  EXPECT_EQ(r[2].message.route, RouteIndex{7});
  EXPECT_EQ(r[2].message.topic, "city/1");
  EXPECT_EQ(r[2].message.payload, "payload");
  EXPECT_EQ(r[2].message.user_properties, properties);
  EXPECT_TRUE(r[2].message.duplicate);
  EXPECT_FALSE(r[2].message.retained);
  EXPECT_FALSE(r[2].message.truncated());
  EXPECT_EQ(r[3].kind, RecordKind::tick);
  EXPECT_EQ(r[3].sequence, Sequence{1});
  EXPECT_EQ(r[3].receive_time, start_time() + seconds{1});
  EXPECT_EQ(r[4].sequence, Sequence{2});
  EXPECT_EQ(r[4].message.route, RouteIndex{RouteIndex::none});
  EXPECT_TRUE(r[4].message.retained);
  EXPECT_TRUE(r[4].message.truncated());
  EXPECT_EQ(r[4].message.payload_length, 1'000'000u);
  for (std::size_t i = 1; i < r.size(); ++i) EXPECT_EQ(r[i].position, r[i - 1].next);
  EXPECT_EQ(r[4].next, journal_->end());
  EXPECT_EQ(journal_->last_sequence(), Sequence{2});
  EXPECT_EQ(journal_->last_receive_time(), start_time() + seconds{1});
}

TEST_F(JournalTest, poll_begins_where_it_is_told_and_ends_at_the_limit) {
  reopen();
  for (const char* payload : {"a", "b", "c", "d"}) append(payload);
  const auto two = journal_->poll(journal_->begin(), 2);
  ASSERT_EQ(two->size(), 2u);
  const Position next = two->back().next;
  EXPECT_THAT(read_all(*journal_, next).value(), ElementsAre("3 t c", "4 t d"));
  EXPECT_THAT(journal_->poll(journal_->end(), 10).value(), IsEmpty());
}

TEST_F(JournalTest, a_payload_has_readable_bytes_behind_it_also_at_the_end_of_the_segment) {
  reopen();
  const std::string large(journal_->record_bytes_max() - record_header_bytes - 1, 'x');
  ASSERT_EQ(journal_->append_message(message("t", large)), Append::done);
  const auto records = journal_->poll(journal_->begin(), 1);
  ASSERT_EQ(records->size(), 1u);
  const std::string_view payload = (*records)[0].message.payload;
  const char* const end = payload.data() + payload.size();
  const auto file = storage_->bytes(segment_name(0));
  const auto* const file_end = reinterpret_cast<const char*>(file.data() + file.size());
  EXPECT_GE(file_end - end, static_cast<std::ptrdiff_t>(payload_padding));
}

TEST_F(JournalTest, a_record_that_cannot_fit_is_a_broken_invariant) {
  reopen();
  const std::string large(journal_->record_bytes_max() - record_header_bytes, 'x');
  EXPECT_DEATH(journal_->append_message(message("t", large)), "CHECK failed");
}

TEST_F(JournalTest, at_any_size_of_journal_a_payload_of_256_KiB_fits) {
  for (const std::uint64_t max_bytes : {1ull, 1ull << 20, 100ull << 20}) {
    MemoryStorage storage;
    JournalSettings settings;
    settings.max_bytes = max_bytes;
    settings.reserve_bytes = 0;
    const auto journal = Journal::open(storage, settings, clock_);
    ASSERT_TRUE(journal);
    EXPECT_GE((*journal)->record_bytes_max(), (256u << 10) + (2u << 16) + record_header_bytes);
  }
}

TEST_F(JournalTest, one_tick_a_second_at_most_and_none_where_a_record_is) {
  reopen();
  EXPECT_TRUE(journal_->try_append_tick());
  EXPECT_FALSE(journal_->try_append_tick());
  clock_.advance(milliseconds{999});
  EXPECT_FALSE(journal_->try_append_tick());
  clock_.advance(milliseconds{1});
  EXPECT_TRUE(journal_->try_append_tick());
  EXPECT_FALSE(journal_->try_append_tick());
  clock_.advance(seconds{1});
  append("a");
  EXPECT_FALSE(journal_->try_append_tick());
  clock_.advance(seconds{100});
  EXPECT_TRUE(journal_->try_append_tick());
  EXPECT_FALSE(journal_->try_append_tick()) << "after a gap there is one tick";
  EXPECT_THAT(all(), ElementsAre("tick", "tick", "1 t a", "tick"));
}

TEST_F(JournalTest, no_tick_after_a_restart_within_the_second_of_the_last_record) {
  reopen();
  append("a");
  reopen();
  EXPECT_FALSE(journal_->try_append_tick());
  clock_.advance(seconds{1});
  EXPECT_TRUE(journal_->try_append_tick());
}

TEST_F(JournalTest, receive_time_never_decreases_when_the_wall_clock_steps) {
  reopen();
  append("a");
  clock_.step_wall(-seconds{30});
  clock_.advance(milliseconds{1});
  append("b");
  clock_.step_wall(seconds{300});
  clock_.advance(milliseconds{1});
  append("c");
  const auto records = journal_->poll(journal_->begin(), 10);
  EXPECT_EQ((*records)[0].receive_time, start_time());
  EXPECT_EQ((*records)[1].receive_time, start_time() + milliseconds{1});
  EXPECT_EQ((*records)[2].receive_time, start_time() + milliseconds{2});
  EXPECT_EQ(journal_->clock_parted(), seconds{270});
}

TEST_F(JournalTest, messages_are_marked_while_the_clocks_are_over_a_minute_apart) {
  reopen();
  const auto marked_after_step = [this](seconds step) {
    clock_.step_wall(step);
    clock_.advance(seconds{1});
    append("x");
    return journal_->poll(journal_->begin(), 100)->back().message.clock_apart;
  };
  EXPECT_FALSE(marked_after_step(seconds{60}));
  EXPECT_TRUE(marked_after_step(seconds{1}));
  EXPECT_FALSE(marked_after_step(-seconds{121}));
  EXPECT_TRUE(marked_after_step(-seconds{1}));
  EXPECT_FALSE(marked_after_step(seconds{1}));
}

TEST_F(JournalTest, receive_time_never_decreases_over_a_restart) {
  reopen();
  append("a");
  clock_.step_wall(-seconds{59});
  reopen();
  append("b");
  const auto records = journal_->poll(journal_->begin(), 10);
  EXPECT_EQ((*records)[1].receive_time, start_time());
}

TEST_F(JournalTest, a_wall_clock_long_before_the_last_record_is_refused) {
  reopen();
  append("a");
  clock_.step_wall(-seconds{61});
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::mismatch);
  EXPECT_THAT(error.message, HasSubstr("61 s before"));
  EXPECT_THAT(error.message, HasSubstr("accept_clock_gap"));
}

TEST_F(JournalTest, accepted_time_goes_on_from_the_last_record_where_the_clock_was_ahead) {
  const auto day = std::chrono::hours{24};
  reopen();
  append("a");
  clock_.step_wall(-day);
  clock_.advance(std::chrono::minutes{1});
  settings_.accept_clock_gap = true;
  reopen();
  EXPECT_EQ(journal_->clock_parted(), -day + std::chrono::minutes{1});
  for (int second = 1; second <= 3; ++second) {
    clock_.advance(seconds{1});
    EXPECT_TRUE(journal_->try_append_tick());
    EXPECT_FALSE(journal_->try_append_tick()) << "one a second";
  }
  append("b");
  const auto records = journal_->poll(journal_->begin(), 10);
  EXPECT_EQ(records->back().receive_time, start_time() + seconds{3});
  EXPECT_TRUE(records->back().message.clock_apart);
  settings_.accept_clock_gap = false;
  EXPECT_THAT(refusal().message, HasSubstr("s before"));
  clock_.advance(day);
  reopen();
  EXPECT_EQ(journal_->clock_parted(), Duration{0}) << "once the wall clock has caught up";
}

TEST_F(JournalTest, a_gap_of_more_than_30_days_is_refused_unless_accepted) {
  reopen();
  append("a");
  clock_.advance(std::chrono::hours{24 * 30} + seconds{1});
  EXPECT_THAT(refusal().message, HasSubstr("2592001 s after"));
  settings_.accept_clock_gap = true;
  reopen();
  EXPECT_THAT(all(), ElementsAre("1 t a"));
}

TEST_F(JournalTest, synced_follows_housekeeping) {
  reopen();
  append("a");
  const Position end = journal_->end();
  EXPECT_LT(journal_->synced(), end);
  journal_->housekeep();
  EXPECT_EQ(journal_->synced(), end);
}

TEST_F(JournalTest, a_request_to_sync_wakes_once) {
  reopen();
  int woken = 0;
  journal_->on_sync_requested([&woken] { ++woken; });
  append("a");
  journal_->request_sync(journal_->end());
  journal_->request_sync(journal_->end());
  EXPECT_EQ(woken, 1);
  journal_->housekeep();
  journal_->request_sync(journal_->end());
  EXPECT_EQ(woken, 1) << "there is nothing to sync";
  append("b");
  journal_->request_sync(journal_->end());
  EXPECT_EQ(woken, 2);
}

TEST_F(JournalTest, with_always_an_append_is_on_disk_when_it_returns) {
  settings_.sync_interval = Duration::zero();
  reopen();
  for (int i = 0; i < 1000; ++i) {
    clock_.advance(milliseconds{1});
    const Append outcome = journal_->append_message(message("t", std::string(300, 'x')));
    if (outcome != Append::done) break;
    ASSERT_EQ(journal_->synced(), journal_->end());
  }
  const auto expected = all();
  const auto last = journal_->last_sequence();
  storage_ = storage_->after_power_cut(1);
  reopen();
  EXPECT_EQ(all(), expected);
  EXPECT_EQ(journal_->last_sequence(), last);
}

TEST_F(JournalTest, a_failed_sync_ends_the_process) {
  reopen();
  append("a");
  storage_->fail_syncs();
  EXPECT_EXIT(journal_->housekeep(), ::testing::ExitedWithCode(1), "disk was told to fail");
}

TEST_F(JournalTest, what_was_committed_to_is_remembered) {
  reopen();
  const Id128 id = journal_->identity().id;
  ASSERT_TRUE(journal_->note_committed("cluster-1"));
  EXPECT_TRUE(journal_->identity().has_committed);
  storage_ = storage_->after_power_cut(1);
  reopen();
  EXPECT_EQ(journal_->identity().id, id);
  EXPECT_TRUE(journal_->identity().has_committed);
  EXPECT_EQ(journal_->identity().cluster_id, "cluster-1");
}

TEST_F(JournalTest, poll_outside_of_the_log_is_refused) {
  reopen();
  append("a");
  EXPECT_EQ(journal_->poll(Position{1 << 30}, 1).error().kind, ErrorKind::not_found);
  EXPECT_EQ(journal_->poll(Position{3}, 1).error().kind, ErrorKind::not_found);
  const Position end = journal_->end();
  journal_->release(end);
  EXPECT_EQ(journal_->poll(Position{0}, 1).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(journal_->poll(end, 1));
}

}  // namespace
}  // namespace senne::ingest::testing
