#include "app/city/city.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/city/device.h"
#include "app/city/weather.h"

namespace senne::city {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant monday_morning{seconds{1'795'420'800}};  // 2026-11-23T08:00:00Z

std::vector<Publication> drain(City& city, Instant until) {
  std::vector<Publication> all;
  while (auto publication = city.next(until)) all.push_back(std::move(*publication));
  return all;
}

std::vector<Publication> a_city(const CityOptions& options, Duration length = minutes{5}) {
  City city(options, monday_morning);
  return drain(city, monday_morning + length);
}

// Enough messages that every kind occurs.
const std::vector<Publication>& busy_minutes() {
  static const std::vector<Publication> all = a_city({.seed = 7, .rate = 300}, minutes{2});
  return all;
}

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

TEST(City, a_duplicate_is_the_same_bytes_on_the_same_topic_soon_after) {
  std::map<std::string, std::map<std::string, int>> recent;  // topic -> payload -> copies
  std::size_t duplicates = 0;
  for (const Publication& publication : busy_minutes()) {
    int& copies = recent[publication.topic][publication.payload];
    if (publication.kind == Kind::duplicate) {
      EXPECT_EQ(copies, 1) << publication.payload;
      ++duplicates;
    } else if (outcome(publication.kind) == Outcome::decoded) {
      EXPECT_EQ(copies, 0) << publication.payload;
    }
    ++copies;
  }
  EXPECT_GT(duplicates, 100U);
}

Instant stated_time(const json& body) {
  // 2026-11-23T08:00:00.123456789Z
  const std::string text = body.get<std::string>();
  std::tm parts{};
  EXPECT_NE(strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts), nullptr) << text;
  EXPECT_EQ(text.size(), 30U) << text;
  return Instant{seconds{timegm(&parts)}} + Duration{std::stoll(text.substr(20, 9))};
}

void expect_numbers(const json& object, std::initializer_list<std::string_view> names) {
  EXPECT_EQ(object.size(), names.size()) << object;
  for (const std::string_view name : names) {
    EXPECT_TRUE(object.at(std::string(name)).is_number()) << name << object;
  }
}

// Checks the shape, and returns the time that the message states.
using Shape = std::function<Instant(const json&, const std::string& topic)>;
const std::map<std::string_view, Shape>& shapes() {
  static const std::map<std::string_view, Shape> all = {
      {"lora",
       [](const json& body, const std::string& topic) {
         const json& ids = body.at("end_device_ids");
         const std::string name = ids.at("device_id");
         EXPECT_EQ(topic, "v3/brussels-environment@ttn/devices/" + name + "/up");
         EXPECT_EQ(ids.at("dev_eui").get<std::string>().size(), 16U);
         const json& uplink = body.at("uplink_message");
         EXPECT_TRUE(!uplink.contains("f_cnt") || uplink.at("f_cnt").get<int>() > 0);
         EXPECT_EQ(uplink.at("frm_payload").get<std::string>().size() % 4, 0U);
         EXPECT_TRUE(uplink.at("settings").at("frequency").is_string());
         if (name.starts_with("air-")) {
           expect_numbers(uplink.at("decoded_payload"),
                          {"no2", "o3", "pm2_5", "pm10", "temperature", "humidity"});
         } else {
           expect_numbers(uplink.at("decoded_payload"),
                          {"fill_level", "temperature", "battery_voltage"});
         }
         EXPECT_GT(stated_time(body.at("received_at")), stated_time(uplink.at("received_at")));
         return stated_time(uplink.at("settings").at("time"));
       }},
      {"chirpstack",
       [](const json& body, const std::string& topic) {
         const json& info = body.at("deviceInfo");
         EXPECT_EQ(topic, "application/" + info.at("applicationId").get<std::string>() +
                              "/device/" + info.at("devEui").get<std::string>() + "/event/up");
         EXPECT_EQ(body.at("deduplicationId").get<std::string>().size(), 36U);
         if (info.at("deviceName").get<std::string>().starts_with("noise-")) {
           expect_numbers(body.at("object"), {"laeq", "battery"});
         } else {
           expect_numbers(body.at("object"), {"co2", "temperature", "humidity"});
         }
         return stated_time(body.at("time"));
       }},
      {"meteo",
       [](const json& body, const std::string& topic) {
         const std::string name = body.at(0).at("bn");
         EXPECT_EQ(body.size(), 5U);
         EXPECT_EQ("meteo/" + name.substr(12, name.size() - 13) + "/senml", topic);
         for (const json& record : body) {
           EXPECT_TRUE(record.at("v").is_number() && record.at("u").is_string() &&
                       record.at("n").is_string())
               << record;
         }
         const double at = body.at(0).at("bt");
         return Instant{} + Duration{static_cast<Duration::rep>(at * 1e9)};
       }},
      {"traffic",
       [](const json& body, const std::string& topic) {
         EXPECT_TRUE(topic.starts_with("traffic/v2/210"));
         EXPECT_EQ(body.at("channels").size(), 3U);
         for (const json& channel : body.at("channels")) {
           EXPECT_TRUE(channel.at("count").is_number_unsigned() && channel.at("no").is_string() &&
                       channel.at("speed").is_number())
               << channel;
         }
         EXPECT_TRUE(body.at("seq").is_number_unsigned());
         EXPECT_GT(body.at("cabinet").at("temp_f").get<double>(), 14);  // -10 Cel
         return Instant{} + std::chrono::milliseconds{body.at("ts").get<std::int64_t>()};
       }},
      {"parking",
       [](const json& body, const std::string& topic) {
         EXPECT_TRUE(topic.starts_with("parking/bay-") && topic.ends_with("/state"));
         EXPECT_THAT(body.at("state").get<std::string>(), testing::AnyOf("occupied", "free"));
         EXPECT_NEAR(body.at("battery_mv").get<double>(), 3580, 150);
         EXPECT_TRUE(body.at("n").is_number_unsigned());
         return stated_time(body.at("at"));
       }},
  };
  return all;
}

TEST(City, good_messages_have_the_shape_of_their_format_and_the_time_of_now) {
  std::map<std::string_view, int> seen;
  for (const Publication& publication : busy_minutes()) {
    const bool good = publication.kind == Kind::good || publication.kind == Kind::duplicate ||
                      publication.kind == Kind::late || publication.kind == Kind::unknown_device;
    if (!good) continue;
    ++seen[publication.route];
    const json body = json::parse(publication.payload, nullptr, false);
    ASSERT_FALSE(body.is_discarded()) << publication.payload;
    Instant stated;
    ASSERT_NO_THROW(stated = shapes().at(publication.route)(body, publication.topic))
        << publication.payload;
    const Duration age = publication.at - stated;
    EXPECT_GT(age, -seconds{1});
    if (publication.kind == Kind::good) {
      EXPECT_LT(age, seconds{1});
    }
    EXPECT_EQ(publication.qos, 1);
    EXPECT_EQ(publication.retained, publication.route == parking_route);
  }
  EXPECT_EQ(seen.size(), 5U);
  for (const auto& [route, count] : seen) EXPECT_GT(count, 500) << route;
}

TEST(City, late_messages_state_when_they_were_measured) {
  Duration latest{};
  for (const Publication& publication : busy_minutes()) {
    if (publication.kind != Kind::late) continue;
    const Instant stated =
        shapes().at(publication.route)(json::parse(publication.payload), publication.topic);
    EXPECT_LT(stated, publication.at);
    latest = std::max(latest, publication.at - stated);
  }
  EXPECT_GT(latest, seconds{5});
}

TEST(City, broken_messages_are_broken_as_their_kind_says) {
  for (const Publication& publication : busy_minutes()) {
    const json body = json::parse(publication.payload, nullptr, false);
    switch (publication.kind) {
      case Kind::not_json:
        EXPECT_TRUE(body.is_discarded()) << publication.payload;
        break;
      case Kind::wrong_type:
        EXPECT_FALSE(body.is_discarded()) << publication.payload;
        EXPECT_ANY_THROW(shapes().at(publication.route)(body, publication.topic));
        break;
      case Kind::bad_reading:
        EXPECT_FALSE(body.is_discarded());
        EXPECT_THAT(publication.payload, testing::HasSubstr("\"sensor error\""));
        break;
      case Kind::clock_1970:
        EXPECT_EQ(publication.route, traffic_route);
        EXPECT_LT(body.at("ts").get<std::int64_t>(), 86'400'000);
        break;
      case Kind::simulated:
        EXPECT_EQ(body.at("simulated"), true);
        EXPECT_TRUE(body.contains("uplink_message"));
        break;
      case Kind::join:
        EXPECT_TRUE(publication.topic.ends_with("/join"));
        EXPECT_FALSE(body.contains("uplink_message") || body.contains("object"));
        break;
      default:
        EXPECT_FALSE(body.is_discarded()) << publication.payload;
    }
  }
}

TEST(City, after_a_join_the_frame_counter_begins_at_0) {
  std::set<std::string> joined;
  std::size_t checked = 0;
  for (const Publication& publication : busy_minutes()) {
    const std::string device =
        publication.topic.substr(0, publication.topic.rfind('/'));  // ".../event", ".../air-0001"
    if (publication.kind == Kind::join) {
      joined.insert(device);
    } else if (joined.erase(device) == 1 && publication.kind == Kind::good) {
      const json body = json::parse(publication.payload);
      const json& uplink = publication.route == lora_route ? body.at("uplink_message") : body;
      EXPECT_FALSE(uplink.contains("f_cnt") || uplink.contains("fCnt")) << publication.payload;
      ++checked;
    }
  }
  EXPECT_GT(checked, 5U);
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

TEST(City, values_stay_within_what_such_sensors_report) {
  const std::map<std::string, std::pair<double, double>> ranges = {
      {"no2", {0, 300}},          {"o3", {0, 300}},
      {"pm2_5", {0, 200}},        {"pm10", {0, 400}},
      {"temperature", {-25, 45}}, {"humidity", {0, 100}},
      {"fill_level", {0, 100}},   {"battery_voltage", {3, 4}},
      {"laeq", {25, 115}},        {"battery", {0, 100}},
      {"co2", {390, 5000}}};
  City city({.seed = 2, .devices = 60}, monday_morning);
  for (const Publication& publication : drain(city, monday_morning + hours{48})) {
    if (publication.kind != Kind::good) continue;
    const json body = json::parse(publication.payload);
    const json* readings = nullptr;
    if (publication.route == lora_route) {
      readings = &body.at("uplink_message").at("decoded_payload");
    } else if (publication.route == chirpstack_route) {
      readings = &body.at("object");
    }
    if (readings == nullptr) continue;
    for (const auto& [name, value] : readings->items()) {
      EXPECT_GE(value.get<double>(), ranges.at(name).first) << name;
      EXPECT_LE(value.get<double>(), ranges.at(name).second) << name;
    }
  }
}

TEST(Moment, has_the_rhythm_of_a_city) {
  const auto at = [](int day, double hour) {  // days from Monday; local winter time
    return moment_at(Instant{seconds{1'795'388'400}} + hours{24 * day} +
                     Duration{static_cast<Duration::rep>(hour * 3600e9)});
  };
  EXPECT_NEAR(at(0, 8).hour, 8, 1e-6);
  EXPECT_GT(at(0, 8.2).traffic, 0.85);
  EXPECT_GT(at(0, 17.5).traffic, 0.85);
  EXPECT_LT(at(0, 3).traffic, 0.1);
  EXPECT_LT(at(5, 8.2).traffic, 0.5);  // Saturday
  EXPECT_TRUE(at(5, 12).weekend && at(6, 12).weekend && !at(7, 12).weekend);
  EXPECT_TRUE(at(0, 10).school && !at(0, 20).school && !at(5, 10).school);
  EXPECT_GT(at(0, 12.5).daylight, 0.9);
  EXPECT_EQ(at(0, 1).daylight, 0);
}

}  // namespace
}  // namespace senne::city
