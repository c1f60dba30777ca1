#include "pipeline/quarantine.h"

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <stdexcept>

#include "senne/v1/dead_letter.pb.h"
#include "tests/pipeline/shard/world.h"

namespace senne::pipeline {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MemoryStorage;
using testing::World;
using namespace std::chrono_literals;

// The end of a process, as far as one in which a test runs can have it.
struct Died : std::runtime_error {
  Died() : std::runtime_error("died") {}
};

// Dies of the observations of one device.
class Deadly final : public Output {
 public:
  Deadly(Output& next, const std::string& device) : next_(next), device_(device) {}

  void set_sink(Sink* sink) override { next_.set_sink(sink); }
  void take_limits(const Sink& sink) override { next_.take_limits(sink); }
  bool open() const override { return next_.open(); }
  const std::optional<SinkError>& error() const override { return next_.error(); }
  void committed() override { next_.committed(); }
  void reset() override { next_.reset(); }
  Accepted observations(const Emission& emission, const v1::ObservationCollection& value) override {
    if (value.device_id() == device_) throw Died();
    return next_.observations(emission, value);
  }
  Accepted window(const Emission& emission, const v1::WindowResult& value) override {
    return next_.window(emission, value);
  }
  void device(const Emission& emission, const v1::DeviceStatus& value) override {
    next_.device(emission, value);
  }
  void dead_letter(const Emission& emission, const v1::DeadLetter& value) override {
    next_.dead_letter(emission, value);
  }

 private:
  Output& next_;
  const std::string& device_;
};

class QuarantineWorld : public ::testing::Test {
 protected:
  QuarantineWorld() {
    world_.decorate = [this](sinks::Encoder& encoder) -> Output& {
      deadly_ = std::make_unique<Deadly>(encoder, deadly_device_);
      return *deadly_;
    };
  }

  // Whether the process lived until everything was committed.
  bool lives() {
    world_.boot();
    try {
      EXPECT_TRUE(world_.settle());
      return true;
    } catch (const Died&) {
      world_.kill();
      return false;
    }
  }

  std::map<std::string, int> observations_by_device() const {
    std::map<std::string, int> seen;
    for (const v1::ObservationCollection& one : world_.observations()) ++seen[one.device_id()];
    return seen;
  }
  std::vector<v1::DeadLetter> dead_letters() const {
    std::vector<v1::DeadLetter> letters;
    for (const sinks::MemoryRecord& record : world_.cluster->records(Topic::dead_letters)) {
      EXPECT_TRUE(letters.emplace_back().ParseFromString(record.value));
    }
    return letters;
  }
  // Two good ones, the deadly one, another good one, none of them committed.
  void publish_with_poison() {
    world_.boot();
    deadly_device_ = "dev-2";
    for (int device = 0; device < 4; ++device) world_.publish(device, 1, 20 + device);
    world_.kill();
  }

  std::string deadly_device_;
  std::unique_ptr<Deadly> deadly_;
  World world_;
};

TEST_F(QuarantineWorld, a_record_that_kills_twice_becomes_a_dead_letter_and_the_rest_goes_on) {
  publish_with_poison();
  EXPECT_FALSE(lives());
  EXPECT_FALSE(lives());
  EXPECT_TRUE(lives());
  EXPECT_EQ(observations_by_device(),
            (std::map<std::string, int>{{"dev-0", 1}, {"dev-1", 1}, {"dev-3", 1}}));
  const auto letters = dead_letters();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].reason(), "quarantined");
  EXPECT_THAT(letters[0].payload(), HasSubstr("\"id\":\"dev-2\""));
  for (const RouteAccount& account : world_.shard().figures().pipeline.routes) {
    if (account.route != "test") continue;
    EXPECT_EQ(account.decoded, 3u);
    EXPECT_EQ(account.messages(), 4u);
  }

  // A replay from before it does not die of it either.
  world_.kill();
  EXPECT_TRUE(lives());
  EXPECT_EQ(dead_letters().size(), 1u);
}

