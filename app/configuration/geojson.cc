#include "app/configuration/geojson.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/configuration/nearest_name.h"
#include "app/configuration/node.h"
#include "pipeline/place/lambert.h"
#include "pipeline/place/plausible.h"
#include "pipeline/place/zones.h"

namespace senne::app {
namespace {

using Json = nlohmann::json;

// Leaves the reader; caught in zones_from_geojson and goes no further.
struct Refused {
  std::string what;
};

// Empty where there is none: a zone without a title is one without a title.
std::string text_of(const Json& from, const std::string& name) {
  if (!from.is_object() || name.empty()) return "";
  const auto found = from.find(name);
  return found != from.end() && found->is_string() ? found->get<std::string>() : "";
}

class Reader {
 public:
  Reader(const GeojsonNames& names, std::optional<place::Grid> grid) : names_(names), grid_(grid) {}

  void feature(const Json& feature, std::size_t index) {
    where_ = fmt::format("features[{}]", index);
    if (!feature.is_object()) refuse("expected a Feature");
    const auto properties = feature.find("properties");
    if (properties == feature.end() || !properties->is_object()) {
      refuse("expected `properties`, a map");
    }
    const std::string id = id_of(*properties);
    const auto [found, is_new] = places_.emplace(id, zones_.size());
    if (is_new)
      zones_.push_back(
          {id, text_of(*properties, names_.title_fr), text_of(*properties, names_.title_nl), {}});
    const auto geometry = feature.find("geometry");
    if (geometry == feature.end() || !geometry->is_object()) refuse("expected `geometry`, a map");
    const std::string kind = text_of(*geometry, "type");
    const auto coordinates = geometry->find("coordinates");
    if (coordinates == geometry->end() || !coordinates->is_array()) {
      refuse("expected `geometry.coordinates`, a list");
    }
    std::string own;
    if (kind == "Polygon") {
      polygon(*coordinates, own);
    } else if (kind == "MultiPolygon") {
      for (const Json& one : *coordinates) polygon(one, own);
    } else {
      refuse(fmt::format("geometry.type: expected `Polygon` or `MultiPolygon`, got {}",
                         back_quoted(kind)));
    }
    const std::string fault = place::fault_of_valid_polygons(all_of(own));
    if (!fault.empty()) refuse(fmt::format("zone {}: geometry: {}", back_quoted(id), fault));
    std::string& all = zones_[found->second].polygons;
    if (!all.empty()) all += ", ";
    all += own;
  }

  std::vector<Zone> take() {
    for (Zone& zone : zones_) zone.polygons = all_of(zone.polygons);
    return std::move(zones_);
  }

 private:
  static std::string all_of(const std::string& polygons) {
    return polygons.empty() ? "MULTIPOLYGON EMPTY" : "MULTIPOLYGON (" + polygons + ")";
  }

  [[noreturn]] void refuse(const std::string& what) const { throw Refused{where_ + ": " + what}; }

  std::string id_of(const Json& properties) const {
    const auto found = properties.find(names_.id);
    if (found == properties.end()) {
      std::vector<std::string> known;
      for (const auto& [name, value] : properties.items()) known.push_back(name);
      refuse(fmt::format("no property {}, which `id` names; there are {}{}", back_quoted(names_.id),
                         fmt::join(known, ", "), did_you_mean(names_.id, known)));
    }
    const std::string id = found->is_string() ? found->get<std::string>() : found->dump();
    const bool sound = (found->is_string() || found->is_number_integer()) && !id.empty() &&
                       id.size() <= 100 && id.find_first_of("/\n\r\t ") == id.npos;
    if (!sound) {
      refuse(
          fmt::format("properties.{}: expected an id of 1 to 100 characters without spaces and /, "
                      "got {}",
                      names_.id, back_quoted(found->dump())));
    }
    return id;
  }

