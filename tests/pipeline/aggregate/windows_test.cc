#include "pipeline/aggregate/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/aggregate/window_recorder.h"

namespace senne::pipeline {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST_F(WindowsTest, result_says_all_about_its_window) {
  configure({ten_minutes()});
  interval = std::chrono::minutes{2};
  offer("dev-1/no2", 30, 60);
  offer("dev-1/no2", 34, 180);
  offer("dev-1/no2", 38, 300);
  offer("dev-1/no2", 50, 901);  // another window; its time closes the first
  const auto results = tick(902);
  ASSERT_THAT(results, SizeIs(1));
  const RecordedResult& result = results[0];
  EXPECT_EQ(result.key, "dev-1/no2");
  EXPECT_EQ(result.time, at(902));
  EXPECT_EQ(result.value.subject_id(), "dev-1/no2");
  EXPECT_EQ(result.value.property(), "no2");
  EXPECT_EQ(result.value.window(), "10min");
  EXPECT_EQ(result.value.unit(), "ug/m3");
  EXPECT_EQ(result.start(), at(0));
  EXPECT_EQ(result.end(), at(600));
  EXPECT_EQ(result.revision(), at(902));
  EXPECT_EQ(result.final_after(), at(902 + 600));
  EXPECT_FALSE(result.value.incomplete());
  EXPECT_EQ(result.value.count(), 3u);
  EXPECT_EQ(result.value.expected(), 5u);
  EXPECT_EQ(result.value.coverage(), 0.6);
  EXPECT_FALSE(result.value.representative());
  EXPECT_EQ(result.statistic("mean"), 34);
  EXPECT_EQ(result.statistic("sum"), 102);
  EXPECT_EQ(result.statistic("min"), 30);
  EXPECT_EQ(result.statistic("max"), 38);
  EXPECT_DOUBLE_EQ(result.statistic("stddev"), 4);
  EXPECT_EQ(result.value.statistics_size(), 5);
}

TEST_F(WindowsTest, levels_and_directions_have_no_arithmetic_mean) {
  configure({ten_minutes()});
  const std::map<std::string, bool> arithmetic = {{"wind_from_direction", false},
                                                  {"sound_level_a", false},
                                                  {"wind_speed", true},
                                                  {"raw.wind_from_direction", true}};
  for (const auto& [property, has_mean] : arithmetic) {
    const std::string datastream = "dev-1/" + property + "/2";
    windows.offer(datastream, property, "x", {}, 350, at(1), at(1));
    windows.offer(datastream, property, "x", {}, 10, at(2), at(2));
  }
  const auto results = tick(2400);
  ASSERT_THAT(results, SizeIs(arithmetic.size()));
  for (const RecordedResult& result : results) {
    const bool has_mean = arithmetic.at(result.value.property());
    EXPECT_EQ(result.value.count(), 2u);
    EXPECT_EQ(result.statistic("min"), 10);
    EXPECT_EQ(result.statistic("max"), 350);
    for (const char* name : {"mean", "sum", "stddev"}) {
      EXPECT_EQ(result.value.statistics().contains(name), has_mean) << result.key << " " << name;
    }
  }
}

TEST_F(WindowsTest, one_reading_has_no_stddev_and_an_unknown_interval_no_coverage) {
  configure({ten_minutes()});
  interval = std::chrono::minutes{10};
  offer("dev-1/no2", 30, 60);
  const auto expected_one = tick(600 + 1800);
  ASSERT_THAT(expected_one, SizeIs(1));
  EXPECT_TRUE(expected_one[0].value.representative());
  EXPECT_FALSE(expected_one[0].value.statistics().contains("stddev"));

  interval.reset();
  offer("dev-2/no2", 30, 60);
  offer("dev-2/no2", 31, 61);
  const auto results = tick(600 + 1801);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_FALSE(results[0].value.has_expected());
  EXPECT_FALSE(results[0].value.has_coverage());
  EXPECT_FALSE(results[0].value.has_representative());
  EXPECT_TRUE(results[0].value.statistics().contains("stddev"));
}

TEST_F(WindowsTest, coverage_of_three_quarters_is_representative) {
  configure({ten_minutes()});
  interval = std::chrono::seconds{150};
  for (const double time : {0, 150, 300}) offer("dev-1/no2", 1, time);
  auto results = tick(2400);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].value.expected(), 4u);
  EXPECT_EQ(results[0].value.coverage(), 0.75);
  EXPECT_TRUE(results[0].value.representative());

  // A device that reports more often than it should covers the window no more than wholly; one that
  // reports less often than once a window is expected once.
  interval = std::chrono::hours{2};
  for (const double time : {450, 451}) offer("dev-1/no2", 1, time, 2400.5);
  results = tick(2401);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].value.expected(), 1u);
  EXPECT_EQ(results[0].value.coverage(), 1);
}

