#include "pipeline/decode/time_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace senne::decode {
namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t nanos(std::string_view text) {
  const auto time = parse_rfc3339(text);
  return time ? to_nanos(*time) : std::numeric_limits<std::int64_t>::min();
}

TEST(Rfc3339, fractions_from_none_to_beyond_nanoseconds) {
  const std::int64_t base = 1'795'334'400 * second;  // 2026-11-22T08:00:00Z
  EXPECT_EQ(nanos("2026-11-22T08:00:00Z"), base);
  EXPECT_EQ(nanos("2026-11-22T08:00:00.5Z"), base + 500'000'000);
  EXPECT_EQ(nanos("2026-11-22T08:00:00.000000001Z"), base + 1);
  EXPECT_EQ(nanos("2026-11-22T08:00:00.123456789999Z"), base + 123'456'789);
  EXPECT_EQ(nanos("2026-11-22t08:00:00z"), base);
  EXPECT_EQ(nanos("2026-11-22 08:00:00Z"), base);
}

TEST(Rfc3339, offsets_are_taken_off) {
  const std::int64_t base = nanos("2026-11-22T08:00:00Z");
  EXPECT_EQ(nanos("2026-11-22T08:00:00+00:00"), base);
  EXPECT_EQ(nanos("2026-11-22T08:00:00-00:00"), base);
  EXPECT_EQ(nanos("2026-11-22T13:30:00+05:30"), base);
  EXPECT_EQ(nanos("2026-11-21T23:00:00-09:00"), base);
  EXPECT_EQ(nanos("1969-12-31T23:59:59.25Z"), -second + second / 4);
}

TEST(Rfc3339, a_leap_second_is_the_second_after_it_and_only_at_the_end_of_a_month) {
  EXPECT_EQ(nanos("2016-12-31T23:59:60Z"), nanos("2017-01-01T00:00:00Z"));
  EXPECT_EQ(nanos("1990-12-31T15:59:60-08:00"), nanos("1991-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2016-12-30T23:59:60Z"));
  EXPECT_FALSE(parse_rfc3339("2016-12-31T12:00:60Z"));
}

