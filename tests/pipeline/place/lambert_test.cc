#include "pipeline/place/lambert.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <tuple>
#include <vector>

#include "pipeline/place/plausible.h"
#include "tests/support/sample_data.h"

namespace senne::place {
namespace {

// Fields of one line, in which a quoted one may hold commas.
std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> all(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) {
      all.emplace_back();
    } else if (c != '"') {
      all.back() += c;
    }
  }
  return all;
}

// The extents of Belgium overlap: what registry.md says of it.
TEST(Lambert, x_and_y_exchanged_are_another_place_in_belgium) {
  for (const auto& [grid, x, y] : {std::tuple(Grid::lambert72, 149000.0, 170500.0),
                                   std::tuple(Grid::lambert2008, 649000.0, 670500.0)}) {
    const auto meant = from_grid(grid, x, y);
    const auto exchanged = from_grid(grid, y, x);
    ASSERT_TRUE(meant && exchanged);
    EXPECT_GT(distance(*meant, *exchanged), 20'000);
    EXPECT_LT(distance(*meant, *exchanged), 50'000);
  }
}

TEST(Lambert, agrees_with_the_test_points_within_a_metre_and_with_the_known_mistakes_not) {
  SENNE_NEEDS_SAMPLES("geo");
  std::ifstream file(sample_data("geo") / "crs_test_points.csv");
  std::string line;
  std::getline(file, line);
  int geographic = 0;
  int grids = 0;
  int mistakes = 0;
  while (std::getline(file, line)) {
    const auto row = fields(line);
    SCOPED_TRACE(row[0]);
    if (row[1] != "EPSG:31370") continue;  // projections without a change of datum
    const auto ours = from_grid(Grid::lambert72, std::stod(row[2]), std::stod(row[3]));
    ASSERT_TRUE(ours);
    const double x = std::stod(row[5]);
    const double y = std::stod(row[6]);
    if (row[4] == "EPSG:4326") {
      EXPECT_LT(distance(*ours, {y, x, std::nullopt}), 1.0);
      ++geographic;
    } else if (row[4] == "EPSG:3812") {
      const auto theirs = from_grid(Grid::lambert2008, x, y);
      ASSERT_TRUE(theirs);
      EXPECT_LT(distance(*ours, *theirs), 1.0);
      ++grids;
    } else {
      EXPECT_GT(distance(*ours, {y, x, std::nullopt}), 50.0);
      ++mistakes;
    }
  }
  EXPECT_EQ(geographic, 3);
  EXPECT_EQ(grids, 1);
  EXPECT_EQ(mistakes, 2);
}

// The projection's own false origin, from its definition: no point of the samples.
TEST(Lambert, the_origin_of_lambert_2008_is_where_its_definition_says) {
  const auto origin = from_grid(Grid::lambert2008, 649'328, 665'262);
  ASSERT_TRUE(origin);
  EXPECT_NEAR(origin->latitude, 50.797815, 1e-9);
  EXPECT_NEAR(origin->longitude, 4.359215833333333, 1e-9);
}

TEST(Lambert, what_is_no_place_in_belgium_is_none) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(from_grid(Grid::lambert72, 4.35, 50.84));
  EXPECT_FALSE(from_grid(Grid::lambert72, nan, 170'500));
  EXPECT_FALSE(from_grid(Grid::lambert72, 149'000, std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(from_grid(Grid::lambert72, 649'000, 670'500));
  EXPECT_FALSE(from_grid(Grid::lambert2008, 149'000, 170'500));
}

TEST(Plausible, known_mistakes_are_told_apart) {
  const auto fault = [](double latitude, double longitude) {
    return fault_of({latitude, longitude, std::nullopt});
  };
  EXPECT_EQ(fault(50.85, 4.35), Fault::none);
  EXPECT_EQ(fault(4.35, 50.85), Fault::exchanged);
  EXPECT_EQ(fault(60.17, 24.94), Fault::none);  // Helsinki
  EXPECT_EQ(fault(-33.9, 151.2), Fault::none);  // Sydney
  EXPECT_EQ(fault(4.35, 52.7), Fault::none);    // off Somalia, and no exchange brings it here
  EXPECT_EQ(fault(149'000, 170'500), Fault::lambert72_metres);
  EXPECT_EQ(fault(170'500, 149'000), Fault::lambert72_metres);
  EXPECT_EQ(fault(649'000, 670'500), Fault::lambert2008_metres);
  EXPECT_EQ(fault(0, 0), Fault::no_fix);
  EXPECT_EQ(fault(0, 4.35), Fault::none);
  EXPECT_EQ(fault(90.1, 0), Fault::off_earth);
  EXPECT_EQ(fault(50, -180.1), Fault::off_earth);
  EXPECT_EQ(fault(std::numeric_limits<double>::quiet_NaN(), 4.35), Fault::off_earth);
  EXPECT_EQ(fault_of({50.85, 4.35, std::numeric_limits<double>::infinity()}), Fault::off_earth);
}

TEST(Plausible, distances_along_the_ground) {
  const Location grand_place{50.84671, 4.35245, std::nullopt};
  EXPECT_EQ(distance(grand_place, grand_place), 0);
  // A minute of latitude is a sea mile.
  EXPECT_NEAR(distance({50, 4, std::nullopt}, {50 + 1 / 60.0, 4, std::nullopt}), 1852, 10);
  // A degree of longitude at 60 north is half of one at the equator.
  EXPECT_NEAR(distance({60, 4, std::nullopt}, {60, 5, std::nullopt}), 111'319.0 / 2, 300);
}

}  // namespace
}  // namespace senne::place
