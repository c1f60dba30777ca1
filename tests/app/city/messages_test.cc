// Single messages: the shape of their format, and broken where they are meant to be.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/city/device.h"
#include "tests/app/city/city_fixture.h"

namespace senne::city {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::seconds;

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

TEST(CityMessages, a_duplicate_is_the_same_bytes_on_the_same_topic_soon_after) {
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

TEST(CityMessages, good_messages_have_the_shape_of_their_format_and_the_time_of_now) {
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

TEST(CityMessages, late_messages_state_when_they_were_measured) {
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

TEST(CityMessages, broken_messages_are_broken_as_their_kind_says) {
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

TEST(CityMessages, after_a_join_the_frame_counter_begins_at_0) {
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

TEST(CityMessages, values_stay_within_what_such_sensors_report) {
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

}  // namespace
}  // namespace senne::city
