// What a time without a connection does to windows: nothing that the broker still queues is late
// for it.
#include <gmock/gmock.h>

#include "tests/pipeline/pipeline_steps.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

class Outage : public PipelineSteps {
 protected:
  static bool is_late(const v1::ObservationCollection& collection) {
    const auto& quality = collection.observations(0).quality();
    return std::find(quality.begin(), quality.end(), v1::LATE) != quality.end();
  }
  // A reading at 3 s, in the window that ends at 10 s; the instance is gone from 5 s on.
  void start_and_lose_the_connection() {
    start();
    connected(0);
    say(reading("dev", 1, 3), 3);
    tick(5);
    out = {};
  }
  // Two readings of before the outage, delivered after it.
  void deliver_what_was_queued(double seconds) {
    say(reading("dev", 2, 4), seconds);
    say(reading("dev", 3, 9), seconds);
    ASSERT_THAT(out.collections, SizeIs(2));
    for (const auto& collection : out.collections) EXPECT_FALSE(is_late(collection));
    EXPECT_EQ(figures().windows.at(0).counters.missed, 0u);
    // max_wait counts from the connection.
    tick(seconds + 19);
    EXPECT_THAT(out.windows, IsEmpty());
    tick(seconds + 20);
    ASSERT_THAT(out.windows, SizeIs(1));
    EXPECT_EQ(out.windows[0].count(), 3u);
    EXPECT_FALSE(out.windows[0].incomplete());
  }
};

TEST_F(Outage, a_restart_closes_no_window_whose_data_is_still_queued) {
  start_and_lose_the_connection();
  restore_from_snapshot();
  // As every start does it: the configuration first, then MQTT.
  configure(1, 3599.25);
  EXPECT_THAT(out.windows, IsEmpty());
  connected(3600);
  EXPECT_THAT(out.windows, IsEmpty());
  deliver_what_was_queued(3600);
}

TEST_F(Outage, a_configuration_much_earlier_than_the_connection_closes_nothing_either) {
  start_and_lose_the_connection();
  restore_from_snapshot();
  configure(1, 3600);
  configure(1, 3700);
  connected(3800);
  deliver_what_was_queued(3800);
}

TEST_F(Outage, a_reload_without_a_connection_closes_nothing) {
  start_and_lose_the_connection();
  auto other = one_route();
  other.newest_accepted += 1s;
  store(2, other);
  configure(2, 3600);
  connected(3601);
  deliver_what_was_queued(3601);
}

TEST_F(Outage, windows_that_a_reload_removed_emit_at_the_tick_of_the_connection) {
  start_and_lose_the_connection();
  auto without = one_route();
  without.windows.clear();
  store(2, without);
  configure(2, 3600);
  EXPECT_THAT(out.windows, IsEmpty());
  connected(3601.5);
  ASSERT_THAT(out.windows, SizeIs(1));
  EXPECT_EQ(out.windows[0].revision().seconds(), to_nanos(at(3601)) / 1'000'000'000);
}

// The windows that a reload adds were not fed before it, whenever the last tick was.
TEST_F(Outage, a_window_added_by_a_reload_is_incomplete_if_it_began_before) {
  start_and_lose_the_connection();
  auto more = one_route();
  more.windows.push_back({"20s", 20s, 2s, 20s, 30s});
  store(2, more);
  configure(2, 3601.5);
  connected(3602);
  say(reading("dev", 2, 3590), 3602);
  say(reading("dev", 2, 3601), 3602);
  say(reading("dev", 2, 3621), 3625);
  say(reading("dev", 2, 3650), 3650);
  tick(3651);
  std::map<std::int64_t, bool> incomplete;
  for (const v1::WindowResult& result : out.windows) {
    if (result.window() != "20s") continue;
    incomplete[result.start().seconds() - to_nanos(beginning) / 1'000'000'000] =
        result.incomplete();
  }
  EXPECT_EQ(incomplete, (std::map<std::int64_t, bool>{{3580, true}, {3600, true}, {3620, false}}));
}

// While connected a second without a message still ends: the ticker sees to it.
TEST_F(Outage, a_tick_while_connected_ends_max_wait) {
  start_and_lose_the_connection();
  tick(30);
  EXPECT_THAT(out.windows, SizeIs(1));
}

}  // namespace
}  // namespace senne::pipeline