TEST_F(QuarantineWorld, a_record_that_killed_once_is_tried_again) {
  publish_with_poison();
  EXPECT_FALSE(lives());
  deadly_device_.clear();
  EXPECT_TRUE(lives());
  EXPECT_EQ(observations_by_device().size(), 4u);
  EXPECT_THAT(dead_letters(), IsEmpty());
}

TEST_F(QuarantineWorld, what_a_process_had_done_with_is_not_blamed) {
  world_.boot();
  world_.publish(0, 1, 20);
  ASSERT_TRUE(world_.settle());
  for (int kill = 0; kill < 3; ++kill) {
    world_.kill();
    ASSERT_TRUE(lives());
    world_.publish(0, 2 + kill, 20);
    ASSERT_TRUE(world_.settle());
  }
  EXPECT_THAT(dead_letters(), IsEmpty());
}

// Processes one after the other that die with a record in hand.
class Deaths {
 public:
  // What the next start finds.
  const Quarantine& with(Position position) {
    quarantine_->take(position);
    return start();
  }
  const Quarantine& between_records() {
    quarantine_->put_down();
    return start();
  }
  MemoryStorage& storage() { return storage_; }

 private:
  const Quarantine& start() {
    quarantine_.reset();
    quarantine_ = Quarantine::open(storage_).value();
    return *quarantine_;
  }

  MemoryStorage storage_;
  std::unique_ptr<Quarantine> quarantine_ = Quarantine::open(storage_).value();
};

TEST(QuarantineTest, counts_the_same_record_in_a_row) {
  Deaths deaths;
  EXPECT_FALSE(deaths.between_records().death());
  const Quarantine& once = deaths.with(Position{96});
  ASSERT_TRUE(once.death());
  EXPECT_EQ(once.death()->position, Position{96});
  EXPECT_EQ(once.death()->times, 1u);
  EXPECT_FALSE(once.holds(Position{96}));
  const Quarantine& other = deaths.with(Position{0});
  EXPECT_EQ(other.death()->times, 1u);
  EXPECT_FALSE(other.death()->quarantined);
  const Quarantine& again = deaths.with(Position{0});
  EXPECT_EQ(again.death()->times, 2u);
  EXPECT_TRUE(again.death()->quarantined);
  EXPECT_TRUE(again.holds(Position{0}));
  EXPECT_FALSE(again.holds(Position{96}));
}

TEST(QuarantineTest, a_death_between_records_ends_the_row) {
  Deaths deaths;
  EXPECT_EQ(deaths.with(Position{8}).death()->times, 1u);
  EXPECT_FALSE(deaths.between_records().death());
  EXPECT_EQ(deaths.with(Position{8}).death()->times, 1u);
}

TEST(QuarantineTest, backs_off_when_quarantine_does_not_help) {
  Deaths deaths;
  std::vector<Duration> pauses;
  for (int death = 0; death < 10; ++death) pauses.push_back(deaths.with(Position{8}).back_off());
  EXPECT_THAT(pauses, ::testing::ElementsAre(0s, 0s, 1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s));
}

TEST(QuarantineTest, remembers_over_a_power_cut) {
  Deaths deaths;
  deaths.with(Position{8});
  deaths.with(Position{8});
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto after = deaths.storage().after_power_cut(seed);
    EXPECT_TRUE(Quarantine::open(*after).value()->holds(Position{8}));
  }
}

TEST(QuarantineTest, refuses_what_it_cannot_read) {
  MemoryStorage storage("journal");
  ASSERT_TRUE(storage.write_whole("quarantined", "8\nx\n"));
  const auto opened = Quarantine::open(storage);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::damage);
  EXPECT_EQ(opened.error().message, "journal/quarantined: line 2: expected a position");
}

}  // namespace
}  // namespace senne::pipeline
