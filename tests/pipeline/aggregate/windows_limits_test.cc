#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/aggregate/window_recorder.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

using WindowsLimitsTest = WindowsTest;

TEST_F(WindowsLimitsTest, datastream_over_the_cap_is_refused_and_the_others_go_on) {
  windows.configure({ten_minutes()}, at(0), {{.datastreams = 2}});
  offer("dev-1/no2", 1, 10);
  offer("dev-2/no2", 1, 10);
  const Offer refused = offer("dev-3/no2", 1, 10);
  EXPECT_TRUE(refused.over_cap);
  EXPECT_EQ(refused.missed, 0u);
  EXPECT_FALSE(offer("dev-1/no2", 1, 11).over_cap);
  EXPECT_EQ(windows.accounts().at(0).counters.offered, 3u);
  EXPECT_EQ(windows.datastreams(), 2u);
  EXPECT_THAT(tick(2400), SizeIs(2));
}

// One route can fill its own room, and no other's.
class RouteCapsTest : public WindowsTest {
 protected:
  static constexpr double day = 24 * 3600;
  void configure_routes(std::vector<RouteCaps> routes) {
    windows.configure({ten_minutes()}, at(0), routes);
  }
  bool taken(const std::string& datastream, std::uint16_t route, double time = 10) {
    return !windows.offer(datastream, "no2", "ug/m3", {}, 1, at(time), at(time), RouteIndex{route})
                .over_cap;
  }
};

TEST_F(RouteCapsTest, each_route_has_its_own) {
  configure_routes({{.route = "a", .datastreams = 2}, {.route = "b", .datastreams = 1}});
  EXPECT_TRUE(taken("a-1/no2", 0));
  EXPECT_TRUE(taken("a-2/no2", 0));
  EXPECT_FALSE(taken("a-3/no2", 0));
  EXPECT_TRUE(taken("b-1/no2", 1));
  EXPECT_FALSE(taken("b-2/no2", 1));
  // What is known goes on, whichever route brings it.
  EXPECT_TRUE(taken("a-1/no2", 1));
  EXPECT_TRUE(taken("b-1/no2", 0));
}

TEST_F(RouteCapsTest, open_windows_are_those_of_the_route_that_brings_the_reading) {
  configure_routes({{.route = "a", .open_windows_per_datastream = 1},
                    {.route = "b", .open_windows_per_datastream = 2}});
  EXPECT_TRUE(taken("dev/no2", 0, 10));
  EXPECT_FALSE(taken("dev/no2", 0, 610));
  EXPECT_TRUE(taken("dev/no2", 1, 610));
  EXPECT_FALSE(taken("dev/no2", 1, 1210));
}

TEST_F(RouteCapsTest, stay_with_the_route_when_its_place_or_its_cap_changes) {
  configure_routes({{.route = "a", .datastreams = 2}, {.route = "b"}});
  EXPECT_TRUE(taken("a-1/no2", 0));
  EXPECT_TRUE(taken("a-2/no2", 0));
  configure_routes(
      {{.route = "c", .datastreams = 1}, {.route = "b"}, {.route = "a", .datastreams = 3}});
  std::string state;
  windows.snapshot(state);
  ASSERT_TRUE(windows.restore(state));
  EXPECT_TRUE(taken("a-3/no2", 2));
  EXPECT_FALSE(taken("a-4/no2", 2));
  EXPECT_TRUE(taken("c-1/no2", 0));
  EXPECT_FALSE(taken("c-2/no2", 0));
  configure_routes({{.route = "a", .datastreams = 1}});
  EXPECT_FALSE(taken("a-4/no2", 0));
  EXPECT_TRUE(taken("a-1/no2", 0));
}

TEST_F(RouteCapsTest, forgotten_datastreams_make_room_for_others) {
  configure_routes({{.route = "a", .datastreams = 1}});
  EXPECT_TRUE(taken("a-1/no2", 0));
  tick(2400);
  tick(3600);
  EXPECT_FALSE(taken("a-2/no2", 0, 3600));
  for (int i = 0; i < 3; ++i) tick(31 * day + i);
  EXPECT_EQ(windows.datastreams(), 0u);
  EXPECT_TRUE(taken("a-2/no2", 0, 31 * day));
  EXPECT_FALSE(taken("a-1/no2", 0, 31 * day));
}

TEST_F(WindowsLimitsTest, open_windows_over_the_cap_are_refused_and_leave_no_trace) {
  WindowDefinition hour = ten_minutes();
  hour.name = "1h";
  hour.length = 1h;
  windows.configure({ten_minutes(), hour}, at(0), {{.open_windows_per_datastream = 3}});
  EXPECT_FALSE(offer("dev-1/no2", 1, 10).over_cap);   // opens two
  EXPECT_FALSE(offer("dev-1/no2", 1, 610).over_cap);  // and a third
  EXPECT_TRUE(offer("dev-1/no2", 1, 1210).over_cap);
  EXPECT_EQ(windows.watermark(), at(610));
  EXPECT_FALSE(offer("dev-1/no2", 1, 620).over_cap);
  EXPECT_FALSE(offer("dev-2/no2", 1, 1210).over_cap);
  EXPECT_EQ(windows.open_windows(), 5u);
  for (const WindowAccount& account : windows.accounts()) {
    EXPECT_EQ(account.counters.offered, 4u);
    EXPECT_EQ(account.counters.accumulated, 4u);
  }
}

