#include "pipeline/quality/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/vocabulary.h"
#include "pipeline/quality/limits.h"

namespace senne::quality {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant start{hours{24 * 365 * 56}};

class Judging : public testing::Test {
 protected:
  // The flags of a reading of that datastream.
  std::vector<int> flags(std::string_view property, double value, Instant time,
                         const std::string& device = "d") {
    return flags_by(judge_, property, value, time, device);
  }
  static std::vector<int> flags_by(Judge& judge, std::string_view property, double value,
                                   Instant time, const std::string& device = "d") {
    normalise::NormalisedReport report;
    report.collection.set_device_id(device);
    v1::Observation& observation = *report.collection.add_observations();
    observation.set_property(std::string(property));
    normalise::Sample sample;
    sample.observation = 0;
    sample.datastream = report.name_datastream(observation);
    sample.property = find_property(property);
    sample.value = value;
    sample.time = time;
    report.samples.push_back(sample);
    judge.judge(report, time);
    const auto& quality = report.collection.observations(0).quality();
    return {quality.begin(), quality.end()};
  }

  Judge judge_;
};

TEST_F(Judging, outside_the_limits_is_RANGE_and_on_them_is_not) {
  EXPECT_THAT(flags("relative_humidity", 100, start), IsEmpty());
  EXPECT_THAT(flags("fill_level", 100.01, start), ElementsAre(v1::RANGE));
  EXPECT_THAT(flags("fill_level", 0, start + seconds{1}), IsEmpty());
  EXPECT_THAT(flags("fill_level", -0.01, start + seconds{2}), ElementsAre(v1::RANGE));
  EXPECT_THAT(flags("co2", 4900, start), ElementsAre(v1::RANGE));
  EXPECT_THAT(flags("co2", 0, start + seconds{1}), ElementsAre(v1::RANGE));
  EXPECT_THAT(flags("co2", 420, start + seconds{2}), IsEmpty());
  EXPECT_THAT(flags("energy", -1e9, start), IsEmpty());  // nobody says what is plausible
}

TEST_F(Judging, a_change_faster_than_the_property_s_is_RATE) {
  EXPECT_THAT(flags("air_temperature", 20, start), IsEmpty());
  // 3 degrees in a minute, and in less.
  EXPECT_THAT(flags("air_temperature", 23, start + seconds{60}), IsEmpty());
  EXPECT_THAT(flags("air_temperature", 26.01, start + seconds{120}), ElementsAre(v1::RATE));
  EXPECT_THAT(flags("air_temperature", 29, start + seconds{121}), IsEmpty());
  EXPECT_THAT(flags("air_temperature", 25.9, start + seconds{122}), ElementsAre(v1::RATE));
  // In ten minutes thirty are, and another device's reading is nothing to compare with.
  EXPECT_THAT(flags("air_temperature", 55.9, start + seconds{722}), IsEmpty());
  EXPECT_THAT(flags("air_temperature", -20, start + seconds{723}, "e"), IsEmpty());
  EXPECT_THAT(flags("air_temperature", 25.8, start + seconds{1322}), ElementsAre(v1::RATE));
}

TEST_F(Judging, after_an_hour_no_change_is_too_fast) {
  EXPECT_THAT(flags("air_pressure", 1000, start), IsEmpty());
  EXPECT_THAT(flags("air_pressure", 1031, start + hours{1}), ElementsAre(v1::RATE));
  EXPECT_THAT(flags("air_pressure", 1000, start + hours{2} + seconds{1}), IsEmpty());
}

TEST_F(Judging, a_reading_that_is_not_later_is_neither_compared_nor_remembered) {
  EXPECT_THAT(flags("air_temperature", 20, start), IsEmpty());
  EXPECT_THAT(flags("air_temperature", 40, start), IsEmpty());
  EXPECT_THAT(flags("air_temperature", 40, start - minutes{5}), IsEmpty());
  EXPECT_THAT(flags("air_temperature", 90, start - minutes{6}), ElementsAre(v1::RANGE));
  EXPECT_THAT(flags("air_temperature", 20.1, start + seconds{10}), IsEmpty());
}

TEST_F(Judging, the_same_value_for_too_long_is_STUCK_until_it_moves) {
  std::vector<std::vector<int>> all;
  for (int i = 0; i <= 36; ++i) {
    all.push_back(flags("air_temperature", 21.3, start + minutes{10 * i}));
  }
  for (int i = 0; i < 36; ++i) EXPECT_THAT(all[static_cast<std::size_t>(i)], IsEmpty()) << i;
  EXPECT_THAT(all[36], ElementsAre(v1::STUCK));
  EXPECT_THAT(flags("air_temperature", 21.3, start + minutes{370}), ElementsAre(v1::STUCK));
  EXPECT_THAT(flags("air_temperature", 21.4, start + minutes{380}), IsEmpty());
  EXPECT_THAT(flags("air_temperature", 21.3, start + minutes{390}), IsEmpty());
}

TEST_F(Judging, few_readings_are_not_stuck_and_neither_is_a_value_at_rest) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(flags("air_temperature", 21.3, start + hours{6 * i}), IsEmpty()) << i;
    EXPECT_THAT(flags("wind_speed", 0, start + hours{24 * i}), IsEmpty()) << i;
  }
  EXPECT_THAT(flags("air_temperature", 21.3, start + hours{30}), ElementsAre(v1::STUCK));
  EXPECT_THAT(flags("wind_speed", 0, start + hours{24 * 5}), IsEmpty());
  EXPECT_THAT(flags("wind_speed", 0, start + hours{24 * 6}), IsEmpty());
}

