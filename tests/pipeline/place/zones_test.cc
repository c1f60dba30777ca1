#include "pipeline/place/zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace senne::place {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Zone zone(const std::string& id, const std::string& polygons) {
  return {.id = id, .title_fr = {}, .title_nl = {}, .polygons = polygons};
}

std::vector<std::string> at(Zones& zones, double x, double y) {
  const auto found = zones.find({y, x, std::nullopt});
  return {found.begin(), found.end()};
}

// Four squares of one degree around (1, 1), named so that neither the order of the list nor that of
// the map gives the order of ids.
std::vector<ZoneLayer> squares() {
  return {{"square",
           {zone("d", "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"),
            zone("b", "POLYGON ((1 0, 2 0, 2 1, 1 1, 1 0))"),
            zone("c", "POLYGON ((0 1, 1 1, 1 2, 0 2, 0 1))"),
            zone("a", "POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))")}}};
}

TEST(Zones, a_place_lies_in_the_zone_around_it) {
  Zones zones(squares());
  EXPECT_THAT(at(zones, 0.5, 0.5), ElementsAre("square/d"));
  EXPECT_THAT(at(zones, 1.5, 0.5), ElementsAre("square/b"));
  EXPECT_THAT(at(zones, 0.5, 1.5), ElementsAre("square/c"));
  EXPECT_THAT(at(zones, 1.5, 1.5), ElementsAre("square/a"));
  EXPECT_THAT(at(zones, 2.5, 0.5), IsEmpty());
  EXPECT_THAT(at(zones, -0.001, 0.5), IsEmpty());
}

TEST(Zones, on_a_border_the_first_id_of_those_that_meet_holds) {
  for (bool turned : {false, true}) {
    auto layers = squares();
    if (turned) std::reverse(layers[0].zones.begin(), layers[0].zones.end());
    Zones zones(layers);
    EXPECT_THAT(at(zones, 1, 0.5), ElementsAre("square/b"));  // b and d
    EXPECT_THAT(at(zones, 0.5, 1), ElementsAre("square/c"));  // c and d
    EXPECT_THAT(at(zones, 1, 1.5), ElementsAre("square/a"));  // a and c
    EXPECT_THAT(at(zones, 1, 1), ElementsAre("square/a"));    // all
    EXPECT_THAT(at(zones, 0, 0), ElementsAre("square/d"));    // the outer corner
    EXPECT_THAT(at(zones, 0, 1), ElementsAre("square/c"));    // c and d, outside
  }
}

TEST(Zones, a_hole_is_outside_and_what_lies_in_it_is_its_own) {
  Zones zones({{"ring",
                {zone("a", "POLYGON ((0 0, 3 0, 3 3, 0 3, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))"),
                 zone("b", "POLYGON ((1 1, 1 2, 2 2, 2 1, 1 1))")}}});
  EXPECT_THAT(at(zones, 0.5, 0.5), ElementsAre("ring/a"));
  EXPECT_THAT(at(zones, 1.5, 1.5), ElementsAre("ring/b"));
  EXPECT_THAT(at(zones, 1, 1.5), ElementsAre("ring/a"));  // the hole's edge belongs to both
}

TEST(Zones, a_ring_that_runs_somewhere_and_back_has_its_inside_all_the_same) {
  Zones zones({{"spike", {zone("a", "POLYGON ((0 0, 1 0, 1 1, 2 2, 1 1, 0 1, 0 0))")}}});
  EXPECT_THAT(at(zones, 0.5, 0.5), ElementsAre("spike/a"));
  EXPECT_THAT(at(zones, 0.99, 0.99), ElementsAre("spike/a"));
  EXPECT_THAT(at(zones, 1.5, 1.4), IsEmpty());
  EXPECT_THAT(at(zones, 1.4, 1.5), IsEmpty());
}

TEST(Zones, the_parts_of_a_zone_are_one_zone) {
  Zones zones({{"isles",
                {zone("a",
                      "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((5 5, 6 5, 6 6, 5 6, 5 5)),"
                      " ((1 0, 2 0, 2 1, 1 1, 1 0)))")}}});
  EXPECT_THAT(at(zones, 0.5, 0.5), ElementsAre("isles/a"));
  EXPECT_THAT(at(zones, 5.5, 5.5), ElementsAre("isles/a"));
  EXPECT_THAT(at(zones, 1, 0.5), ElementsAre("isles/a"));
  EXPECT_THAT(at(zones, 3, 3), IsEmpty());
}

TEST(Zones, zones_that_overlap_are_both_named_and_layers_follow_their_order) {
  Zones zones({{"wide",
                {zone("b", "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"),
                 zone("a", "POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1))")}},
               {"empty", {zone("z", "POLYGON ((8 8, 9 8, 9 9, 8 9, 8 8))")}},
               {"narrow", {zone("x", "POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))")}}});
  EXPECT_THAT(at(zones, 1.5, 1.5), ElementsAre("wide/a", "wide/b", "narrow/x"));
  EXPECT_THAT(at(zones, 1, 1.5), ElementsAre("wide/b", "narrow/x"));  // inside b, on a's border
}