TEST_F(WindowsTest, first_result_waits_for_the_watermark_to_pass_end_and_lateness) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 599.999999999);
  offer("dev-1/no2", 2, 600);  // the end is exclusive
  offer("dev-1/no2", 3, 899.999);
  EXPECT_THAT(tick(901), IsEmpty());
  offer("dev-1/no2", 4, 900);
  const auto results = tick(902);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].start(), at(0));
  EXPECT_EQ(results[0].value.count(), 1u);
}

TEST_F(WindowsTest, nothing_leaves_between_ticks) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 1);
  offer("dev-1/no2", 2, 1000);
  offer("dev-1/no2", 3, 2, 1001);
  EXPECT_THAT(out.results, IsEmpty());
  EXPECT_THAT(tick(1002), SizeIs(1));
  EXPECT_THAT(tick(1003), IsEmpty());
}

TEST_F(WindowsTest, watermark_never_exceeds_receive_time) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 2, 2000, 20);  // a clock far ahead
  EXPECT_THAT(tick(21), IsEmpty());
  EXPECT_EQ(windows.watermark(), at(20));
}

TEST_F(WindowsTest, slow_sensor_does_not_hold_up_the_others) {
  configure({ten_minutes()});
  offer("slow/no2", 1, 10);
  offer("quick/no2", 2, 10);
  offer("quick/no2", 3, 900);
  const auto results = tick(901);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].key, "quick/no2");
}

TEST_F(WindowsTest, fast_sensor_does_not_drop_readings_of_the_rest) {
  configure({ten_minutes()});
  for (double time = 0; time < 7200; time += 60) offer("quick/no2", 1, time);
  EXPECT_THAT(tick(7200), SizeIs(11));
  EXPECT_EQ(offer("slow/no2", 5, 30, 7201).missed, 0u);
  EXPECT_EQ(offer("slow/no2", 7, 40, 7201).missed, 0u);
  const auto results = tick(7202);  // max_wait is over
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].key, "slow/no2");
  EXPECT_EQ(results[0].statistic("mean"), 6);
}

TEST_F(WindowsTest, channels_and_properties_are_datastreams_of_their_own) {
  configure({ten_minutes()});
  windows.offer("dev/no2/1", "no2", "ug/m3", {}, 1, at(1), at(1));
  windows.offer("dev/no2/2", "no2", "ug/m3", {}, 2, at(1), at(1));
  windows.offer("dev/no2/1", "dev", "1", {}, 3, at(1), at(1));  // only the property differs
  EXPECT_EQ(windows.datastreams(), 3u);
  const auto results = tick(2400);
  ASSERT_THAT(results, SizeIs(3));
  EXPECT_EQ(results[2].value.subject_id(), "dev/no2/1");
  EXPECT_EQ(results[2].value.property(), "dev");
  EXPECT_EQ(results[2].value.unit(), "1");
  EXPECT_NE(results[0].id, results[2].id);
}

TEST_F(WindowsTest, result_comes_after_max_wait_without_watermark) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  EXPECT_THAT(tick(600 + 1799), IsEmpty());
  EXPECT_THAT(tick(600 + 1800), SizeIs(1));
}

TEST_F(WindowsTest, max_wait_counts_from_the_last_connected) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  windows.connected(at(2000));
  EXPECT_THAT(tick(600 + 1800), IsEmpty());
  windows.connected(at(2600.25));
  EXPECT_THAT(tick(2000 + 1800), IsEmpty());
  EXPECT_THAT(tick(2600 + 1800), IsEmpty());
  EXPECT_THAT(tick(2601 + 1800), SizeIs(1));
}

TEST_F(WindowsTest, connecting_before_the_end_does_not_shorten_the_wait) {
  configure({ten_minutes()});
  windows.connected(at(5));
  offer("dev-1/no2", 1, 10);
  EXPECT_THAT(tick(5 + 1800), IsEmpty());
  EXPECT_THAT(tick(600 + 1800), SizeIs(1));
}

