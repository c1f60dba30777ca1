// The shard where a lot waits: how old it says that is, how much it takes at a time, what it
// releases; and where an operator has chosen the position.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "tests/pipeline/shard/world.h"

namespace senne::testing {
namespace {

using namespace std::chrono_literals;
using pipeline::Phase;
using sinks::SinkFailure;
using sinks::SinkStep;

std::multiset<std::string> sequences(const World& world) {
  std::multiset<std::string> found;
  for (const auto& collection : world.observations()) found.insert(collection.sequence());
  return found;
}

// Messages first to last - 1 of one device.
std::multiset<std::string> numbered(int first, int last) {
  std::multiset<std::string> expected;
  for (int n = first; n < last; ++n) expected.insert(std::to_string(n));
  return expected;
}

// A sink whose every call passes through the one behind it.
class Passing : public Sink {
 public:
  explicit Passing(std::unique_ptr<Sink> next) : next_(std::move(next)) {}
  SinkResult<std::optional<Committed>> committed() override { return next_->committed(); }
  std::string cluster_id() const override { return next_->cluster_id(); }
  SinkResult<void> claim() override { return next_->claim(); }
  std::size_t size_limit(Topic topic) const override { return next_->size_limit(topic); }
  SinkResult<void> begin() override { return next_->begin(); }
  SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                        std::span<const Header> headers) override {
    return next_->emit(topic, key, value, headers);
  }
  SinkResult<void> commit(Position position, const CommitMetadata& metadata) override {
    return next_->commit(position, metadata);
  }

 private:
  std::unique_ptr<Sink> next_;
};

// A cluster too slow for more than so many records within a transaction's time.
class Slow final : public Passing {
 public:
  Slow(std::unique_ptr<Sink> next, int records_max)
      : Passing(std::move(next)), records_max_(records_max) {}
  SinkResult<void> begin() override {
    records_ = 0;
    return Passing::begin();
  }
  SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                        std::span<const Header> headers) override {
    ++records_;
    return Passing::emit(topic, key, value, headers);
  }
  SinkResult<void> commit(Position position, const CommitMetadata& metadata) override {
    if (records_ > records_max_) {
      return tl::unexpected(SinkError{SinkError::Kind::fenced, "the transaction timed out"});
    }
    return Passing::commit(position, metadata);
  }

 private:
  const int records_max_;
  int records_ = 0;
};

class Backlog : public ::testing::Test {
 protected:
  void publish(int first, int last) {
    for (int n = first; n < last; ++n) world_.publish(1, n, n % 50);
  }

  World world_;
};

// As where the broker was left because the log is full: no ticks, and nothing comes in until there
// is room.
class FullBacklog : public Backlog {
 protected:
  FullBacklog() {
    world_.journal_settings.max_bytes = 512 << 10;
    world_.journal_settings.reserve_bytes = 64 << 10;
    world_.journal_settings.segment_bytes = 32 << 10;
    world_.boot();
    EXPECT_TRUE(world_.settle());
    world_.connected = false;
    while (world_.journal().used_bytes() < world_.journal().capacity_bytes() * 9 / 10) {
      world_.publish(1, published_++, 20);
      world_.journal().housekeep();
    }
  }
  bool below_half() {
    return world_.journal().used_bytes() < world_.journal().capacity_bytes() / 2;
  }

  int published_ = 0;
};

TEST_F(FullBacklog, worked_off_it_leaves_the_log_below_half_though_nothing_more_comes) {
  ASSERT_TRUE(world_.settle());
  world_.run(4s);
  EXPECT_TRUE(below_half()) << world_.journal().used_bytes();
  EXPECT_EQ(sequences(world_), numbered(0, published_));
  // Two snapshots lead to where it stands.
  world_.kill();
  world_.boot();
  ASSERT_TRUE(world_.settle());
  EXPECT_TRUE(below_half());
}

TEST_F(FullBacklog, it_leaves_the_log_below_half_once_snapshots_can_be_written_again) {
  world_.snapshot_disk().set_capacity(0);
  ASSERT_TRUE(world_.settle());
  world_.run(4s);
  EXPECT_FALSE(below_half());
  world_.snapshot_disk().set_capacity(1 << 20);
  world_.run(4s);
  EXPECT_TRUE(below_half()) << world_.journal().used_bytes();
}