TEST(Zones, without_layers_there_is_nothing_to_find) {
  Zones zones({});
  EXPECT_TRUE(zones.empty());
  EXPECT_THAT(at(zones, 4.35, 50.85), IsEmpty());
}

// Crossing number: the textbook's test, which knows no borders.
bool inside(const std::vector<std::pair<double, double>>& ring, double x, double y) {
  bool in = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const auto& [ax, ay] = ring[i];
    const auto& [bx, by] = ring[j];
    if ((ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) in = !in;
  }
  return in;
}

RC_GTEST_PROP(ZonesProperty, agrees_with_crossing_numbers_also_when_asked_twice, ()) {
  // A star-shaped ring around (0, 0): simple whatever the distances are.
  const auto distances = *rc::gen::container<std::vector<int>>(
      *rc::gen::inRange<std::size_t>(3, 40), rc::gen::inRange(100, 9000));
  std::vector<std::pair<double, double>> ring;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const double angle =
        6.283185307179586 * static_cast<double>(i) / static_cast<double>(distances.size());
    ring.emplace_back(std::cos(angle) * distances[i] / 1000, std::sin(angle) * distances[i] / 1000);
  }
  std::string text = "POLYGON ((";
  for (std::size_t i = 0; i <= ring.size(); ++i) {
    const auto& [x, y] = ring[i % ring.size()];
    char corner[64];
    std::snprintf(corner, sizeof corner, "%s%.17g %.17g", i > 0 ? ", " : "", x, y);
    text += corner;
  }
  text += "))";
  Zones zones({{"star", {zone("s", text)}}});
  for (int i = 0; i < 50; ++i) {
    const double x = *rc::gen::inRange(-10'000, 10'000) / 1000.0 + 1e-7;
    const double y = *rc::gen::inRange(-10'000, 10'000) / 1000.0 + 1e-7;
    const bool expected = inside(ring, x, y);
    RC_ASSERT(at(zones, x, y).size() == (expected ? 1u : 0u));
    RC_ASSERT(at(zones, x, y).size() == (expected ? 1u : 0u));
  }
}

TEST(Polygons, faults_are_named) {
  EXPECT_EQ(fault_of_polygons("POLYGON ((0 0, 1 0, 1 1, 0 0))"), "");
  EXPECT_EQ(fault_of_polygons("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))"), "");
  EXPECT_THAT(fault_of_polygons("POLYGON ((0 0, 1 0"), testing::Not(IsEmpty()));
  EXPECT_THAT(fault_of_polygons("POLYGON ((0 0, 1 0, 1 1, 0 1))"), HasSubstr("closed"));
  EXPECT_EQ(fault_of_polygons("POINT (1 1)"), "neither POLYGON nor MULTIPOLYGON");
  EXPECT_EQ(fault_of_polygons("MULTIPOLYGON EMPTY"), "without a corner");
  for (const char* bow_tie :
       {"POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))",
        "MULTIPOLYGON (((5 5, 6 5, 6 6, 5 5)), ((0 0, 1 1, 1 0, 0 1, 0 0)))"}) {
    EXPECT_EQ(fault_of_polygons(bow_tie), "");
    EXPECT_EQ(fault_of_valid_polygons(bow_tie), "no valid polygon: Self-intersection[0.5 0.5]");
  }
  EXPECT_EQ(
      fault_of_valid_polygons("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((0 0, 1 0, 1 1, 0 0)))"), "");
  EXPECT_EQ(fault_of_valid_polygons("POLYGON ((0 0, 1 0, 1 1, 2 2, 1 1, 0 1, 0 0))"), "");
  EXPECT_EQ(fault_of_valid_polygons("POLYGON ((0 0, 1 0, 1 1, 1.01 1, 1 1.01, 1 1, 0 1, 0 0))"),
            "");
  EXPECT_THAT(
      fault_of_valid_polygons("POLYGON ((0 0, 1 0, 1 1, 1.1 1.2, 1.2 1.1, 0.9 1, 0 1, 0 0))"),
      HasSubstr("Self-intersection"));
  EXPECT_THAT(fault_of_valid_polygons("POLYGON ((0 0, 1 1, 0 0, 1 1, 0 0))"),
              HasSubstr("no valid polygon: "));
  EXPECT_EQ(fault_of_valid_polygons("POINT (1 1)"), "neither POLYGON nor MULTIPOLYGON");
  EXPECT_EQ(fault_of_polygons("POLYGON ((149000 170500, 1 0, 1 1, 149000 170500))"),
            "a corner is no longitude and latitude in degrees");
}

}  // namespace
}  // namespace senne::place
