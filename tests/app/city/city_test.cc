// The city as a whole: who lives in it, what it publishes when, how much of each kind.

#include "app/city/city.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/city/device.h"
#include "tests/app/city/city_fixture.h"

namespace senne::city {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(City, same_seed_gives_the_same_bytes) {
  const auto one = a_city({.seed = 3, .rate = 40});
  const auto two = a_city({.seed = 3, .rate = 40});
  ASSERT_EQ(one.size(), two.size());
  ASSERT_GT(one.size(), 10'000U);
  for (std::size_t i = 0; i < one.size(); ++i) {
    ASSERT_EQ(one[i].topic, two[i].topic);
    ASSERT_EQ(one[i].payload, two[i].payload);
    ASSERT_EQ(one[i].at, two[i].at);
    ASSERT_EQ(one[i].kind, two[i].kind);
  }
}

TEST(City, another_seed_gives_others) {
  const auto one = a_city({.seed = 3, .rate = 20});
  const auto two = a_city({.seed = 4, .rate = 20});
  EXPECT_NE(one.front().payload, two.front().payload);
}

TEST(City, it_does_not_matter_in_which_steps_time_goes_by) {
  City steady({.seed = 5, .rate = 50}, monday_morning);
  City jumpy({.seed = 5, .rate = 50}, monday_morning);
  std::vector<Publication> in_steps;
  for (int i = 1; i <= 60; ++i) {
    for (auto& publication : drain(steady, monday_morning + seconds{i})) {
      in_steps.push_back(std::move(publication));
    }
  }
  const auto at_once = drain(jumpy, monday_morning + seconds{60});
  ASSERT_EQ(in_steps.size(), at_once.size());
  for (std::size_t i = 0; i < at_once.size(); ++i) {
    ASSERT_EQ(in_steps[i].payload, at_once[i].payload);
  }
}

TEST(City, messages_come_in_order_of_time_and_never_early) {
  City city({.rate = 100}, monday_morning);
  Instant last = monday_morning;
  for (int i = 1; i <= 20; ++i) {
    const Instant until = monday_morning + seconds{i};
    for (const Publication& publication : drain(city, until)) {
      ASSERT_GE(publication.at, last);
      ASSERT_LE(publication.at, until);
      last = publication.at;
    }
    EXPECT_GT(city.next_due(), until);
  }
}

TEST(City, the_rate_that_was_asked_for_is_kept) {
  for (const double rate : {10.0, 100.0, 500.0}) {
    City city({.rate = rate}, monday_morning);
    EXPECT_NEAR(city.expected_rate(), rate, 1e-6 * rate);
    drain(city, monday_morning + seconds{100});
    EXPECT_NEAR(static_cast<double>(city.counts().total()), 100 * rate, 6 * rate) << rate;
  }
}

TEST(City, speed_multiplies_how_often_devices_report) {
  const City natural({}, monday_morning);
  const City fast({.speed = 30}, monday_morning);
  EXPECT_NEAR(fast.expected_rate(), 30 * natural.expected_rate(), 1e-6);
  EXPECT_GT(natural.expected_rate(), 1);
}

TEST(City, a_city_without_devices_is_silent) {
  City city({.devices = 0, .rate = 10}, monday_morning);
  EXPECT_FALSE(city.next(monday_morning + hours{1}).has_value());
  EXPECT_EQ(city.next_due(), Instant::max());
}

TEST(City, counts_what_it_published_by_route_and_kind) {
  City city({.seed = 7, .rate = 100}, monday_morning);
  std::map<std::pair<std::string, Kind>, std::uint64_t> seen;
  std::uint64_t total = 0;
  for (const Publication& publication : drain(city, monday_morning + minutes{5})) {
    ++seen[{std::string(publication.route), publication.kind}];
    ++total;
  }
  EXPECT_EQ(city.counts().total(), total);
  std::uint64_t by_outcome = 0;
  for (const auto& [route, kinds] : city.counts().by_route) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      EXPECT_EQ(kinds[i], (seen[{route, static_cast<Kind>(i)}])) << route << kind_names[i];
    }
    for (const Outcome each : {Outcome::decoded, Outcome::dead_letter, Outcome::suppressed}) {
      by_outcome += city.counts().of(route, each);
    }
  }
  EXPECT_EQ(by_outcome, total);
}

TEST(City, every_kind_occurs_and_most_are_good) {
  std::map<Kind, double> share;
  for (const Publication& publication : busy_minutes()) {
    share[publication.kind] += 1.0 / static_cast<double>(busy_minutes().size());
  }
  EXPECT_EQ(share.size(), kind_names.size());
  EXPECT_GT(share[Kind::good], 0.8);
  EXPECT_NEAR(share[Kind::duplicate], duplicate_share, 0.003);
  for (const auto& [kind, part] : share) {
    if (kind == Kind::good) continue;
    EXPECT_LT(part, 0.05) << kind_names[static_cast<std::size_t>(kind)];
  }
}

TEST(City, only_devices_that_the_registry_does_not_have_are_unknown) {
  const City city({.seed = 7}, monday_morning);
  std::set<std::string> registered;
  for (const Device& device : city.registered_devices()) {
    EXPECT_TRUE(registered.insert(device.id).second) << device.id;
    EXPECT_EQ(device.classification, Classification::open);
    EXPECT_TRUE(device.interval.has_value());
  }
  EXPECT_LT(registered.size(), 400U);
  EXPECT_GT(registered.size(), 380U);
  for (const Publication& publication : busy_minutes()) {
    if (publication.route != traffic_route || publication.kind == Kind::not_json ||
        publication.kind == Kind::wrong_type) {
      continue;
    }
    const std::string id = json::parse(publication.payload).at("station").at("id");
    EXPECT_EQ(registered.contains(id), publication.kind != Kind::unknown_device) << id;
  }
}

TEST(City, devices_stand_in_brussels) {
  const City city({.seed = 11, .devices = 5'000}, monday_morning);
  std::set<std::string> titles;
  for (const Device& device : city.registered_devices()) {
    ASSERT_TRUE(device.location.has_value());
    EXPECT_GE(device.location->latitude, 50.7641);
    EXPECT_LE(device.location->latitude, 50.9228);
    EXPECT_GE(device.location->longitude, 4.2177);
    EXPECT_LE(device.location->longitude, 4.4821);
    titles.insert(device.title_fr.substr(device.title_fr.rfind(", ") + 2));
  }
  EXPECT_EQ(titles.size(), 19U);
}

}  // namespace
}  // namespace senne::city
