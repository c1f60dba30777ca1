#include "app/cases/matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/check.h"

namespace senne::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> compare(const std::string& expected, const std::string& records,
                                 double tolerance = 0) {
  const auto node = parse_yaml(expected, "expected");
  SENNE_CHECK(node);
  return differences(*node, Json::parse(records), tolerance);
}

// Of one record with that value.
std::vector<std::string> compare_value(const std::string& expected, const std::string& got,
                                       double tolerance = 0) {
  return compare("[{v: " + expected + "}]", R"([{"v":)" + got + "}]", tolerance);
}

TEST(Matching, only_what_is_named_is_compared_nested_too) {
  const std::string records = R"([{"topic":"t","value":{"a":{"b":1,"c":2},"d":"x"}}])";
  EXPECT_THAT(compare("[{}]", records), IsEmpty());
  EXPECT_THAT(compare("[{value: {a: {c: 2}}}]", records), IsEmpty());
  EXPECT_THAT(compare("[{value: {a: {c: 3, b: 4}, d: y}}]", records),
              ElementsAre("record 1: value.a.c: expected 3, got 2",
                          "record 1: value.a.b: expected 4, got 1",
                          "record 1: value.d: expected y, got \"x\""));
  EXPECT_THAT(compare("[{value: {e: 1}}]", records),
              ElementsAre("record 1: value.e: expected 1, got nothing"));
}

TEST(Matching, numbers_are_equal_exactly_or_within_the_tolerance) {
  EXPECT_THAT(compare_value("21.5", "21.5"), IsEmpty());
  EXPECT_THAT(compare_value("2.15e1", "21.5"), IsEmpty());
  EXPECT_THAT(compare_value("21", "21.0"), IsEmpty());
  EXPECT_THAT(compare_value("0.3", "0.30000000000000004"),
              ElementsAre("record 1: v: expected 0.3, got 0.30000000000000004"));
  EXPECT_THAT(compare_value("0.3", "0.30000000000000004", 1e-15), IsEmpty());
  EXPECT_THAT(compare_value("10", "10.5", 0.5), IsEmpty());
  EXPECT_THAT(compare_value("10", "9.5", 0.5), IsEmpty());
  EXPECT_THAT(compare_value("10", "10.75", 0.5),
              ElementsAre("record 1: v: expected 10, got 10.75"));
  EXPECT_THAT(compare_value("-4", "4"), ElementsAre("record 1: v: expected -4, got 4"));
}

TEST(Matching, text_without_quotes_is_what_it_looks_like_and_text_in_quotes_a_string) {
  EXPECT_THAT(compare_value("d-1", R"("d-1")"), IsEmpty());
  EXPECT_THAT(compare_value("42", R"("42")"), IsEmpty());
  EXPECT_THAT(compare_value("042", R"("42")"),
              ElementsAre(R"(record 1: v: expected 042, got "42")"));
  EXPECT_THAT(compare_value("'42'", R"("42")"), IsEmpty());
  EXPECT_THAT(compare_value("'42'", "42"), ElementsAre(R"(record 1: v: expected "42", got 42)"));
  EXPECT_THAT(compare_value("true", "true"), IsEmpty());
  EXPECT_THAT(compare_value("true", "false"), ElementsAre("record 1: v: expected true, got false"));
  EXPECT_THAT(compare_value("'true'", "true"),
              ElementsAre(R"(record 1: v: expected "true", got true)"));
  EXPECT_THAT(compare_value("1", "true"), ElementsAre("record 1: v: expected 1, got true"));
  EXPECT_THAT(compare_value("12 h", "12"), ElementsAre("record 1: v: expected 12 h, got 12"));
}

TEST(Matching, a_tilde_is_met_by_nothing) {
  EXPECT_THAT(compare("[{v: ~}]", R"([{"w":1}])"), IsEmpty());
  EXPECT_THAT(compare_value("~", R"(["LATE"])"),
              ElementsAre(R"(record 1: v: expected to be absent, got ["LATE"])"));
  EXPECT_THAT(compare_value("~", "0"), ElementsAre("record 1: v: expected to be absent, got 0"));
  EXPECT_THAT(compare_value("[]", "[]"), IsEmpty());
  EXPECT_THAT(compare("[{v: []}]", "[{}]"), ElementsAre("record 1: v: expected [], got nothing"));
  EXPECT_THAT(compare_value("''", "null"), ElementsAre(R"(record 1: v: expected "", got null)"));
}