TEST_F(Backlog, a_batch_that_takes_the_cluster_too_long_is_made_smaller) {
  World world({.commit_records = 4096, .commit_records_min = 50});
  world.decorate_sink = [](std::unique_ptr<Sink> sink) -> std::unique_ptr<Sink> {
    return std::make_unique<Slow>(std::move(sink), 100);
  };
  world.boot();
  for (int n = 0; n < 3000; ++n) world.publish(1, n, 20);
  ASSERT_TRUE(world.settle()) << world.shard().figures().obstacle;
  EXPECT_EQ(sequences(world), numbered(0, 3000));
  EXPECT_GT(world.shard().counters().fenced.value(), 2u);
  EXPECT_LT(world.shard().counters().fenced.value(), 20u);
}

TEST_F(Backlog, its_age_is_that_of_the_first_message_that_is_not_committed) {
  world_.boot();
  publish(0, 3);
  ASSERT_TRUE(world_.settle());
  EXPECT_EQ(world_.shard().figures().oldest_uncommitted, std::nullopt);
  // Ticks alone are nothing that waits.
  world_.run(3s);
  EXPECT_EQ(world_.shard().figures().oldest_uncommitted, std::nullopt);

  for (int i = 0; i < 1000; ++i) world_.cluster->fail_next(SinkStep::commit, SinkFailure::retry);
  publish(3, 4);
  const Instant first = world_.journal().last_receive_time();
  world_.run(5s);
  publish(4, 6);
  world_.run(5s);
  EXPECT_EQ(world_.shard().figures().oldest_uncommitted, first);
}

TEST_F(Backlog, its_age_is_known_where_the_cluster_went_away_before_it_began) {
  world_.boot();
  publish(0, 3);
  ASSERT_TRUE(world_.settle());
  // An empty commit fails, and from then on nobody answers.
  world_.cluster->fail_next(SinkStep::commit, SinkFailure::restart);
  for (int i = 0; i < 1000; ++i) world_.cluster->fail_next(SinkStep::committed, SinkFailure::retry);
  world_.run(11s);
  ASSERT_EQ(world_.shard().figures().phase, Phase::reaching);
  publish(3, 4);
  const Instant first = world_.journal().last_receive_time();
  world_.run(40s);
  EXPECT_EQ(world_.shard().figures().oldest_uncommitted, first);
}

TEST_F(Backlog, no_figure_ever_falls_and_what_is_lost_was_not_counted) {
  world_.boot();
  publish(0, 50);
  ASSERT_TRUE(world_.settle());
  const auto observed = [&] {
    std::uint64_t sum = 0;
    for (const auto& route : world_.shard().figures().pipeline.routes) sum += route.observations;
    return sum;
  };
  ASSERT_EQ(observed(), 50u);
  world_.cluster->fail_next(SinkStep::commit, SinkFailure::restart);
  publish(50, 80);
  std::uint64_t highest = 50;
  for (int i = 0; i < 200; ++i) {
    world_.clock.advance(10ms);
    world_.step();
    EXPECT_GE(observed(), highest);
    highest = observed();
    EXPECT_TRUE(highest == 50 || highest == 80) << highest;
  }
  ASSERT_TRUE(world_.settle());
  EXPECT_EQ(observed(), 80u);
  EXPECT_EQ(world_.shard().counters().aborted.value(), 1u);
}

TEST_F(Backlog, a_process_ended_while_the_sink_waits_has_not_died_of_the_record_in_hand) {
  // Waits in the emission of every record, and is ended there.
  struct Ended {};
  class Waiting final : public Passing {
   public:
    Waiting(std::unique_ptr<Sink> next, const bool& end) : Passing(std::move(next)), end_(end) {}
    void on_wait(WaitListener tell) override { tell_ = std::move(tell); }
    SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                          std::span<const Header> headers) override {
      {
        tell_(true);
        if (end_) throw Ended{};
        tell_(false);
      }
      return Passing::emit(topic, key, value, headers);
    }

   private:
    const bool& end_;
    WaitListener tell_;
  };
  bool end = false;
  world_.decorate_sink = [&](std::unique_ptr<Sink> sink) -> std::unique_ptr<Sink> {
    return std::make_unique<Waiting>(std::move(sink), end);
  };
  world_.boot();
  ASSERT_TRUE(world_.settle());
  publish(0, 1);
  end = true;
  for (int i = 0; i < 4; ++i) {
    EXPECT_THROW(world_.settle(), Ended);
    world_.kill();
    world_.boot();
  }
  end = false;
  ASSERT_TRUE(world_.settle());
  EXPECT_EQ(sequences(world_), numbered(0, 1));
  EXPECT_TRUE(world_.cluster->records(Topic::dead_letters).empty());
}

