#include "app/city/weather.h"

#include <gtest/gtest.h>

#include <chrono>

namespace senne::city {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

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
