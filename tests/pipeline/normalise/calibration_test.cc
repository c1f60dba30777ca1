#include "pipeline/normalise/calibration.h"

#include <gtest/gtest.h>

#include <vector>

namespace senne::normalise {
namespace {

using std::chrono::seconds;

constexpr Instant at(int second) { return Instant{seconds{second}}; }

TEST(Calibration, the_one_that_holds_for_property_channel_and_time) {
  const std::vector<Calibration> all = {
      {"no2", "", 1.04, -2.1, at(100), at(200)},
      {"no2", "", 2, 0, at(200), std::nullopt},
      {"co2", "2", 1, 10, std::nullopt, std::nullopt},
      {"raw.x", "", 1, 1, std::nullopt, at(50)},
  };
  const auto which = [&](std::string_view property, std::string_view channel, int second) -> long {
    const Calibration* const found = calibration_of(all, property, channel, at(second));
    return found == nullptr ? -1 : found - all.data();
  };
  EXPECT_EQ(which("no2", "", 99), -1);
  EXPECT_EQ(which("no2", "", 100), 0);
  EXPECT_EQ(which("no2", "7", 199), 0);
  EXPECT_EQ(which("no2", "", 200), 1);
  EXPECT_EQ(which("no", "", 150), -1);
  EXPECT_EQ(which("co2", "2", 0), 2);
  EXPECT_EQ(which("co2", "", 0), -1);
  EXPECT_EQ(which("co2", "1", 0), -1);
  EXPECT_EQ(which("raw.x", "", 49), 3);
  EXPECT_EQ(which("raw.x", "", 50), -1);
  EXPECT_DOUBLE_EQ(calibrated(all[0], 50), 49.9);
}

}  // namespace
}  // namespace senne::normalise
