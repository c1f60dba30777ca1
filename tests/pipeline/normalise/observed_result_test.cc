#include "pipeline/normalise/observed_result.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace senne::normalise {
namespace {

using namespace std::string_view_literals;

Meaning of(std::string_view property, bool alias = true) {
  Meaning meaning;
  meaning.property = find_property(property);
  meaning.alias = alias;
  meaning.name = property;
  return meaning;
}

Meaning unknown() {
  Meaning meaning;
  meaning.name = "raw.x";
  return meaning;
}

double number(const Meaning& meaning, Value value) {
  return std::get<double>(observed_result(meaning, value).value().value);
}
bool flag(const Meaning& meaning, Value value) {
  return std::get<bool>(observed_result(meaning, value).value().value);
}
std::string text(const Meaning& meaning, Value value) {
  const auto result = observed_result(meaning, value).value();
  if (const auto* digits = std::get_if<Digits>(&result.value)) return std::string(digits->text());
  return std::string(std::get<std::string_view>(result.value));
}
bool bad_value(const Meaning& meaning, Value value) {
  const auto result = observed_result(meaning, value);
  return !result && result.error() == DeadLetterReason::bad_value;
}

TEST(observed_result, numbers_of_every_kind_become_the_number) {
  EXPECT_EQ(number(of("air_temperature"), 21.5), 21.5);
  EXPECT_EQ(number(of("co2"), std::int64_t{-3}), -3);
  EXPECT_EQ(number(of("co2"), std::uint64_t{412}), 412);
}

TEST(observed_result, a_text_that_is_wholly_a_decimal_number_is_that_number) {
  const Meaning co2 = of("co2");
  EXPECT_EQ(number(co2, "12.50"sv), 12.5);
  EXPECT_EQ(number(co2, " -1e2 "sv), -100);
  EXPECT_EQ(number(co2, "+7"sv), 7);
  for (const auto broken : {""sv, " "sv, "n/a"sv, "12.5 ppm"sv, "45%"sv, "1,5"sv, "nan"sv, "inf"sv,
                            "0x10"sv, "1e999"sv, "--1"sv, "1 2"sv}) {
    EXPECT_TRUE(bad_value(co2, broken)) << broken;
  }
}

TEST(observed_result, what_is_not_finite_is_bad) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Meaning& meaning : {of("co2"), of("motion"), unknown()}) {
    EXPECT_TRUE(bad_value(meaning, nan));
    EXPECT_TRUE(bad_value(meaning, infinity));
    EXPECT_TRUE(bad_value(meaning, -infinity));
  }
  Meaning thousandfold = of("co2");
  thousandfold.conversion.numerator = 1000;
  EXPECT_TRUE(bad_value(thousandfold, std::numeric_limits<double>::max()));
}

TEST(observed_result, a_bad_unit_is_told_before_a_bad_value) {
  Meaning meaning = of("co2");
  meaning.bad = DeadLetterReason::bad_unit;
  EXPECT_EQ(observed_result(meaning, "n/a"sv).error(), DeadLetterReason::bad_unit);
}

TEST(observed_result, a_flag_under_the_alias_of_a_number_goes_out_raw) {
  const auto result = observed_result(of("occupancy"), true).value();
  EXPECT_TRUE(result.raw);
  EXPECT_TRUE(std::get<bool>(result.value));
  EXPECT_FALSE(observed_result(of("occupancy"), 0.5).value().raw);
}

TEST(observed_result, a_flag_where_a_mapping_promised_a_number_is_bad) {
  EXPECT_TRUE(bad_value(of("occupancy", false), true));
}

TEST(observed_result, under_the_alias_of_a_flag_what_is_none_goes_out_raw) {
  const auto count = observed_result(of("motion"), std::int64_t{12}).value();
  EXPECT_TRUE(count.raw);
  EXPECT_EQ(std::get<double>(count.value), 12);
  const auto word = observed_result(of("door_open"), "ajar"sv).value();
  EXPECT_TRUE(word.raw);
  EXPECT_EQ(std::get<std::string_view>(word.value), "ajar");
  EXPECT_FALSE(observed_result(of("motion"), std::int64_t{1}).value().raw);
  EXPECT_TRUE(bad_value(of("motion"), std::numeric_limits<double>::quiet_NaN()));
}

TEST(observed_result, flags_take_0_and_1_and_no_other_number) {
  const Meaning motion = of("motion", false);
  EXPECT_TRUE(flag(motion, true));
  EXPECT_FALSE(flag(motion, false));
  EXPECT_TRUE(flag(motion, 1.0));
  EXPECT_FALSE(flag(motion, std::int64_t{0}));
  EXPECT_TRUE(flag(motion, std::uint64_t{1}));
  EXPECT_TRUE(bad_value(motion, 2.0));
  EXPECT_TRUE(bad_value(motion, 0.5));
  EXPECT_TRUE(bad_value(motion, std::int64_t{-1}));
}

TEST(observed_result, flags_take_unmistakable_words) {
  EXPECT_TRUE(flag(of("switch_state"), "ON"sv));
  EXPECT_FALSE(flag(of("switch_state"), "off"sv));
  EXPECT_TRUE(flag(of("door_open"), "Open"sv));
  EXPECT_FALSE(flag(of("door_open"), "closed"sv));
  EXPECT_FALSE(flag(of("parking_occupied"), "vacant"sv));
  EXPECT_FALSE(flag(of("water_leak"), "dry"sv));
  // An open switch is off, an open valve on.
  EXPECT_TRUE(bad_value(of("switch_state", false), "open"sv));
  EXPECT_TRUE(bad_value(of("motion", false), "perhaps"sv));
  EXPECT_TRUE(bad_value(of("motion", false), ""sv));
}

TEST(observed_result, under_an_unknown_name_a_value_stays_what_it_is) {
  EXPECT_EQ(number(unknown(), 0.25), 0.25);
  EXPECT_EQ(number(unknown(), std::int64_t{-5}), -5);
  EXPECT_TRUE(flag(unknown(), true));
  EXPECT_EQ(text(unknown(), "12.50"sv), "12.50");
  EXPECT_EQ(text(unknown(), ""sv), "");
  EXPECT_TRUE(bad_value(unknown(), "\xC3\x28"sv));
}

TEST(observed_result, an_integer_that_a_double_cannot_hold_keeps_its_digits) {
  constexpr std::int64_t exact = 1LL << 53;
  EXPECT_EQ(number(unknown(), exact), 9007199254740992.0);
  EXPECT_EQ(number(unknown(), -exact), -9007199254740992.0);
  EXPECT_EQ(text(unknown(), exact + 1), "9007199254740993");
  EXPECT_EQ(text(unknown(), -exact - 1), "-9007199254740993");
  EXPECT_EQ(text(unknown(), std::uint64_t{1} << 63), "9223372036854775808");
  EXPECT_EQ(text(unknown(), std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(text(unknown(), std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(observed_result, an_over_long_text_is_over_the_limit) {
  const std::string longest(text_bytes_max, 'x');
  EXPECT_EQ(text(unknown(), std::string_view(longest)), longest);
  const std::string longer = longest + "x";
  EXPECT_EQ(observed_result(unknown(), std::string_view(longer)).error(), DeadLetterReason::limit);
}

}  // namespace
}  // namespace senne::normalise