TEST_F(WindowsLimitsTest, time_at_the_end_of_the_number_range_is_refused) {
  configure({ten_minutes()});
  for (const Instant time : {Instant::min(), Instant::max()}) {
    EXPECT_TRUE(windows.offer("dev-1/no2", "no2", "1", {}, 1, time, at(1)).over_cap);
    EXPECT_TRUE(windows.offer("dev-1/no2", "no2", "1", {}, 1, at(1), time).over_cap);
  }
  EXPECT_EQ(windows.datastreams(), 0u);
}

TEST_F(WindowsLimitsTest, idle_datastream_is_forgotten_after_thirty_days) {
  configure({ten_minutes()});
  constexpr double day = 24 * 3600;
  offer("dev-1/no2", 1, 10);
  offer("dev-2/no2", 1, 10);
  tick(2400);
  tick(3600);
  EXPECT_EQ(windows.open_windows(), 0u);
  offer("dev-2/no2", 1, 5000);
  tick(30 * day);
  tick(30 * day + 9);
  EXPECT_EQ(windows.datastreams(), 2u);
  double now = 30 * day + 10;
  for (int i = 0; i < 2; ++i) tick(now++);  // each tick asks one of so few
  EXPECT_EQ(windows.datastreams(), 1u);
  // The one that comes back starts anew, in the slot that became free.
  EXPECT_EQ(offer("dev-1/no2", 4, 20, now).missed, 0u);
  EXPECT_EQ(tick(now + 1).at(0).key, "dev-1/no2");
  EXPECT_EQ(offer("dev-2/no2", 1, 1210, now).missed, 0u);
}

TEST_F(WindowsLimitsTest, datastream_with_an_open_window_is_not_forgotten) {
  WindowDefinition patient = ten_minutes();
  patient.max_wait = 24h * 100;
  configure({patient});
  offer("dev-1/no2", 1, 10);
  for (int i = 0; i < 5; ++i) tick(90 * 24 * 3600 + i);
  EXPECT_EQ(windows.datastreams(), 1u);
}

TEST_F(WindowsLimitsTest, a_window_longer_than_thirty_days_keeps_its_datastreams) {
  WindowDefinition quarter = ten_minutes();
  quarter.name = "90d";
  quarter.length = 24h * 90;
  quarter.lateness = quarter.max_wait = quarter.revise_for = 0s;
  configure({ten_minutes(), quarter});
  offer("dev-1/no2", 1, 10);
  configure({ten_minutes(), quarter}, 20);
  tick(91.0 * 24 * 3600);
  EXPECT_EQ(windows.datastreams(), windows.open_windows() == 0 ? 0u : 1u);
}

TEST_F(WindowsLimitsTest, forgotten_names_give_their_room_back) {
  configure({ten_minutes()});
  const std::string filler(100, 'x');
  std::size_t bytes = 0;
  double now = 0;
  for (int round = 0; round < 6; ++round) {
    for (int device = 0; device < 2000; ++device) {
      offer(std::to_string(round) + filler + std::to_string(device) + "/no2", 1, now);
    }
    tick(now + 2400);
    tick(now + 3600);
    now += 31.0 * 24 * 3600;
    for (int i = 0; i < 2100; ++i) tick(now + i);
    EXPECT_EQ(windows.datastreams(), 0u);
    if (round == 0) bytes = windows.bytes();
    EXPECT_LE(windows.bytes(), bytes + 300'000);
  }
}

TEST_F(WindowsLimitsTest, new_unit_is_that_of_the_results_from_then_on) {
  configure({ten_minutes()});
  windows.offer("dev-1/no2", "no2", "[ppb]", {}, 1, at(1), at(1));
  windows.offer("dev-1/no2", "no2", "ug/m3", {}, 1, at(2), at(2));
  EXPECT_EQ(windows.datastreams(), 1u);
  const auto results = tick(2400);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].value.unit(), "ug/m3");
  EXPECT_EQ(results[0].key, "dev-1/no2");
}

TEST_F(WindowsLimitsTest, state_of_an_idle_datastream_with_an_open_window_is_under_250_bytes) {
  configure({ten_minutes()});
  constexpr int devices = 100'000;
  for (int device = 0; device < devices; ++device) {
    char name[32];
    std::snprintf(name, sizeof name, "70b3d57ed0%06x/temperature", device);
    windows.offer(name, "temperature", "Cel", {}, 20, at(1), at(1));
  }
  EXPECT_EQ(windows.open_windows(), std::size_t{devices});
  EXPECT_LT(windows.bytes() / devices, 250u);
}

}  // namespace
}  // namespace senne::pipeline