TEST(Matching, another_kind_of_value_is_a_difference) {
  EXPECT_THAT(compare_value("{a: 1}", "1"), ElementsAre(R"(record 1: v: expected {"a":1}, got 1)"));
  EXPECT_THAT(compare_value("[1]", "1"), ElementsAre("record 1: v: expected [1], got 1"));
  EXPECT_THAT(compare_value("1", "[1]"), ElementsAre("record 1: v: expected 1, got [1]"));
  EXPECT_THAT(compare_value("1", R"({"a":1})"),
              ElementsAre(R"(record 1: v: expected 1, got {"a":1})"));
  EXPECT_THAT(compare_value("[1]", R"({"a":1})"),
              ElementsAre(R"(record 1: v: expected [1], got {"a":1})"));
}

TEST(Matching, lists_are_compared_in_order_and_length) {
  EXPECT_THAT(compare_value("[{p: a}, {p: b}]", R"([{"p":"a","n":1},{"p":"b"}])"), IsEmpty());
  EXPECT_THAT(compare_value("[{p: b}, {p: a}]", R"([{"p":"a"},{"p":"b"}])"),
              ElementsAre(R"(record 1: v[0].p: expected b, got "a")",
                          R"(record 1: v[1].p: expected a, got "b")"));
}

TEST(Matching, of_lists_of_other_lengths_what_is_missing_or_too_much_is_named) {
  EXPECT_THAT(compare_value("[a, c]", R"(["a","b","c"])"),
              ElementsAre(R"(record 1: v[1]: not expected, got "b")"));
  EXPECT_THAT(compare_value("[a, b, c]", R"(["a","c"])"),
              ElementsAre("record 1: v[1]: missing, expected b"));
  EXPECT_THAT(compare_value("[a, b]", R"(["b"])"),
              ElementsAre("record 1: v[0]: missing, expected a"));
  EXPECT_THAT(compare_value("[a]", "[]"), ElementsAre("record 1: v[0]: missing, expected a"));
  EXPECT_THAT(compare_value("[]", R"(["a"])"),
              ElementsAre(R"(record 1: v[0]: not expected, got "a")"));
  // What differs in place is one difference, not one missing and one too many.
  EXPECT_THAT(compare_value("[a, x, c]", R"(["a","b","c","d"])"),
              ElementsAre(R"(record 1: v[1]: expected x, got "b")",
                          R"(record 1: v[3]: not expected, got "d")"));
}

TEST(Matching, contains_wants_one_element_for_each_anywhere) {
  const std::string list = R"([{"p":"a","n":1},{"p":"b","n":2}])";
  EXPECT_THAT(compare_value("{contains: [{p: b}]}", list), IsEmpty());
  EXPECT_THAT(compare_value("{contains: [{p: b}, {p: a}]}", list), IsEmpty());
  EXPECT_THAT(compare_value("{contains: []}", list), IsEmpty());
  EXPECT_THAT(compare_value("{contains: [{p: b, n: 1}, {p: a}]}", list),
              ElementsAre(R"(record 1: v: no element matches {"p":b,"n":1})"));
  EXPECT_THAT(compare("{contains: [{k: 2}]}", R"([{"k":1},{"k":2}])"), IsEmpty());
  EXPECT_THAT(compare("{contains: [{k: 3}]}", R"([{"k":1},{"k":2}])"),
              ElementsAre(R"(no record matches {"k":3})"));
}

TEST(Matching, tolerance_holds_everywhere) {
  EXPECT_THAT(compare_value("{contains: [{n: 1}]}", R"([{"n":1.01}])", 0.1), IsEmpty());
  EXPECT_THAT(compare_value("[1, 3]", "[1.01,2.01,3.01]", 0.1),
              ElementsAre("record 1: v[1]: not expected, got 2.01"));
}

TEST(Matching, records_are_missing_or_not_expected_by_their_place) {
  EXPECT_THAT(compare("[{k: 1}, {k: 2}]", R"([{"k":2}])"),
              ElementsAre(R"(record 1: missing, expected {"k":1})"));
  EXPECT_THAT(compare("[{k: 2}]", R"([{"k":1},{"k":2}])"),
              ElementsAre(R"(record 1: not expected, got {"k":1})"));
  EXPECT_THAT(compare("[{k: 1}, {k: 3}]", R"([{"k":1},{"k":2}])"),
              ElementsAre("record 2: k: expected 3, got 2"));
  EXPECT_THAT(compare("[]", "[]"), IsEmpty());
}

}  // namespace
}  // namespace senne::app
