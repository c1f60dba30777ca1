#include "core/topic_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace senne {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::Pair;

// Every sequence of one to `depth` levels out of `alphabet`, joined by `/`.
std::vector<std::string> all_of(const std::vector<std::string>& alphabet, std::size_t depth) {
  std::vector<std::string> all = alphabet;
  std::size_t first = 0;
  for (std::size_t level = 1; level < depth; ++level) {
    const std::size_t last = all.size();
    for (std::size_t i = first; i < last; ++i) {
      for (const std::string& next : alphabet) all.push_back(all[i] + "/" + next);
    }
    first = last;
  }
  return all;
}

std::vector<std::string> valid_filters() {
  std::vector<std::string> valid;
  for (std::string& filter : all_of({"a", "", "$s", "+", "#"}, 3)) {
    if (!filter_fault(filter)) valid.push_back(std::move(filter));
  }
  return valid;
}

// Deeper than the filters and with a level that no filter names, so that what holds for these
// topics holds for all. The empty topic, which MQTT forbids, counts as one: the relations err on
// its side, which refuses at most a pair that nobody writes.
std::vector<std::string> topics() { return all_of({"a", "", "$s", "other"}, 5); }

TEST(TopicFilter, examples_of_the_standard_match_as_it_says) {
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1"));
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1/ranking"));
  EXPECT_TRUE(matches("sport/#", "sport"));
  EXPECT_TRUE(matches("#", "sport/tennis"));
  EXPECT_TRUE(matches("sport/tennis/+", "sport/tennis/player1"));
  EXPECT_FALSE(matches("sport/tennis/+", "sport/tennis/player1/ranking"));
  EXPECT_FALSE(matches("sport/+", "sport"));
  EXPECT_TRUE(matches("sport/+", "sport/"));
  EXPECT_TRUE(matches("+/+", "/finance"));
  EXPECT_TRUE(matches("/+", "/finance"));
  EXPECT_FALSE(matches("+", "/finance"));
  EXPECT_FALSE(matches("sport", "Sport"));
  EXPECT_TRUE(matches("v3/+/devices/+/up", "v3/app@tenant/devices/dev-1/up"));
  EXPECT_FALSE(matches("v3/+/devices/+/up", "v3/app@tenant/devices/dev-1/join"));
}

TEST(TopicFilter, leading_wildcards_do_not_match_system_topics) {
  EXPECT_FALSE(matches("#", "$SYS/broker/load"));
  EXPECT_FALSE(matches("+/broker/load", "$SYS/broker/load"));
  EXPECT_TRUE(matches("$SYS/#", "$SYS/broker/load"));
  EXPECT_TRUE(matches("a/+", "a/$SYS"));
  EXPECT_FALSE(overlaps("#", "$SYS/#"));
  EXPECT_FALSE(contains("#", "$SYS/#"));
}

TEST(TopicFilter, faults_are_named) {
  EXPECT_EQ(filter_fault("a/+/b/#"), std::nullopt);
  EXPECT_EQ(filter_fault("/"), std::nullopt);
  EXPECT_THAT(filter_fault(""), Optional(HasSubstr("empty")));
  EXPECT_THAT(filter_fault("a/#/b"), Optional(HasSubstr("before its last level")));
  EXPECT_THAT(filter_fault("#/"), Optional(HasSubstr("before its last level")));
  EXPECT_THAT(filter_fault("a/b#"), Optional(HasSubstr("beside other characters")));
  EXPECT_THAT(filter_fault("a/b+/c"), Optional(HasSubstr("beside other characters")));
  EXPECT_THAT(filter_fault("##"), Optional(HasSubstr("beside other characters")));
  EXPECT_THAT(filter_fault(std::string_view("a\0b", 3)), Optional(HasSubstr("NUL")));
  EXPECT_THAT(filter_fault(std::string(65'536, 'a')), Optional(HasSubstr("65535")));
  EXPECT_THAT(filter_fault("$share/group/a"), Optional(std::string("$share")));
}

TEST(TopicFilter, relations_agree_with_the_topics_that_are_matched) {
  const std::vector<std::string> filters = valid_filters();
  const std::vector<std::string> all = topics();
  std::vector<std::vector<bool>> matched;
  for (const std::string& filter : filters) {
    std::vector<bool>& row = matched.emplace_back();
    for (const std::string& topic : all) row.push_back(matches(filter, topic));
  }
  for (std::size_t a = 0; a < filters.size(); ++a) {
    for (std::size_t b = 0; b < filters.size(); ++b) {
      bool inside = true;
      bool common = false;
      for (std::size_t t = 0; t < all.size(); ++t) {
        inside = inside && (matched[a][t] || !matched[b][t]);
        common = common || (matched[a][t] && matched[b][t]);
      }
      EXPECT_EQ(contains(filters[a], filters[b]), inside) << filters[a] << " | " << filters[b];
      EXPECT_EQ(overlaps(filters[a], filters[b]), common) << filters[a] << " | " << filters[b];
    }
  }
}

TEST(TopicFilter, what_lies_inside_another_is_not_subscribed_and_lends_it_its_qos) {
  const std::vector<Subscription> wanted = {{"a/b", 1}, {"a/+", 0}, {"c", 1}, {"a/+", 0}, {"d", 0}};
  EXPECT_THAT(subscriptions(wanted),
              ElementsAre(Subscription{"a/+", 1}, Subscription{"c", 1}, Subscription{"d", 0}));
  EXPECT_EQ(partial_overlap(wanted), std::nullopt);
}

TEST(TopicFilter, filters_that_mean_the_same_are_subscribed_once) {
  const std::vector<Subscription> wanted = {{"+/#", 0}, {"#", 1}};
  EXPECT_THAT(subscriptions(wanted), ElementsAre(Subscription{"+/#", 1}));
}

TEST(TopicFilter, overlap_in_part_is_found_unless_a_third_filter_stands_for_both) {
  std::vector<Subscription> wanted = {{"x", 1}, {"a/+/c", 1}, {"a/b/+", 1}};
  EXPECT_THAT(partial_overlap(wanted), Optional(Pair(1, 2)));
  wanted.push_back({"a/#", 1});
  EXPECT_EQ(partial_overlap(wanted), std::nullopt);
  EXPECT_THAT(subscriptions(wanted), ElementsAre(Subscription{"x", 1}, Subscription{"a/#", 1}));
}

}  // namespace
}  // namespace senne