TEST(Rfc3339, what_is_not_one_is_refused) {
  for (const char* text : {"",
                           "2020-0327T12:39:05.547336Z",
                           "2026-11-22",
                           "2026-11-22T08:00:00",
                           "2026-11-22T08:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T08:60:00Z",
                           "2026-11-22T08:00:61Z",
                           "2026-11-22T08:00:00.Z",
                           "2026-11-22T08:00:00+0100",
                           "2026-11-22T08:00:00-Z",
                           "2026-11-22T08:00:00+01Z",
                           "2026-11-22T08:00:00+01:Z",
                           "2026-11-22T08:00:00+24:00",
                           "2026-11-22T08:00:00Z ",
                           "2026-11-22T08:00:00ZZ",
                           "+026-11-22T08:00:00Z",
                           "2026-11-22T-8:00:00Z",
                           "0001-01-01T00:00:00Z",
                           "9999-12-31T23:59:59Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
  EXPECT_TRUE(parse_rfc3339("2024-02-29T00:00:00Z"));
  EXPECT_TRUE(parse_rfc3339("1678-01-01T00:00:00Z"));
  EXPECT_TRUE(parse_rfc3339("2261-12-31T23:59:59Z"));
}

TEST(Interval, of_two_times_and_never_backwards) {
  const auto time = parse_rfc3339_or_interval("2026-11-22T08:00:00Z/2026-11-22T09:00:00+00:00");
  ASSERT_TRUE(time.start && time.end);
  EXPECT_EQ(*time.end - *time.start, std::chrono::hours{1});
  EXPECT_FALSE(time.malformed);
  for (const char* text : {"2026-11-22T09:00:00Z/2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z/",
                           "/2026-11-22T09:00:00Z", "yesterday"}) {
    const auto bad = parse_rfc3339_or_interval(text);
    EXPECT_TRUE(bad.malformed) << text;
    EXPECT_FALSE(bad.start || bad.end) << text;
  }
}

TEST(Epoch, decimal_text_is_exact_to_the_nanosecond) {
  const auto s = [](const char* text) { return nanos_from_decimal(text, EpochUnit::seconds); };
  EXPECT_EQ(s("1276020076.001"), 1'276'020'076'001'000'000);
  EXPECT_EQ(s("1.276020076001e+09"), 1'276'020'076'001'000'000);
  EXPECT_EQ(s("1700000000.123456789"), 1'700'000'000'123'456'789);
  EXPECT_EQ(s("1700000000.1234567894"), 1'700'000'000'123'456'789);
  EXPECT_EQ(s("1700000000.1234567895"), 1'700'000'000'123'456'790);
  EXPECT_EQ(s("-5"), -5 * second);
  EXPECT_EQ(s("0.000000001"), 1);
  EXPECT_EQ(s("0.0000000004"), 0);
  EXPECT_EQ(s("5e-10"), 1);
  EXPECT_EQ(s("0e9999"), 0);
  EXPECT_EQ(s("0000000000000000000000000000000000000000000000000000000000001"), second);
  EXPECT_EQ(nanos_from_decimal("1700000000123", EpochUnit::milliseconds),
            1'700'000'000'123'000'000);
  EXPECT_EQ(nanos_from_decimal("1700000000123456", EpochUnit::microseconds),
            1'700'000'000'123'456'000);
  for (const char* text : {"", "-", ".", "1e", "1e+-2", "abc", "1 ", " 1", "1.2.3", "0x10", "inf",
                           "1e20", "9223372037", "1e10001", "1e-10001", "1e2147483647",
                           "1e-2147483647", "1e-2147483648", "1e-2147483649"}) {
    EXPECT_FALSE(s(text)) << text;
  }
}

TEST(Epoch, a_double_stands_for_the_decimal_that_was_sent) {
  EXPECT_EQ(nanos_from_number(1276020076.001, EpochUnit::seconds), 1'276'020'076'001'000'000);
  EXPECT_EQ(nanos_from_number(1.765739955219e9, EpochUnit::seconds), 1'765'739'955'219'000'000);
  EXPECT_EQ(nanos_from_number(1700000000123.5, EpochUnit::milliseconds), 1'700'000'000'123'500'000);
  EXPECT_FALSE(nanos_from_number(1e300, EpochUnit::seconds));
  EXPECT_FALSE(nanos_from_number(std::numeric_limits<double>::infinity(), EpochUnit::seconds));
  EXPECT_EQ(nanos_from_number(std::int64_t{1700000000}, EpochUnit::seconds), 1700000000 * second);
  EXPECT_FALSE(nanos_from_number(std::int64_t{10'000'000'000}, EpochUnit::seconds));
}

class Brussels : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(zone_.has_value()); }
  std::int64_t local(std::string_view text) const {
    const auto time = zone_->parse(text);
    return time ? to_nanos(*time) : std::numeric_limits<std::int64_t>::min();
  }
  std::optional<CivilZone> zone_ = CivilZone::load("Europe/Brussels");
};

TEST_F(Brussels, winter_and_summer_time) {
  EXPECT_EQ(local("2026-01-15T12:00:00"), nanos("2026-01-15T11:00:00Z"));
  EXPECT_EQ(local("2026-07-15 12:00"), nanos("2026-07-15T10:00:00Z"));
  EXPECT_EQ(local("2026-07-15T12:00:00.25"), nanos("2026-07-15T10:00:00.25Z"));
}

TEST_F(Brussels, a_time_that_clocks_skip_is_read_with_the_offset_before) {
  EXPECT_EQ(local("2022-03-27T01:59:59"), nanos("2022-03-27T00:59:59Z"));
  EXPECT_EQ(local("2022-03-27T02:30:00"), nanos("2022-03-27T01:30:00Z"));
  EXPECT_EQ(local("2022-03-27T03:00:00"), nanos("2022-03-27T01:00:00Z"));
}

TEST_F(Brussels, a_time_that_occurs_twice_is_the_first) {
  EXPECT_EQ(local("2022-10-30T02:30:00"), nanos("2022-10-30T00:30:00Z"));
  EXPECT_EQ(local("2022-10-30T03:00:00"), nanos("2022-10-30T02:00:00Z"));
}

TEST_F(Brussels, of_a_time_that_occurs_twice_the_one_nearer_to_the_receipt_counts) {
  const auto read = [&](std::string_view text, std::string_view received) {
    return zone_->parse_or_interval(text, *parse_rfc3339(received));
  };
  const auto first = read("2022-10-30T02:30:00", "2022-10-30T00:30:01Z");
  EXPECT_EQ(first.start, parse_rfc3339("2022-10-30T00:30:00Z"));
  EXPECT_TRUE(first.repeated);
  EXPECT_EQ(read("2022-10-30T02:30:00", "2022-10-30T01:30:01Z").start,
            parse_rfc3339("2022-10-30T01:30:00Z"));
  // Half an hour from both: the first.
  EXPECT_EQ(read("2022-10-30T02:30:00", "2022-10-30T01:00:00Z").start,
            parse_rfc3339("2022-10-30T00:30:00Z"));
  for (const char* once : {"2022-10-30T01:59:59", "2022-10-30T03:00:00", "2022-10-30T02:30:00Z",
                           "2022-03-27T02:30:00", "2022-10-30T02:30/2022-10-30T02:45"}) {
    const auto time = read(once, "2022-10-30T01:30:01Z");
    EXPECT_EQ(time.start, zone_->parse_or_interval(once).start) << once;
    EXPECT_TRUE(time.start) << once;
    EXPECT_FALSE(time.repeated) << once;
  }
  EXPECT_TRUE(read("soon", "2022-10-30T01:30:01Z").malformed);
}

TEST_F(Brussels, an_offset_in_the_text_wins_over_the_zone) {
  EXPECT_EQ(local("2026-07-15T12:00:00Z"), nanos("2026-07-15T12:00:00Z"));
  EXPECT_EQ(local("2026-07-15T12:00:00.5+05:30"), nanos("2026-07-15T06:30:00.5Z"));
}

TEST_F(Brussels, intervals_and_nonsense) {
  const auto time = zone_->parse_or_interval("2026-07-15T12:00/2026-07-15T12:05");
  ASSERT_TRUE(time.start && time.end);
  EXPECT_EQ(*time.end - *time.start, std::chrono::minutes{5});
  for (const char* text : {"", "12:00", "2026-07-15", "2026-07-15T12:00:60", "2026-07-15T12:00:0",
                           "15/07/2026T12:00:00CET"}) {
    EXPECT_FALSE(zone_->parse(text)) << text;
  }
}

TEST(CivilZone, an_unknown_zone_is_none) {
  EXPECT_FALSE(CivilZone::load("Europe/Atlantis"));
  EXPECT_FALSE(CivilZone::load(""));
}

}  // namespace
}  // namespace senne::decode