TEST_F(WindowsTest, outage_does_not_close_windows_whose_data_the_broker_still_holds) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  // Two hours away: no ticks. Then the connection, which is applied before the tick it implies.
  windows.connected(at(7200));
  EXPECT_THAT(tick(7200), IsEmpty());
  offer("dev-1/no2", 3, 20, 7200.5);
  offer("dev-1/no2", 5, 1000, 7200.5);
  const auto results = tick(7201);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].value.count(), 2u);
}

TEST_F(WindowsTest, late_reading_revises_at_the_next_tick) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 9, 900);
  const auto first = tick(901);
  ASSERT_THAT(first, SizeIs(1));
  offer("dev-1/no2", 3, 20, 901.2);
  offer("dev-1/no2", 5, 30, 901.4);
  const auto second = tick(902);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].start(), first[0].start());
  EXPECT_EQ(second[0].revision(), at(902));
  EXPECT_EQ(second[0].value.count(), 3u);
  EXPECT_EQ(second[0].statistic("mean"), 3);
  EXPECT_NE(second[0].id, first[0].id);
  EXPECT_THAT(tick(903), IsEmpty());
}

TEST_F(WindowsTest, back_fill_gives_one_revision_a_second) {
  configure({ten_minutes()});
  offer("dev-1/no2", 0, 0);
  offer("dev-1/no2", 0, 900);
  ASSERT_THAT(tick(901), SizeIs(1));
  int revisions = 0;
  for (int second = 1; second <= 3; ++second) {
    for (int i = 0; i < 100; ++i) {
      offer("dev-1/no2", 1, 100 + i, 900 + second + 0.001 * i);
    }
    revisions += static_cast<int>(tick(901 + second).size());
  }
  EXPECT_EQ(revisions, 3);
}

TEST_F(WindowsTest, final_after_is_fixed_by_the_first_result) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 9, 900);
  EXPECT_EQ(tick(901).at(0).final_after(), at(1501));
  offer("dev-1/no2", 3, 20, 1499);
  EXPECT_EQ(tick(1499).at(0).final_after(), at(1501));
  offer("dev-1/no2", 3, 20, 1500);
  EXPECT_EQ(tick(1500).at(0).final_after(), at(1501));
  EXPECT_THAT(tick(1501), IsEmpty());
  EXPECT_EQ(offer("dev-1/no2", 3, 20, 1502).missed, 1u);
}

TEST_F(WindowsTest, reading_accepted_before_the_end_of_revisions_is_always_reflected) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 9, 900);
  tick(901);
  EXPECT_EQ(offer("dev-1/no2", 3, 20, 1500.9).missed, 0u);
  const auto last = tick(1501);
  ASSERT_THAT(last, SizeIs(1));
  EXPECT_EQ(last[0].value.count(), 2u);
  EXPECT_EQ(last[0].revision(), last[0].final_after());
  EXPECT_EQ(offer("dev-1/no2", 3, 20, 1501.1).missed, 1u);
  EXPECT_THAT(tick(1502), IsEmpty());
}

TEST_F(WindowsTest, missed_readings_are_counted_by_window) {
  WindowDefinition hour = ten_minutes();
  hour.name = "1h";
  hour.length = std::chrono::hours{1};
  configure({ten_minutes(), hour});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 9, 900);
  tick(901);
  tick(1501);
  const Offer late = offer("dev-1/no2", 3, 20, 1502);  // too late for 10min, not for 1h
  EXPECT_EQ(late.missed, 1u);
  EXPECT_FALSE(late.over_cap);
  const auto accounts = windows.accounts();
  ASSERT_THAT(accounts, SizeIs(2));
  EXPECT_EQ(accounts[0].window, "10min");
  EXPECT_EQ(accounts[0].counters.offered, 3u);
  EXPECT_EQ(accounts[0].counters.accumulated, 2u);
  EXPECT_EQ(accounts[0].counters.missed, 1u);
  EXPECT_EQ(accounts[1].window, "1h");
  EXPECT_EQ(accounts[1].counters.offered, 3u);
  EXPECT_EQ(accounts[1].counters.accumulated, 3u);
  EXPECT_EQ(accounts[1].counters.missed, 0u);
}

