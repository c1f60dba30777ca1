#include "app/configuration/geojson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pipeline/place/plausible.h"
#include "pipeline/place/zones.h"
#include "tests/support/sample_data.h"

namespace senne::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

std::string collection(const std::string& features, const std::string& more = "") {
  return R"({"type":"FeatureCollection",)" + more + R"("features":[)" + features + "]}";
}

std::string feature(const std::string& id, const std::string& rings,
                    const std::string& kind = "Polygon") {
  return R"({"type":"Feature","properties":{"nis":)" + id +
         R"(,"name_fr":"Ixelles"},"geometry":{"type":")" + kind + R"(","coordinates":)" + rings +
         "}}";
}

constexpr const char* triangle = "[[[4,50],[5,50],[5,51],[4,50]]]";

std::string error_of(const std::string& text) {
  const auto zones = zones_from_geojson(text, "f.geojson", {"nis", "name_fr", "name_nl"});
  return zones ? "no error" : zones.error().message;
}

TEST(Geojson, features_of_one_id_are_parts_of_one_zone) {
  const auto zones = zones_from_geojson(
      collection(feature("\"a\"", triangle) + "," +
                 feature("7", "[[[[1,2,99],[2,2],[2,3],[1,2]]]]", "MultiPolygon") + "," +
                 feature("\"a\"",
                         "[[[0,0],[1,0],[1,1],[0,0]],[[0.5,0.2],[0.6,0.2],[0.6,0.3],[0.5,0.2]]]")),
      "f", {"nis", "name_fr", ""});
  ASSERT_TRUE(zones) << zones.error().message;
  ASSERT_EQ(zones->size(), 2u);
  EXPECT_EQ((*zones)[0].id, "a");
  EXPECT_EQ((*zones)[0].title_fr, "Ixelles");
  EXPECT_EQ((*zones)[0].title_nl, "");
  EXPECT_EQ((*zones)[0].polygons,
            "MULTIPOLYGON (((4 50, 5 50, 5 51, 4 50)), ((0 0, 1 0, 1 1, 0 0), (0.5 0.2, 0.6 0.2, "
            "0.6 0.3, 0.5 0.2)))");
  EXPECT_EQ((*zones)[1].id, "7");
  EXPECT_EQ((*zones)[1].polygons, "MULTIPOLYGON (((1 2, 2 2, 2 3, 1 2)))");
}

TEST(Geojson, faults_say_which_feature_and_what_was_expected) {
  EXPECT_THAT(error_of("{"), HasSubstr("f.geojson: not valid JSON: "));
  EXPECT_THAT(error_of("[1e999]"), HasSubstr("f.geojson: not valid JSON: "));
  // JSON all the same, of other types than they should be.
  EXPECT_EQ(error_of(R"({"type":5,"features":[1]})"),
            "f.geojson: expected a GeoJSON FeatureCollection with features");
  EXPECT_EQ(error_of(collection(feature("1", triangle), R"("crs":{"properties":[1]},)")),
            "f.geojson: crs: expected OGC:CRS84, EPSG:4326, EPSG:31370 or EPSG:3812, got "
            "`{\"properties\":[1]}`");
  EXPECT_EQ(error_of(collection(
                R"({"properties":{"nis":1},"geometry":{"type":["Polygon"],"coordinates":[]}})")),
            "f.geojson: features[0]: geometry.type: expected `Polygon` or `MultiPolygon`, got ``");
  EXPECT_EQ(error_of("{}"), "f.geojson: expected a GeoJSON FeatureCollection with features");
  EXPECT_EQ(error_of(collection("")),
            "f.geojson: expected a GeoJSON FeatureCollection with features");
  EXPECT_EQ(error_of(collection(R"({"properties":{"NIS":1,"name":""}})")),
            "f.geojson: features[0]: no property `nis`, which `id` names; there are NIS, name; did "
            "you mean `NIS`?");
  EXPECT_THAT(error_of(collection("{\"properties\":{\"a\\nb\":1}}")),
              HasSubstr("there are a\\x0ab"));
  EXPECT_EQ(error_of(collection(feature("\"a\"", triangle) + "," + feature("null", triangle))),
            "f.geojson: features[1]: properties.nis: expected an id of 1 to 100 characters without "
            "spaces and /, got `null`");
  EXPECT_THAT(error_of(collection(feature("\"a/b\"", triangle))), HasSubstr("got `\"a/b\"`"));
  EXPECT_EQ(
      error_of(collection(feature("1", "[4,50]", "Point"))),
      "f.geojson: features[0]: geometry.type: expected `Polygon` or `MultiPolygon`, got `Point`");
  EXPECT_THAT(error_of(collection(feature("1", "[]"))), HasSubstr("a polygon's rings"));
  EXPECT_THAT(error_of(collection(feature("1", "[[[4,50],[5,50],[4,50]]]"))),
              HasSubstr("4 positions"));
  EXPECT_THAT(error_of(collection(feature("1", "[[[4,50],[5,50],[5,51],[4,51]]]"))),
              HasSubstr("a ring does not end where it begins"));
  EXPECT_THAT(error_of(collection(feature("1", R"([[["4",50],[5,50],[5,51],["4",50]]])"))),
              HasSubstr("positions of two or three numbers"));
  EXPECT_THAT(error_of(collection(R"({"properties":{"nis":1},"geometry":null})")),
              HasSubstr("features[0]: expected `geometry`, a map"));
}

