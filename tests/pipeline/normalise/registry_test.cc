#include "pipeline/normalise/registry.h"

#include <gtest/gtest.h>

namespace senne::normalise {
namespace {

PipelineConfiguration configuration(std::vector<Device> devices) {
  PipelineConfiguration configuration;
  configuration.instance = "brussels-1";
  configuration.devices = std::move(devices);
  return configuration;
}

Device device(std::string id, std::string provider) {
  Device device;
  device.id = std::move(id);
  device.provider = std::move(provider);
  return device;
}

TEST(device_registry, a_dev_eui_is_found_in_either_case) {
  const auto given = configuration({device("70B3D57ED0001A2B", "environment")});
  const DeviceRegistry registry(given);
  for (const char* id : {"70b3d57ed0001a2b", "70B3D57ED0001A2B", "70b3D57eD0001a2B"}) {
    ASSERT_NE(registry.find(id), nullptr) << id;
    EXPECT_EQ(registry.find(id)->id, "70b3d57ed0001a2b");
    EXPECT_EQ(registry.find(id)->device, &given.devices[0]);
  }
}

TEST(device_registry, a_dev_eui_may_be_written_with_its_bytes_apart) {
  for (const char* registered :
       {"70-B3-D5-7E-D0-00-1A-2E", "70:b3:d5:7e:d0:00:1a:2e", "70B3D57ED0001A2E"}) {
    const auto given = configuration({device(registered, "environment")});
    const DeviceRegistry registry(given);
    for (const char* id : {"70b3d57ed0001a2e", "70B3D57ED0001A2E", "70-b3-d5-7e-d0-00-1a-2e",
                           "70:B3:D5:7E:D0:00:1A:2E"}) {
      ASSERT_NE(registry.find(id), nullptr) << registered << " " << id;
      EXPECT_EQ(registry.find(id)->id, "70b3d57ed0001a2e");
      EXPECT_EQ(registry.find(id)->key, device_key("environment", "70b3d57ed0001a2e"));
    }
    EXPECT_EQ(registry.find("70-B3-D5:7E-D0-00-1A-2E"), nullptr);
    EXPECT_EQ(registry.find("70-B3-D5-7E-D0-00-1A-2F"), nullptr);
  }
}

TEST(device_registry, every_other_id_is_case_sensitive) {
  const auto given = configuration({device("Station-ABC", ""), device("ABCDEF", "")});
  const DeviceRegistry registry(given);
  EXPECT_NE(registry.find("Station-ABC"), nullptr);
  EXPECT_EQ(registry.find("station-abc"), nullptr);
  EXPECT_EQ(registry.find("abcdef"), nullptr);
  EXPECT_EQ(registry.find(""), nullptr);
}

TEST(device_registry, a_device_without_a_provider_belongs_to_the_instance) {
  const auto given = configuration({device("a", ""), device("b", "environment")});
  const DeviceRegistry registry(given);
  EXPECT_EQ(registry.find("a")->provider, "brussels-1");
  EXPECT_EQ(registry.find("b")->provider, "environment");
}

TEST(device_registry, keys_tell_apart_devices_and_providers) {
  EXPECT_EQ(device_key("p", "a"), device_key("p", "a"));
  EXPECT_NE(device_key("p", "a"), device_key("p", "b"));
  EXPECT_NE(device_key("p", "a"), device_key("q", "a"));
  EXPECT_NE(device_key("pa", ""), device_key("p", "a"));
}

}  // namespace
}  // namespace senne::normalise
