#include "app/city/municipalities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "app/city/device.h"

namespace senne::city {
namespace {

using nlohmann::json;

std::string shared_data() {
  const char* const named = std::getenv("SENNE_SHARED_DATA");
  return named != nullptr ? named : SENNE_SOURCE_DIR "/../shared/data";
}

// Even-odd rule over all rings, so that holes are out.
bool contains(const json& geometry, double longitude, double latitude) {
  bool inside = false;
  const auto cross = [&](const json& ring) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const double x0 = ring[i][0];
      const double y0 = ring[i][1];
      const double x1 = ring[i + 1][0];
      const double y1 = ring[i + 1][1];
      if ((y0 > latitude) != (y1 > latitude) &&
          longitude < (x1 - x0) * (latitude - y0) / (y1 - y0) + x0) {
        inside = !inside;
      }
    }
  };
  if (geometry.at("type") == "Polygon") {
    for (const json& ring : geometry.at("coordinates")) cross(ring);
  } else {
    for (const json& polygon : geometry.at("coordinates")) {
      for (const json& ring : polygon) cross(ring);
    }
  }
  return inside;
}

TEST(Municipalities, are_the_nineteen) {
  std::set<int> codes;
  for (const Municipality& municipality : municipalities) codes.insert(municipality.nis);
  EXPECT_EQ(codes.size(), 19U);
  EXPECT_EQ(*codes.begin(), 21001);
  EXPECT_EQ(*codes.rbegin(), 21019);
}

TEST(Municipalities, hold_the_devices_that_are_scattered_over_them) {
  const std::string file = shared_data() + "/geo/brussels_municipalities.geojson";
  if (!std::filesystem::exists(file)) {
    const char* const required = std::getenv("SENNE_REQUIRE_DATA");
    if (required != nullptr && std::string_view(required) == "1") FAIL() << "missing: " << file;
    GTEST_SKIP() << "missing: " << file;
  }
  std::ifstream stream(file);
  std::map<int, json> shapes;
  const json collection = json::parse(stream);
  for (const json& feature : collection.at("features")) {
    const json& properties = feature.at("properties");
    const Municipality* const found = std::find_if(
        municipalities.begin(), municipalities.end(),
        [&](const Municipality& each) { return std::to_string(each.nis) == properties.at("nis"); });
    ASSERT_NE(found, municipalities.end());
    EXPECT_EQ(found->french, properties.at("name_fr").get<std::string>());
    EXPECT_EQ(found->dutch, properties.at("name_nl").get<std::string>());
    shapes[found->nis] = feature.at("geometry");
  }
  std::size_t outside = 0;
  const auto devices = make_devices(1, 2'000);
  for (const SimulatedDevice& device : devices) {
    if (!contains(shapes.at(device.municipality->nis), device.location.longitude,
                  device.location.latitude)) {
      ++outside;
    }
  }
  EXPECT_LT(outside, devices.size() / 50);
}

}  // namespace
}  // namespace senne::city
