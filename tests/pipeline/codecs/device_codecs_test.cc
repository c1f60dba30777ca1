// Which codec a device gets by its profile.
#include "pipeline/device_codecs.h"

#include <gtest/gtest.h>

#include "app/configuration/codec_section.h"

namespace senne {
namespace {

Device device(std::string id, std::string profile) {
  Device device;
  device.id = std::move(id);
  device.profile = std::move(profile);
  return device;
}

std::string first_reading(decode::PayloadCodec& codec, std::string_view bytes) {
  Report as;
  as.device = "dev";
  Decoded decoded;
  if (!codec.decode({bytes, 1, 10}, as, decoded)) return "none";
  return std::string(decoded.readings.at(0).name);
}

TEST(DeviceCodecs, by_either_name_of_the_device_and_one_for_each_table) {
  PipelineConfiguration configuration;
  configuration.instance = "here";
  configuration.devices = {device("70B3D57ED0001A2B", "elsys"), device("two", "elsys"),
                           device("three", "nwave"), device("plain", "")};
  configuration.codecs = {app::built_in_codec("elsys"), app::built_in_codec("nwave")};
  const normalise::DeviceRegistry registry(configuration);
  RegistryCodecs codecs(configuration, registry);

  decode::PayloadCodec* const elsys = codecs.find("70b3d57ed0001a2b", "");
  ASSERT_NE(elsys, nullptr);
  EXPECT_EQ(first_reading(*elsys, std::string_view("\x02\x2b", 2)), "relative_humidity");
  EXPECT_EQ(codecs.find("two", ""), elsys);
  EXPECT_EQ(codecs.find("nobody", "two"), elsys);
  decode::PayloadCodec* const nwave = codecs.find("three", "two");
  ASSERT_NE(nwave, nullptr);
  EXPECT_NE(nwave, elsys);
  EXPECT_EQ(first_reading(*nwave, "\x95"), "parking_occupied");
  // The first name that is registered decides, codec or not.
  EXPECT_EQ(codecs.find("plain", "two"), nullptr);
  EXPECT_EQ(codecs.find("nobody", ""), nullptr);
  EXPECT_EQ(codecs.find("nobody", "neither"), nullptr);
}

TEST(DeviceCodecs, none_where_no_device_has_a_profile) {
  PipelineConfiguration configuration;
  configuration.devices = {device("plain", "")};
  const normalise::DeviceRegistry registry(configuration);
  RegistryCodecs codecs(configuration, registry);
  EXPECT_EQ(codecs.find("plain", ""), nullptr);
}

}  // namespace
}  // namespace senne