TEST(Geojson, rings_that_cross_are_refused_with_their_feature_and_zone) {
  const std::string sound = feature("\"a\"", triangle);
  const std::string bow_tie = feature("\"a\"", "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]");
  EXPECT_EQ(error_of(collection(sound + "," + bow_tie)),
            "f.geojson: features[1]: zone `a`: geometry: no valid polygon: Self-intersection[0.5 "
            "0.5]");
  EXPECT_THAT(
      error_of(collection(
          feature("1", "[[[[4,50],[5,50],[5,51],[4,50]]],[[[0,0],[1,1],[1,0],[0,1],[0,0]]]]",
                  "MultiPolygon"))),
      HasSubstr("features[0]: zone `1`: geometry: no valid polygon: Self-intersection[0.5 0.5]"));
  EXPECT_THAT(
      error_of(collection(feature("1", "[[[0,0],[1,0],[1,1],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]"))),
      HasSubstr("Hole lies outside shell"));
  EXPECT_THAT(error_of(collection(feature("1", "[]", "MultiPolygon"))),
              HasSubstr("features[0]: zone `1`: geometry: without a corner"));
}

TEST(Geojson, features_of_one_zone_may_overlap_and_share_an_edge) {
  EXPECT_EQ(error_of(collection(feature("1", "[[[0,0],[1,0],[1,1],[0,1],[0,0]]]") + "," +
                                feature("1", "[[[1,0],[2,0],[2,1],[1,1],[1,0]]]") + "," +
                                feature("1", "[[[0.5,0],[2,0],[2,1],[0.5,1],[0.5,0]]]"))),
            "no error");
}

TEST(Geojson, coordinates_that_cannot_be_meant_are_refused) {
  EXPECT_THAT(error_of(collection(feature("1", "[[[50.8,4.3],[50.9,4.3],[50.9,4.4],[50.8,4.3]]]"))),
              HasSubstr("features[0]: geometry: [50.8, 4.3]: latitude and longitude exchanged"));
  EXPECT_THAT(error_of(collection(feature("1", "[[[149000,170500],[1,2],[3,4],[149000,170500]]]"))),
              HasSubstr("[149000, 170500]: metres of Lambert 72 in place of degrees"));
  EXPECT_THAT(
      error_of(collection(feature("1", triangle),
                          R"("crs":{"type":"name","properties":{"name":"EPSG:3857"}},)")),
      HasSubstr("crs: expected OGC:CRS84, EPSG:4326, EPSG:31370 or EPSG:3812, got `EPSG:3857`"));
  EXPECT_THAT(error_of(collection(
                  feature("1", triangle),
                  R"("crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::31370"}},)")),
              HasSubstr("4, 50 does not lie in Belgium"));
}

// Which zone of each layer every counter lies in was found by an independent program.
TEST(Geojson, the_counters_of_brussels_lie_where_they_should) {
  SENNE_NEEDS_SAMPLES("geo");
  const auto layer = [](const char* name, const char* file, const char* id) {
    auto zones = zones_from_geojson(content(sample_data("geo") / file), file, {id, "", ""});
    EXPECT_TRUE(zones) << (zones ? "" : zones.error().message);
    return ZoneLayer{name, zones ? *zones : std::vector<Zone>{}};
  };
  const std::vector<ZoneLayer> layers = {
      layer("municipality", "brussels_municipalities.geojson", "nis"),
      layer("metres", "brussels_municipalities_31370.geojson", "nis"),
      layer("sector", "brussels_statistical_sectors.geojson", "cd_sector"),
      layer("district", "brussels_monitoring_districts.geojson", "MDRC")};
  EXPECT_EQ(layers[0].zones.size(), 19u);
  EXPECT_EQ(layers[1].zones.size(), 19u);
  EXPECT_EQ(layers[2].zones.size(), 724u);
  EXPECT_EQ(layers[3].zones.size(), 145u);
  place::Zones zones(layers);

  std::ifstream file(sample_data("geo") / "expected_zone_of_bike_counters.csv");
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line,
            "device,lon,lat,nis,municipality_fr,cd_sector,sector_fr,district_mdrc,district_fr");
  int counters = 0;
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) fields.push_back(field);
    const auto found = zones.find({std::stod(fields[2]), std::stod(fields[1]), std::nullopt});
    EXPECT_THAT(found, ElementsAre("municipality/" + fields[3], "metres/" + fields[3],
                                   "sector/" + fields[5], "district/" + fields[7]))
        << line;
    ++counters;
  }
  EXPECT_EQ(counters, 9);

  // Corners that several municipalities share: each in one of them, and a neighbourhood of the
  // region without a gap between two of them.
  int in_one = 0;
  int in_none = 0;
  for (double x = 4.22; x < 4.48; x += 0.0013) {
    for (double y = 50.77; y < 50.92; y += 0.0017) {
      const auto found = zones.find({y, x, std::nullopt});
      int municipalities = 0;
      int sectors = 0;
      for (const std::string_view zone : found) {
        municipalities += zone.starts_with("municipality/") ? 1 : 0;
        sectors += zone.starts_with("sector/") ? 1 : 0;
      }
      EXPECT_LE(municipalities, 1);
      EXPECT_EQ(municipalities, sectors) << x << " " << y;
      ++(municipalities == 1 ? in_one : in_none);
    }
  }
  EXPECT_GT(in_one, 5000);
  EXPECT_GT(in_none, 5000);
}

}  // namespace
}  // namespace senne::app
