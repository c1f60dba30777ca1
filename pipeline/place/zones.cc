#include "pipeline/place/zones.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/check.h"

namespace senne::place {
namespace {

constexpr std::size_t remembered = 4096;  // a power of two
constexpr std::size_t cells_per_side = 64;

struct Box {
  double x_min = 1e9, x_max = -1e9, y_min = 1e9, y_max = -1e9;
  bool contains(double x, double y) const {
    return x >= x_min && x <= x_max && y >= y_min && y <= y_max;
  }
  void add(const Box& box) {
    x_min = std::min(x_min, box.x_min);
    x_max = std::max(x_max, box.x_max);
    y_min = std::min(y_min, box.y_min);
    y_max = std::max(y_max, box.y_max);
  }
};

// Keeps what GEOS says of a failure.
void keep_message(const char* message, void* into) {
  static_cast<std::string*>(into)->assign(message);
}

struct FreeGeometry {
  GEOSContextHandle_t geos;
  void operator()(GEOSGeometry* geometry) const { GEOSGeom_destroy_r(geos, geometry); }
};
using Geometry = std::unique_ptr<GEOSGeometry, FreeGeometry>;

Geometry read_polygons(GEOSContextHandle_t geos, const std::string& text) {
  GEOSWKTReader* const reader = GEOSWKTReader_create_r(geos);
  Geometry geometry(GEOSWKTReader_read_r(geos, reader, text.c_str()), FreeGeometry{geos});
  GEOSWKTReader_destroy_r(geos, reader);
  return geometry;
}

Box box_of(GEOSContextHandle_t geos, const GEOSGeometry* geometry) {
  Box box;
  GEOSGeom_getXMin_r(geos, geometry, &box.x_min);
  GEOSGeom_getXMax_r(geos, geometry, &box.x_max);
  GEOSGeom_getYMin_r(geos, geometry, &box.y_min);
  GEOSGeom_getYMax_r(geos, geometry, &box.y_max);
  return box;
}

std::size_t hash_of(const Location& location) {
  // Two odd constants of splitmix64.
  const std::uint64_t mixed =
      std::bit_cast<std::uint64_t>(location.latitude) * 0xBF58476D1CE4E5B9ull ^
      std::bit_cast<std::uint64_t>(location.longitude) * 0x94D049BB133111EBull;
  return static_cast<std::size_t>((mixed ^ mixed >> 31) & (remembered - 1));
}

}  // namespace

// One of a zone's parts, prepared for many questions.
struct Zones::Polygon {
  GEOSGeometry* geometry = nullptr;
  const GEOSPreparedGeometry* prepared = nullptr;
  Box box;
  std::string_view zone;
};

// Its polygons by zone id, and which of them touch each cell of a grid over all of them.
struct Zones::Layer {
  std::vector<Polygon> polygons;
  Box box;
  std::array<std::vector<std::uint32_t>, cells_per_side * cells_per_side> cells;

  static std::size_t place_in(double value, double least, double most) {
    if (most <= least) return 0;
    const double share = (value - least) / (most - least) * cells_per_side;
    return std::min(cells_per_side - 1, static_cast<std::size_t>(std::max(0.0, share)));
  }
  std::size_t column(double x) const { return place_in(x, box.x_min, box.x_max); }
  std::size_t row(double y) const { return place_in(y, box.y_min, box.y_max); }