TEST_F(Backlog, a_journal_that_takes_over_keeps_in_mind_what_the_other_had_committed) {
  world_.boot();
  publish(0, 5);
  ASSERT_TRUE(world_.settle());
  const Committed before = *world_.cluster->committed("senne.test");
  World next;
  next.cluster = world_.cluster;
  next.boot();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(next.settle());
    const Committed now = *world_.cluster->committed("senne.test");
    EXPECT_NE(now.metadata.journal, before.metadata.journal);
    ASSERT_EQ(now.metadata.predecessors.size(), 1u);
    EXPECT_EQ(now.metadata.predecessors[0].journal, before.metadata.journal);
    EXPECT_EQ(now.metadata.predecessors[0].position, before.position);
    next.publish(1, 10, 3);
    ASSERT_TRUE(next.settle());
    next.kill();
    next.boot();
  }
}

class Adopted : public Backlog {
 protected:
  struct Place {
    Position position;
    bool after_a_seal = false;  // the first record of its segment
  };
  // Segments full of messages, all committed: where records begin.
  std::vector<Place> fill() {
    world_.journal_settings.segment_bytes = 16 << 10;
    world_.boot();
    publish(0, 600);
    EXPECT_TRUE(world_.settle());
    std::vector<Place> places;
    Position next{};
    while (next < world_.journal().end()) {
      const auto records = world_.journal().poll(next, 100'000);
      EXPECT_TRUE(records);
      if (records->empty()) break;
      for (const Record& record : *records) {
        places.push_back({record.position, record.position != next});
        next = record.next;
      }
    }
    world_.kill();
    return places;
  }
  // Goes on at `position` with whatever Kafka has lost.
  bool goes_on_at(Position position) {
    world_.adopted = position;
    world_.boot();
    return world_.settle();
  }
};

TEST_F(Adopted, at_every_record_the_first_of_a_segment_included) {
  const std::vector<Place> places = fill();
  ASSERT_GT(places.size(), 600u);
  int after_a_seal = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i].after_a_seal && i % 97 != 0) continue;
    after_a_seal += places[i].after_a_seal ? 1 : 0;
    EXPECT_TRUE(goes_on_at(places[i].position)) << places[i].position.value;
    EXPECT_EQ(world_.adopted, std::nullopt);
    world_.kill();
  }
  EXPECT_GE(after_a_seal, 2);
}

class AdoptedWithoutSnapshot : public Adopted {
 protected:
  // Long enough that the beginning is released; then everything that led there is lost.
  AdoptedWithoutSnapshot() {
    world_.journal_settings.segment_bytes = 16 << 10;
    world_.journal_settings.max_bytes = 256 << 10;
    world_.boot();
    for (int n = 0; n < 3000; ++n) {
      world_.publish(1, n, 20);
      if (n % 100 == 0) world_.run(200ms);
    }
    EXPECT_TRUE(world_.settle());
    world_.run(1s);
    world_.adopted = world_.journal().begin();
    EXPECT_GT(*world_.adopted, Position{});
    world_.kill();
    world_.lose_snapshots();
    world_.cluster->forget_position("senne.test");
  }
};

TEST_F(AdoptedWithoutSnapshot, it_can_be_started_again_at_once) {
  world_.boot();
  // The moment it owns the position, before any snapshot would be due.
  while (world_.shard().figures().phase != Phase::running) world_.step();
  world_.kill();
  world_.boot();
  EXPECT_TRUE(world_.settle()) << world_.shard().figures().failure->message;
}

TEST_F(AdoptedWithoutSnapshot, it_waits_for_room_where_the_disk_is_full) {
  world_.snapshot_disk().set_capacity(0);
  world_.boot();
  world_.run(5s);
  EXPECT_EQ(world_.shard().figures().phase, Phase::owning);
  EXPECT_FALSE(world_.shard().figures().failure.has_value());
  EXPECT_NE(world_.adopted, std::nullopt);
  world_.snapshot_disk().set_capacity(10 << 20);
  EXPECT_TRUE(world_.settle());
  EXPECT_EQ(world_.adopted, std::nullopt);
}

}  // namespace
}  // namespace senne::testing