TEST_F(Judging, the_operator_s_limits_stand_in_for_those_they_name) {
  PropertyLimits own;
  own.property = "air_temperature";
  own.limits.maximum = 30;
  own.limits.stuck_after = Duration{0};
  PropertyLimits tilt;
  tilt.property = "tilt";
  tilt.limits.rate = 1;
  judge_.configure({own, tilt});
  EXPECT_THAT(flags("air_temperature", 30.5, start), ElementsAre(v1::RANGE));
  EXPECT_THAT(flags("air_temperature", -81, start - hours{1}), ElementsAre(v1::RANGE));
  EXPECT_THAT(flags("air_temperature", 20, start + seconds{1}), ElementsAre(v1::RATE));
  for (int i = 1; i < 100; ++i) {
    EXPECT_THAT(flags("air_temperature", 20, start + hours{i}), IsEmpty());
  }
  EXPECT_THAT(flags("tilt", 0, start), IsEmpty());
  EXPECT_THAT(flags("tilt", 2, start + seconds{1}), ElementsAre(v1::RATE));
  judge_.configure({});
  EXPECT_THAT(flags("air_temperature", 30.5, start + hours{200}), IsEmpty());
  EXPECT_THAT(flags("tilt", 9, start + seconds{2}), IsEmpty());
}

TEST_F(Judging, the_state_is_bounded_and_the_longest_silent_is_forgotten) {
  Judge judge(2);
  flags_by(judge, "air_temperature", 20, start, "a");
  flags_by(judge, "air_temperature", 20, start + seconds{1}, "b");
  flags_by(judge, "air_temperature", 20, start + seconds{2}, "a");
  flags_by(judge, "air_temperature", 20, start + seconds{3}, "c");  // b goes
  EXPECT_EQ(judge.datastreams(), 2u);
  EXPECT_THAT(flags_by(judge, "air_temperature", 40, start + seconds{4}, "a"),
              ElementsAre(v1::RATE));
  EXPECT_THAT(flags_by(judge, "air_temperature", 40, start + seconds{5}, "b"), IsEmpty());
  judge.forget_idle(start + hours{2}, hours{1});
  EXPECT_EQ(judge.datastreams(), 0u);
  // What nothing is compared with takes no place.
  flags_by(judge, "fill_level", 40, start + hours{3}, "a");
  EXPECT_EQ(judge.datastreams(), 0u);
}

TEST_F(Judging, goes_on_after_a_restore_as_if_nothing_had_been) {
  Judge other;
  for (int i = 0; i < 60; ++i) {
    const double value = i % 7 == 0 ? 20 : 25.5;
    const std::string device(1, static_cast<char>('a' + i % 3));
    const Instant time = start + minutes{i * (i % 5 == 0 ? 1 : 40)};
    std::string bytes;
    ByteWriter writer(bytes);
    judge_.snapshot(writer);
    ByteReader reader(bytes);
    ASSERT_TRUE(other.restore(reader));
    ASSERT_TRUE(reader.at_end());
    std::string again;
    ByteWriter again_writer(again);
    other.snapshot(again_writer);
    ASSERT_EQ(again, bytes);
    EXPECT_EQ(flags("air_temperature", value, time, device),
              flags_by(other, "air_temperature", value, time, device))
        << i;
  }
}

TEST_F(Judging, a_damaged_state_is_refused_and_empty) {
  for (int i = 0; i < 5; ++i)
    flags("air_temperature", 20, start, std::string(1, static_cast<char>('a' + i)));
  std::string bytes;
  ByteWriter writer(bytes);
  judge_.snapshot(writer);
  for (std::size_t cut = 0; cut < bytes.size(); cut += 7) {
    ByteReader reader(std::string_view(bytes).substr(0, cut));
    EXPECT_FALSE(judge_.restore(reader)) << cut;
    EXPECT_EQ(judge_.datastreams(), 0u);
  }
  // The link to the newest points at a slot that does not exist.
  std::string wrong = bytes;
  wrong[wrong.size() - 4] = 77;
  ByteReader reader(wrong);
  EXPECT_FALSE(judge_.restore(reader));
}

TEST(Limits, each_row_is_of_a_number_property_once_with_a_source_and_in_order) {
  std::set<std::string_view> seen;
  const Property* last = nullptr;
  for (const BuiltInLimits& row : built_in_limits()) {
    SCOPED_TRACE(std::string(row.property));
    const Property* const property = find_property(row.property);
    ASSERT_NE(property, nullptr);
    EXPECT_EQ(property->kind, PropertyKind::number);
    EXPECT_TRUE(seen.insert(row.property).second);
    EXPECT_FALSE(row.source.empty());
    EXPECT_TRUE(last == nullptr || last < property);
    EXPECT_TRUE(row.limits.minimum || row.limits.maximum);
    last = property;
  }
}

}  // namespace
}  // namespace senne::quality