  void index() {
    for (const Polygon& polygon : polygons) box.add(polygon.box);
    for (std::uint32_t i = 0; i < polygons.size(); ++i) {
      const Box& inner = polygons[i].box;
      for (std::size_t y = row(inner.y_min); y <= row(inner.y_max); ++y) {
        for (std::size_t x = column(inner.x_min); x <= column(inner.x_max); ++x) {
          cells[y * cells_per_side + x].push_back(i);
        }
      }
    }
  }
};

Zones::Zones(const std::vector<ZoneLayer>& layers) : geos_(GEOS_init_r()), found_(remembered) {
  std::size_t count = 0;
  for (const ZoneLayer& layer : layers) count += layer.zones.size();
  names_.reserve(count);  // polygons point into them
  layers_.resize(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    std::vector<const Zone*> zones;
    for (const Zone& zone : layers[i].zones) zones.push_back(&zone);
    std::sort(zones.begin(), zones.end(),
              [](const Zone* a, const Zone* b) { return a->id < b->id; });
    for (const Zone* zone : zones) {
      names_.push_back(layers[i].name + "/" + zone->id);
      const Geometry whole = read_polygons(geos_, zone->polygons);
      SENNE_CHECK(whole != nullptr);
      for (int part = 0; part < GEOSGetNumGeometries_r(geos_, whole.get()); ++part) {
        Polygon polygon;
        polygon.geometry = GEOSGeom_clone_r(geos_, GEOSGetGeometryN_r(geos_, whole.get(), part));
        polygon.prepared = GEOSPrepare_r(geos_, polygon.geometry);
        polygon.box = box_of(geos_, polygon.geometry);
        polygon.zone = names_.back();
        layers_[i].polygons.push_back(polygon);
      }
    }
    layers_[i].index();
  }
}

Zones::~Zones() {
  for (Layer& layer : layers_) {
    for (Polygon& polygon : layer.polygons) {
      GEOSPreparedGeom_destroy_r(geos_, polygon.prepared);
      GEOSGeom_destroy_r(geos_, polygon.geometry);
    }
  }
  GEOS_finish_r(geos_);
}

std::span<const std::string_view> Zones::find(const Location& location) {
  if (empty()) return {};
  Found& found = found_[hash_of(location)];
  if (!found.known || found.latitude != location.latitude ||
      found.longitude != location.longitude) {
    found.zones.clear();
    look_up(location, found.zones);
    found.latitude = location.latitude;
    found.longitude = location.longitude;
    found.known = true;
  }
  return found.zones;
}

void Zones::look_up(const Location& location, std::vector<std::string_view>& into) const {
  const double x = location.longitude;
  const double y = location.latitude;
  Geometry point(nullptr, FreeGeometry{geos_});
  for (const Layer& layer : layers_) {
    if (!layer.box.contains(x, y)) continue;
    if (point == nullptr) point.reset(GEOSGeom_createPointFromXY_r(geos_, x, y));
    std::string_view on_border;
    std::string_view last;
    const std::size_t before = into.size();
    for (const std::uint32_t i : layer.cells[layer.row(y) * cells_per_side + layer.column(x)]) {
      const Polygon& polygon = layer.polygons[i];
      if (polygon.zone == last || !polygon.box.contains(x, y)) continue;
      if (GEOSPreparedContainsProperly_r(geos_, polygon.prepared, point.get()) == 1) {
        into.push_back(polygon.zone);
        last = polygon.zone;
      } else if (on_border.empty() &&
                 GEOSPreparedIntersects_r(geos_, polygon.prepared, point.get()) == 1) {
        on_border = polygon.zone;
      }
    }
    if (into.size() == before && !on_border.empty()) into.push_back(on_border);
  }
}

namespace {

// Whether a polygon that is not valid has an inside all the same: a ring that runs somewhere and
// back, or crosses itself by a hair, as in official maps. Loops that are passed the other way round
// or twice count wrongly in the area as drawn.
bool has_an_inside(GEOSContextHandle_t geos, const GEOSGeometry* polygon) {
  constexpr double doubtful_share_max = 0.001;
  const Geometry sound(GEOSMakeValid_r(geos, polygon), FreeGeometry{geos});
  double drawn = 0;
  double meant = 0;
  return sound != nullptr && GEOSArea_r(geos, polygon, &drawn) == 1 &&
         GEOSArea_r(geos, sound.get(), &meant) == 1 && meant > 0 &&
         std::abs(drawn - meant) <= doubtful_share_max * meant;
}

// Polygons as text, while they are looked at.
class Text {
 public:
  explicit Text(const std::string& text) : geos_(GEOS_init_r(), GEOS_finish_r) {
    GEOSContext_setErrorMessageHandler_r(geos_.get(), keep_message, &message_);
    geometry_ = read_polygons(geos_.get(), text);
  }

  std::string fault() const {
    if (geometry_ == nullptr) return message_.empty() ? "no well-known text" : message_;
    const int kind = GEOSGeomTypeId_r(geos_.get(), geometry_.get());
    if (kind != GEOS_POLYGON && kind != GEOS_MULTIPOLYGON) {
      return "neither POLYGON nor MULTIPOLYGON";
    }
    if (GEOSisEmpty_r(geos_.get(), geometry_.get()) == 1) return "without a corner";
    const Box box = box_of(geos_.get(), geometry_.get());
    if (!(std::abs(box.x_min) <= 180 && std::abs(box.x_max) <= 180 && std::abs(box.y_min) <= 90 &&
          std::abs(box.y_max) <= 90)) {
      return "a corner is no longitude and latitude in degrees";
    }
    return {};
  }

  // Of polygons without another fault, what is wrong with the first that has no inside.
  std::string why_not_valid() const {
    for (int i = 0; i < GEOSGetNumGeometries_r(geos_.get(), geometry_.get()); ++i) {
      const GEOSGeometry* const polygon = GEOSGetGeometryN_r(geos_.get(), geometry_.get(), i);
      if (GEOSisValid_r(geos_.get(), polygon) == 1 || has_an_inside(geos_.get(), polygon)) continue;
      char* const reason = GEOSisValidReason_r(geos_.get(), polygon);
      const std::string words = reason == nullptr ? message_ : reason;
      GEOSFree_r(geos_.get(), reason);
      return "no valid polygon: " + words;
    }
    return {};
  }

 private:
  std::string message_;
  std::unique_ptr<std::remove_pointer_t<GEOSContextHandle_t>, void (*)(GEOSContextHandle_t)> geos_;
  Geometry geometry_{nullptr, FreeGeometry{nullptr}};
};

}  // namespace

std::string fault_of_polygons(const std::string& text) { return Text(text).fault(); }

std::string fault_of_valid_polygons(const std::string& text) {
  const Text polygons(text);
  const std::string fault = polygons.fault();
  return fault.empty() ? polygons.why_not_valid() : fault;
}

}  // namespace senne::place