TEST_F(WindowsTest, window_closes_at_once_when_nothing_is_revised) {
  WindowDefinition definition = ten_minutes();
  definition.revise_for = Duration{0};
  configure({definition});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 9, 900);
  ASSERT_THAT(tick(901), SizeIs(1));
  EXPECT_EQ(windows.open_windows(), 1u);  // of the second reading
  EXPECT_EQ(offer("dev-1/no2", 3, 20, 901.5).missed, 1u);
}

TEST_F(WindowsTest, back_fill_opens_windows_that_were_never_seen) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1, 10);
  offer("dev-1/no2", 1, 6 * 600 + 10);
  tick(4000);
  tick(4600);  // windows 0 is closed, 6 is open, 1 to 5 never had a reading
  EXPECT_EQ(offer("dev-1/no2", 1, 20, 4601).missed, 1u);
  EXPECT_EQ(offer("dev-1/no2", 8, 3 * 600 + 10, 4601).missed, 0u);
  const auto results = tick(4602);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].start(), at(1800));
  EXPECT_EQ(results[0].statistic("mean"), 8);
}

TEST_F(WindowsTest, what_is_64_windows_older_than_the_newest_closed_is_missed) {
  WindowDefinition definition = ten_minutes();
  definition.revise_for = Duration{0};
  configure({definition});
  offer("dev-1/no2", 1, 100 * 600 + 1);
  ASSERT_THAT(tick(101 * 600 + 1800), SizeIs(1));
  EXPECT_EQ(offer("dev-1/no2", 1, 37 * 600 + 1, 101 * 600 + 1801).missed, 0u);
  EXPECT_EQ(offer("dev-1/no2", 1, 36 * 600 + 1, 101 * 600 + 1801).missed, 1u);
}

TEST_F(WindowsTest, window_that_began_before_the_log_is_incomplete) {
  configure({ten_minutes()}, -7200);
  windows.set_origin(at(30));
  windows.set_origin(at(5000));  // only the first counts
  offer("dev-1/no2", 1, 40);
  offer("dev-1/no2", 1, 610);
  const auto results = tick(5000);
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_TRUE(results[0].value.incomplete());
  EXPECT_FALSE(results[1].value.incomplete());
}

TEST_F(WindowsTest, windows_before_the_epoch_are_aligned_too) {
  configure({ten_minutes()}, -9e9);
  const Instant past = instant_from_nanos(-1);
  windows.offer("dev-1/no2", "no2", "ug/m3", {}, 4, past, at(0));
  const auto results = tick(0);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].start(), Instant{std::chrono::minutes{-10}});
  EXPECT_EQ(results[0].end(), Instant{});
}

TEST_F(WindowsTest, results_of_a_tick_leave_by_window_end_then_datastream_then_definition) {
  WindowDefinition twin = ten_minutes();
  twin.name = "twin";
  configure({ten_minutes(), twin});
  for (const char* device : {"z/no2", "a/no2", "m/no2"}) {
    offer(device, 1, 1200);
    offer(device, 1, 0, 1200);
  }
  const auto results = tick(5000);
  ASSERT_THAT(results, SizeIs(12));
  std::vector<std::string> order;
  for (const auto& result : results) {
    order.push_back(result.key.substr(0, 1) + result.value.window().substr(0, 1) +
                    (result.start() == at(0) ? "0" : "2"));
  }
  EXPECT_THAT(order, testing::ElementsAre("z10", "zt0", "a10", "at0", "m10", "mt0",  //
                                          "z12", "zt2", "a12", "at2", "m12", "mt2"));
}

TEST_F(WindowsTest, sum_beyond_the_number_range_is_not_stated) {
  configure({ten_minutes()});
  offer("dev-1/no2", 1.7e308, 10);
  offer("dev-1/no2", 1.7e308, 11);
  const auto results = tick(2400);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_FALSE(results[0].value.statistics().contains("sum"));
  EXPECT_FALSE(results[0].value.statistics().contains("mean"));
  EXPECT_EQ(results[0].statistic("max"), 1.7e308);
}

TEST_F(WindowsTest, result_that_the_topic_does_not_take_is_counted) {
  configure({ten_minutes()});
  out.answer = Accepted::too_large;
  offer("dev-1/no2", 1, 10);
  tick(2400);
  EXPECT_EQ(windows.results().emitted, 1u);
  EXPECT_EQ(windows.results().too_large, 1u);
}

}  // namespace
}  // namespace senne::pipeline
