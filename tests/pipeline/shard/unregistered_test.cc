// The cap on unregistered devices.

#include "pipeline/unregistered.h"

#include <gtest/gtest.h>

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

const Instant start{std::chrono::seconds{1'790'000'000}};

TEST(UnregisteredDevicesTest, over_the_cap_new_ones_are_refused_and_known_ones_go_on) {
  UnregisteredDevices devices;
  EXPECT_TRUE(devices.admit("a", Id128{0, 1}, 2, start));
  EXPECT_TRUE(devices.admit("a", Id128{0, 2}, 2, start));
  EXPECT_FALSE(devices.admit("a", Id128{0, 3}, 2, start));
  EXPECT_TRUE(devices.admit("a", Id128{0, 1}, 2, start));
  EXPECT_TRUE(devices.admit("b", Id128{0, 3}, 2, start));
}

TEST(UnregisteredDevicesTest, silent_ones_make_room) {
  UnregisteredDevices devices;
  EXPECT_TRUE(devices.admit("a", Id128{0, 1}, 1, start));
  devices.forget_idle(start + 2h, 24h);
  EXPECT_FALSE(devices.admit("a", Id128{0, 2}, 1, start + 2h));
  devices.forget_idle(start + 30h, 24h);
  EXPECT_TRUE(devices.admit("a", Id128{0, 2}, 1, start + 30h));
}

TEST(UnregisteredDevicesTest, the_same_devices_in_any_order_give_the_same_snapshot) {
  UnregisteredDevices forwards;
  UnregisteredDevices backwards;
  for (std::uint64_t i = 0; i < 500; ++i) {
    forwards.admit("a", Id128{0, i * 7919}, 1000, start);
    backwards.admit("a", Id128{0, (499 - i) * 7919}, 1000, start);
  }
  std::string one;
  std::string two;
  forwards.snapshot(one);
  backwards.snapshot(two);
  EXPECT_EQ(one, two);

  UnregisteredDevices restored;
  ByteReader reader(one);
  ASSERT_TRUE(restored.restore(reader));
  EXPECT_FALSE(restored.admit("a", Id128{1, 1}, 500, start));
  EXPECT_TRUE(restored.admit("a", Id128{0, 7919}, 500, start));
}

}  // namespace
}  // namespace senne::pipeline
