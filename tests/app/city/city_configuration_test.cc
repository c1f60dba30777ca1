#include "app/city/city_configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <set>

#include "app/city/device.h"
#include "core/topic_filter.h"
#include "tests/support/temporary_folder.h"

namespace senne::city {
namespace {

const ConfigurationPlaces places{.data_dir = "/var/tmp/a \"quoted\" dir",
                                 .mqtt_url = "mqtt://127.0.0.1:1883"};

std::map<std::string, std::string> files() {
  std::map<std::string, std::string> result;
  for (const ConfigurationFile& file : city_configuration({}, places)) {
    result[file.name] = file.text;
  }
  return result;
}

TEST(CityConfiguration, begins_with_senne_yaml_and_holds_every_file_that_it_names) {
  EXPECT_EQ(city_configuration({}, places).front().name, "senne.yaml");
  const auto all = files();
  const YAML::Node senne = YAML::Load(all.at("senne.yaml"));
  EXPECT_EQ(senne["data_dir"].as<std::string>(), places.data_dir);
  EXPECT_EQ(senne["mqtt"]["url"].as<std::string>(), places.mqtt_url);
  std::set<std::string> named = {"senne.yaml", senne["registry"].as<std::string>()};
  for (const YAML::Node& route : senne["routes"]) {
    if (route["mapping"]) named.insert(route["mapping"].as<std::string>());
  }
  std::set<std::string> there;
  for (const auto& [name, text] : all) there.insert(name);
  EXPECT_EQ(there, named);
}

TEST(CityConfiguration, embedded_kafka_is_at_least_once_and_a_real_one_keeps_the_default) {
  EXPECT_EQ(YAML::Load(files().at("senne.yaml"))["kafka"]["delivery"].as<std::string>(),
            "at_least_once");
  ConfigurationPlaces real = places;
  real.kafka_bootstrap_servers = "k1:9092";
  EXPECT_FALSE(YAML::Load(city_configuration({}, real).front().text)["kafka"]["delivery"]);
}

TEST(CityConfiguration, has_ten_second_windows_beside_the_usual_ones) {
  std::set<std::string> lengths;
  for (const YAML::Node& window : YAML::Load(files().at("senne.yaml"))["windows"]) {
    lengths.insert(window["length"].as<std::string>());
  }
  EXPECT_EQ(lengths, (std::set<std::string>{"10s", "10min", "1h"}));
}

TEST(CityConfiguration, registry_has_the_citys_devices_with_their_routes_provider) {
  const YAML::Node devices = YAML::Load(files().at("devices.yaml"))["devices"];
  const auto registered = City({}, Instant{}).registered_devices();
  ASSERT_EQ(devices.size(), registered.size());
  for (std::size_t i = 0; i < registered.size(); ++i) {
    EXPECT_EQ(devices[i]["id"].as<std::string>(), registered[i].id);
    EXPECT_EQ(devices[i]["provider"].as<std::string>(), registered[i].provider);
    EXPECT_EQ(devices[i]["title"]["nl"].as<std::string>(), registered[i].title_nl);
    EXPECT_NEAR(devices[i]["location"]["latitude"].as<double>(), registered[i].location->latitude,
                1e-6);
  }
}

TEST(CityConfiguration, intervals_are_whole_units_at_any_pace) {
  for (const double rate : {0.0, 30'000.0}) {
    const auto all = city_configuration({.rate = rate}, places);
    for (const YAML::Node& device : YAML::Load(all[1].text)["devices"]) {
      EXPECT_THAT(device["interval"].as<std::string>(),
                  testing::MatchesRegex("[1-9][0-9]*(us|ms|s)"));
    }
  }
}

TEST(CityConfiguration, every_message_matches_the_filter_of_its_own_route_and_of_no_other) {
  const YAML::Node routes = YAML::Load(files().at("senne.yaml"))["routes"];
  City city({.rate = 500}, Instant{});
  std::size_t checked = 0;
  while (const auto publication = city.next(Instant{std::chrono::seconds{20}})) {
    for (const YAML::Node& route : routes) {
      EXPECT_EQ(matches(route["topic"].as<std::string>(), publication->topic),
                route["name"].as<std::string>() == publication->route)
          << publication->topic;
    }
    ++checked;
  }
  EXPECT_GT(checked, 5'000U);
}

TEST(CityConfiguration, is_written_into_a_folder) {
  const test::TemporaryFolder folder;
  const auto path = write_city_configuration({}, places, folder.path());
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*path, folder.file("senne.yaml"));
  for (const auto& [name, text] : files()) {
    EXPECT_EQ(test::read_file(folder.file(name)), text);
  }
}

TEST(CityConfiguration, a_folder_that_is_not_there_is_named) {
  const auto path = write_city_configuration({}, places, "/nonexistent/folder");
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message,
              testing::StartsWith("/nonexistent/folder/senne.yaml: No such file"));
}

}  // namespace
}  // namespace senne::city