  void polygon(const Json& rings, std::string& into) const {
    if (!rings.is_array() || rings.empty()) refuse("geometry: expected a polygon's rings");
    if (!into.empty()) into += ", ";
    into += '(';
    const char* separator = "";
    for (const Json& ring : rings) {
      if (!ring.is_array() || ring.size() < 4) {
        refuse("geometry: expected a ring of 4 positions or more");
      }
      into.append(separator).append("(");
      separator = ", ";
      for (std::size_t i = 0; i < ring.size(); ++i) {
        const Location corner = position(ring[i]);
        if (i > 0) into += ", ";
        fmt::format_to(std::back_inserter(into), "{} {}", corner.longitude, corner.latitude);
      }
      const Location first = position(ring.front());
      const Location last = position(ring.back());
      if (first.latitude != last.latitude || first.longitude != last.longitude) {
        refuse("geometry: a ring does not end where it begins");
      }
      into += ')';
    }
    into += ')';
  }

  Location position(const Json& position) const {
    if (!position.is_array() || position.size() < 2 || !position[0].is_number() ||
        !position[1].is_number()) {
      refuse("geometry: expected positions of two or three numbers");
    }
    const auto x = position[0].get<double>();
    const auto y = position[1].get<double>();
    if (grid_) {
      const auto there = place::from_grid(*grid_, x, y);
      if (!there) refuse(fmt::format("geometry: {}, {} does not lie in Belgium", x, y));
      return *there;
    }
    const Location corner{y, x, std::nullopt};
    const place::Fault fault = place::fault_of(corner);
    if (fault != place::Fault::none && fault != place::Fault::no_fix) {
      refuse(
          fmt::format("geometry: [{}, {}]: {}; expected longitude and latitude in degrees, or "
                      "`crs` EPSG:31370 (Lambert 72) or EPSG:3812 (Lambert 2008) and metres",
                      x, y, place::words_for(fault)));
    }
    return corner;
  }

  const GeojsonNames& names_;
  const std::optional<place::Grid> grid_;
  std::string where_;
  std::vector<Zone> zones_;
  std::map<std::string, std::size_t> places_;
};

// GeoJSON's first edition (2008) names the system of its coordinates; the present one has one only.
std::optional<place::Grid> grid_of(const Json& root) {
  const auto crs = root.find("crs");
  if (crs == root.end() || crs->is_null()) return std::nullopt;
  const auto properties = crs->is_object() ? crs->find("properties") : crs->end();
  const std::string name = properties != crs->end() ? text_of(*properties, "name") : "";
  if (name.ends_with(":31370")) return place::Grid::lambert72;
  if (name.ends_with(":3812")) return place::Grid::lambert2008;
  if (name.ends_with(":CRS84") || name.ends_with(":4326") || name.ends_with(":4258")) {
    return std::nullopt;
  }
  throw Refused{fmt::format("crs: expected OGC:CRS84, EPSG:4326, EPSG:31370 or EPSG:3812, got {}",
                            back_quoted(name.empty() ? crs->dump() : name))};
}

}  // namespace

Result<std::vector<Zone>> zones_from_geojson(std::string_view text, const std::string& file,
                                             const GeojsonNames& names) {
  const auto refused = [&](const std::string& what) { return fail_in_file(file, what); };
  try {
    const Json root = Json::parse(text);
    if (!root.is_object() || text_of(root, "type") != "FeatureCollection" ||
        !root.contains("features") || !root["features"].is_array() || root["features"].empty()) {
      return refused("expected a GeoJSON FeatureCollection with features");
    }
    Reader reader(names, grid_of(root));
    for (std::size_t i = 0; i < root["features"].size(); ++i)
      reader.feature(root["features"][i], i);
    return reader.take();
  } catch (const Refused& refusal) {
    return refused(refusal.what);
  } catch (const Json::exception& exception) {
    return refused(fmt::format("not valid JSON: {}", exception.what()));
  }
}

}  // namespace senne::app
