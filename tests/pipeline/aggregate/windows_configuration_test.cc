#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/aggregate/window_recorder.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

using WindowsConfigurationTest = WindowsTest;

TEST_F(WindowsConfigurationTest, without_definitions_nothing_is_kept) {
  const Offer taken = offer("dev-1/no2", 1, 10);
  EXPECT_EQ(taken.missed, 0u);
  EXPECT_FALSE(taken.over_cap);
  EXPECT_EQ(windows.datastreams(), 0u);
  EXPECT_THAT(tick(5000), IsEmpty());
}

TEST_F(WindowsConfigurationTest, removed_window_emits_what_it_has_at_the_next_tick) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-2/no2", 2, 10);
  configure({}, 20);
  EXPECT_THAT(windows.accounts(), IsEmpty());
  const auto results = tick(21);
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(results[0].statistic("mean"), 1);
  EXPECT_EQ(results[0].final_after(), at(21));
  EXPECT_TRUE(results[0].value.incomplete());  // it had not ended
  EXPECT_EQ(windows.open_windows(), 0u);
  EXPECT_EQ(windows.removed_account().accumulated, 2u);
  EXPECT_THAT(tick(5000), IsEmpty());
}

TEST_F(WindowsConfigurationTest, removed_window_is_complete_only_if_it_had_ended_by_then) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 2, 610);
  offer("dev-1/no2", 2, 1210);
  configure({}, 1199.5);
  configure({}, 1205);  // does not move it
  std::string state;
  windows.snapshot(state);
  ASSERT_TRUE(windows.restore(state));
  const auto results = tick(1210);
  ASSERT_THAT(results, SizeIs(3));
  EXPECT_FALSE(results[0].value.incomplete());
  EXPECT_TRUE(results[1].value.incomplete());  // the tick came after its end, the removal before
  EXPECT_TRUE(results[2].value.incomplete());
}

TEST_F(WindowsConfigurationTest, window_that_was_away_for_a_moment_is_incomplete) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  configure({}, 20);
  configure({ten_minutes()}, 20.5);
  EXPECT_THAT(tick(21), IsEmpty());
  offer("dev-1/no2", 3, 610);
  const auto results = tick(3000);
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_TRUE(results[0].value.incomplete());
  EXPECT_FALSE(results[1].value.incomplete());
}

TEST_F(WindowsConfigurationTest, removed_window_that_has_nothing_new_stays_silent) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  ASSERT_THAT(tick(2400), SizeIs(1));
  configure({}, 2400);
  EXPECT_THAT(tick(2401), IsEmpty());
  EXPECT_EQ(windows.open_windows(), 0u);
}

TEST_F(WindowsConfigurationTest, another_length_under_the_same_name_is_another_window) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  WindowDefinition longer = ten_minutes();
  longer.length = 1h;
  configure({longer}, 20);
  offer("dev-1/no2", 5, 21);
  auto results = tick(22);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].end(), at(600));
  EXPECT_EQ(results[0].statistic("mean"), 1);
  results = tick(3600 + 1800);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].end(), at(3600));
  EXPECT_EQ(results[0].statistic("mean"), 5);
  EXPECT_TRUE(results[0].value.incomplete());  // the definition came when it had begun
  EXPECT_EQ(windows.accounts().at(0).counters.offered, 1u);
}

TEST_F(WindowsConfigurationTest, window_put_back_before_the_tick_goes_on) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  configure({}, 20);
  configure({ten_minutes()}, 20);
  EXPECT_THAT(tick(21), IsEmpty());
  offer("dev-1/no2", 3, 30);
  const auto results = tick(2400);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].value.count(), 2u);
  EXPECT_FALSE(results[0].value.incomplete());
}

TEST_F(WindowsConfigurationTest, other_definitions_do_not_touch_windows_that_stay) {
  WindowDefinition hour{"1h", 1h, 5min, 30min, 10min};
  WindowDefinition minute{"1min", 1min, 0s, 30min, 10min};
  configure({ten_minutes(), hour});
  offer("dev-1/no2", 1, 10);
  offer("dev-2/no2", 2, 10);
  configure({minute, hour}, 20);  // another order, one gone, one new
  offer("dev-1/no2", 3, 30);
  offer("dev-3/no2", 3, 30);
  EXPECT_THAT(tick(31), SizeIs(2));
  const auto results = tick(5400);
  std::vector<std::string> seen;
  for (const auto& result : results) {
    seen.push_back(result.key + " " + result.value.window() + " " +
                   std::to_string(result.value.count()));
  }
  EXPECT_THAT(seen, testing::ElementsAre("dev-1/no2 1min 1", "dev-3/no2 1min 1", "dev-1/no2 1h 2",
                                         "dev-2/no2 1h 1", "dev-3/no2 1h 1"));
  const auto accounts = windows.accounts();
  EXPECT_EQ(accounts.at(0).window, "1min");
  EXPECT_EQ(accounts.at(0).counters.offered, 2u);
  EXPECT_EQ(accounts.at(1).counters.offered, 4u);
}

TEST_F(WindowsConfigurationTest, new_lateness_holds_for_windows_that_are_open) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 1, 700);
  EXPECT_THAT(tick(701), IsEmpty());
  WindowDefinition prompt = ten_minutes();
  prompt.lateness = 1min;
  configure({prompt}, 701);
  EXPECT_THAT(tick(702), SizeIs(1));

  WindowDefinition patient = ten_minutes();
  patient.lateness = 1h;
  patient.max_wait = 2h;
  offer("dev-1/no2", 1, 1300);  // ripe for the window before under the lateness of 1 min
  configure({patient}, 1300);
  EXPECT_THAT(tick(1301), IsEmpty());
  EXPECT_THAT(tick(1200 + 7200 - 1), IsEmpty());
  EXPECT_THAT(tick(1200 + 7200), SizeIs(1));
}

TEST_F(WindowsConfigurationTest,
       final_after_of_an_emitted_window_does_not_follow_the_configuration) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 9, 900);
  tick(901);
  WindowDefinition shorter = ten_minutes();
  shorter.revise_for = 10s;
  configure({shorter}, 901);
  tick(1000);
  EXPECT_EQ(offer("dev-1/no2", 3, 20, 1001).missed, 0u);
  EXPECT_EQ(tick(1002).at(0).final_after(), at(1501));
}

}  // namespace
}  // namespace senne::pipeline
