// A journal that does what it does in service, cut off before each of its disk operations and
// between them: what was synced is there, what follows it is a prefix of what was appended, and the
// next start goes on.
#include <gtest/gtest.h>

#include <random>

#include "tests/ingest/journal/journal_fixture.h"

namespace senne::ingest::testing {
namespace {

// What was done to a journal, so that what is left of it can be judged.
struct History {
  std::vector<Position> positions;  // of records, in order
  std::vector<std::string> texts;
  Position synced;    // as promised to the caller
  Position released;  // as told to the journal
};

class Service {
 public:
  Service(MemoryStorage& storage, std::uint64_t seed, History& history)
      : storage_(storage), random_(seed), history_(history) {}

  bool open() {
    auto opened = Journal::open(storage_, small_settings(), clock_);
    EXPECT_TRUE(opened) << opened.error().message;
    if (!opened) return false;
    journal_ = std::move(*opened);
    return true;
  }

  void step() {
    clock_.advance(std::chrono::milliseconds{static_cast<int>(random_() % 400)});
    switch (random_() % 12) {
      case 0:
        journal_->housekeep();
        history_.synced = std::max(history_.synced, journal_->synced());
        break;
      case 1:
        release_some();
        break;
      case 2:
        if (journal_->try_append_tick()) note_last();
        break;
      case 3:
        if (journal_->append_connected() != Append::exhausted) note_last();
        break;
      default: {
        const std::string payload(random_() % 1500, static_cast<char>('a' + random_() % 26));
        if (journal_->append_message(message("t", payload)) != Append::exhausted) note_last();
      }
    }
  }

  Journal& journal() { return *journal_; }

 private:
  void note_last() {
    Position at = history_.positions.empty() ? journal_->begin() : after_last_;
    const auto records = journal_->poll(at, 10);
    ASSERT_TRUE(records) << records.error().message;
    ASSERT_EQ(records->size(), 1u);
    history_.positions.push_back(records->back().position);
    history_.texts.push_back(to_text(records->back()));
    after_last_ = records->back().next;
  }
  // As a shard does: what is synced and worked off.
  void release_some() {
    if (history_.positions.empty()) return;
    const Position at = history_.positions[random_() % history_.positions.size()];
    if (at <= history_.synced && at >= journal_->begin()) {
      journal_->release(at);
      history_.released = std::max(history_.released, at);
    }
  }

  MemoryStorage& storage_;
  std::mt19937_64 random_;
  History& history_;
  ManualClock clock_{start_time()};
  std::unique_ptr<Journal> journal_;
  Position after_last_;
};

void expect_right(MemoryStorage& after, const History& history, const std::string& where) {
  ManualClock clock(start_time() + std::chrono::hours{1});
  const auto opened = Journal::open(after, small_settings(), clock);
  ASSERT_TRUE(opened) << where << ": " << opened.error().message;
  Journal& journal = **opened;
  ASSERT_GE(journal.end(), history.synced) << where;
  ASSERT_LE(journal.begin(), history.released) << where;
  const auto texts = read_all(journal, journal.begin());
  ASSERT_TRUE(texts) << where << ": " << texts.error().message;
  std::size_t first = 0;
  while (first < history.positions.size() && history.positions[first] < journal.begin()) ++first;
  ASSERT_LE(first + texts->size(), history.texts.size()) << where;
  for (std::size_t i = 0; i < texts->size(); ++i)
    ASSERT_EQ((*texts)[i], history.texts[first + i]) << where;

  // And it goes on: through more than a round, so that nothing of before comes back.
  const std::uint64_t sequence = journal.last_sequence().value;
  std::uint64_t appended = 0;
  for (int i = 0; i < 40; ++i) {
    for (int k = 0; k < 3; ++k) {
      ASSERT_NE(journal.append_message(message("u", std::string(1200, 'n'))), Append::exhausted);
      ++appended;
    }
    journal.housekeep();
    const auto records = journal.poll(journal.begin(), 100'000);
    ASSERT_TRUE(records) << where << ": " << records.error().message;
    ASSERT_FALSE(records->empty()) << where;
    journal.release(records->back().next);
  }
  ASSERT_EQ(journal.last_sequence().value, sequence + appended) << where;
}

constexpr int steps = 250;

TEST(PowerCut, between_steps_at_any_point) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    MemoryStorage storage;
    History history;
    Service service(storage, seed, history);
    ASSERT_TRUE(service.open());
    for (int step = 0; step < steps; ++step) {
      service.step();
      if (step % 25 != static_cast<int>(seed % 25)) continue;
      const std::string where = "seed " + std::to_string(seed) + " step " + std::to_string(step);
      expect_right(*storage.after_power_cut(seed * 1000 + 1), history, where + " power cut");
      expect_right(*storage.after_kill(), history, where + " kill");
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(PowerCut, before_each_disk_operation) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    MemoryStorage storage;
    History history;
    storage.before_operation([&] {
      const std::string where =
          "seed " + std::to_string(seed) + " operation " + std::to_string(storage.operations());
      if (::testing::Test::HasFatalFailure()) return;
      expect_right(*storage.after_power_cut(storage.operations()), history, where);
    });
    Service service(storage, seed, history);
    ASSERT_TRUE(service.open());
    for (int step = 0; step < steps && !::testing::Test::HasFatalFailure(); ++step) service.step();
    storage.before_operation(nullptr);
    ASSERT_GT(storage.operations(), 40u);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

// The start itself is cut off, at each of its operations.
TEST(PowerCut, during_recovery) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    MemoryStorage storage;
    History history;
    Service service(storage, seed, history);
    ASSERT_TRUE(service.open());
    for (int step = 0; step < steps; ++step) service.step();
    const auto torn = storage.after_power_cut(seed);
    torn->before_operation([&] {
      if (::testing::Test::HasFatalFailure()) return;
      expect_right(
          *torn->after_power_cut(torn->operations()), history,
          "seed " + std::to_string(seed) + " operation " + std::to_string(torn->operations()));
    });
    ManualClock clock(start_time() + std::chrono::hours{1});
    ASSERT_TRUE(Journal::open(*torn, small_settings(), clock));
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace senne::ingest::testing
