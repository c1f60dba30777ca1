// The cap on unregistered devices, and whose they are.

#include "pipeline/unregistered.h"

#include <gtest/gtest.h>

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

const Instant start{std::chrono::seconds{1'790'000'000}};

struct RouteOf {
  std::string name;
  std::string provider;
  std::size_t cap;
};

class UnregisteredDevicesTest : public testing::Test {
 protected:
  static void configure(UnregisteredDevices& devices, const std::vector<RouteOf>& routes) {
    PipelineConfiguration configuration;
    configuration.instance = "the-instance";
    for (const RouteOf& wanted : routes) {
      Route route;
      route.name = wanted.name;
      route.provider = wanted.provider;
      route.limits.unregistered_devices = wanted.cap;
      configuration.routes.push_back(route);
    }
    devices.configure(configuration);
  }
  void configure(const std::vector<RouteOf>& routes) { configure(devices, routes); }
  Admission admit(std::string_view id, std::uint16_t route, Duration after = 0s) {
    return devices.admit(id, RouteIndex{route}, start + after);
  }
  void restart() {
    std::string state;
    devices.snapshot(state);
    devices = {};
    ByteReader reader(state);
    ASSERT_TRUE(devices.restore(reader));
    EXPECT_TRUE(reader.at_end());
  }

  UnregisteredDevices devices;
};

TEST_F(UnregisteredDevicesTest, over_the_cap_new_ones_are_refused_and_known_ones_go_on) {
  configure({{"a", "p", 2}, {"b", "p", 2}});
  EXPECT_EQ(admit("1", 0), Admission::yes);
  EXPECT_EQ(admit("2", 0), Admission::yes);
  EXPECT_EQ(admit("3", 0), Admission::over_cap);
  EXPECT_EQ(admit("1", 0), Admission::yes);
  EXPECT_EQ(admit("3", 1), Admission::yes);
  restart();
  configure({{"b", "p", 2}, {"a", "p", 3}});
  EXPECT_EQ(admit("4", 1), Admission::yes);
  EXPECT_EQ(admit("5", 1), Admission::over_cap);
  EXPECT_EQ(admit("5", 0), Admission::yes);
}

TEST_F(UnregisteredDevicesTest, silent_ones_make_room) {
  configure({{"a", "p", 1}});
  EXPECT_EQ(admit("1", 0), Admission::yes);
  devices.forget_idle(start + 2h, 24h);
  EXPECT_EQ(admit("2", 0, 2h), Admission::over_cap);
  devices.forget_idle(start + 30h, 24h);
  EXPECT_EQ(admit("2", 0, 30h), Admission::yes);
}

TEST_F(UnregisteredDevicesTest, an_id_belongs_to_the_provider_that_was_heard_first) {
  configure({{"a", "p", 9}, {"b", "q", 9}, {"c", "p", 9}, {"d", "", 9}});
  EXPECT_EQ(admit("sensor-1", 0), Admission::yes);
  EXPECT_EQ(admit("sensor-1", 1), Admission::of_another_provider);
  EXPECT_EQ(admit("sensor-1", 3), Admission::of_another_provider);
  EXPECT_EQ(admit("sensor-1", 2), Admission::yes);
  EXPECT_EQ(admit("sensor-2", 1), Admission::yes);
  restart();
  configure({{"b", "q", 9}, {"a", "p", 9}});
  EXPECT_EQ(admit("sensor-1", 0), Admission::of_another_provider);
  EXPECT_EQ(admit("sensor-1", 1), Admission::yes);
}

TEST_F(UnregisteredDevicesTest, an_id_passes_on_after_a_long_silence) {
  configure({{"a", "p", 9}, {"b", "q", 9}});
  EXPECT_EQ(admit("sensor-1", 0), Admission::yes);
  // What others claim does not keep it.
  EXPECT_EQ(admit("sensor-1", 1, 23h), Admission::of_another_provider);
  devices.forget_idle(start + 25h, 24h);
  EXPECT_EQ(admit("sensor-1", 1, 25h), Admission::yes);
  EXPECT_EQ(admit("sensor-1", 0, 25h), Admission::of_another_provider);
}

TEST_F(UnregisteredDevicesTest, a_provider_that_was_renamed_keeps_its_devices) {
  configure({{"a", "p", 2}, {"b", "q", 9}});
  EXPECT_EQ(admit("sensor-1", 0), Admission::yes);
  EXPECT_EQ(admit("sensor-2", 0), Admission::yes);
  EXPECT_EQ(admit("sensor-3", 1), Admission::yes);
  configure({{"a", "a-new-name", 2}, {"b", "q", 9}});
  EXPECT_EQ(devices.size(), 1u);
  EXPECT_EQ(admit("sensor-1", 0), Admission::yes);
  EXPECT_EQ(admit("sensor-2", 0), Admission::yes);
  EXPECT_EQ(admit("sensor-3", 0), Admission::of_another_provider);
}

TEST_F(UnregisteredDevicesTest, the_same_devices_in_any_order_give_the_same_snapshot) {
  UnregisteredDevices backwards;
  configure({{"a", "p", 1000}});
  configure(backwards, {{"a", "p", 1000}});
  for (int i = 0; i < 500; ++i) {
    admit(std::to_string(i), 0);
    backwards.admit(std::to_string(499 - i), RouteIndex{0}, start);
  }
  std::string one;
  std::string two;
  devices.snapshot(one);
  backwards.snapshot(two);
  EXPECT_EQ(one, two);
  restart();
  configure({{"a", "p", 500}});
  EXPECT_EQ(admit("new", 0), Admission::over_cap);
  EXPECT_EQ(admit("7", 0), Admission::yes);
}

TEST_F(UnregisteredDevicesTest, a_broken_snapshot_is_damage) {
  configure({{"a", "p", 9}});
  admit("1", 0);
  std::string state;
  devices.snapshot(state);
  for (std::size_t size = 0; size < state.size(); ++size) {
    UnregisteredDevices restored;
    ByteReader reader(std::string_view(state).substr(0, size));
    const auto result = restored.restore(reader);
    ASSERT_FALSE(result) << size;
    EXPECT_EQ(result.error().kind, ErrorKind::damage);
  }
}

}  // namespace
}  // namespace senne::pipeline
