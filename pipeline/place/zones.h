// Which zones a place lies in: every zone of a layer that has it inside. A place on a border,
// inside of none, lies in the one of the zones that meet there whose id comes first in byte order;
// so each place of a layer without gaps lies in one zone, always the same. Holes are not inside.
//
// THREAD  one; `find` keeps what it found last.
// OWNS    its polygons, in memory about ten times their text.
#pragma once

#include <geos_c.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/configuration.h"

namespace senne::place {

class Zones {
 public:
  // The layers were checked: see `fault_of_polygons`.
  explicit Zones(const std::vector<ZoneLayer>& layers);
  ~Zones();
  Zones(const Zones&) = delete;
  Zones& operator=(const Zones&) = delete;

  // Nothing to look in.
  bool empty() const { return names_.empty(); }

  // `layer/id` of each, layers in their order, ids in byte order. Valid until the next call. Costs
  // a hash where the place was asked for lately, else about a microsecond a layer.
  std::span<const std::string_view> find(const Location& location);

 private:
  struct Polygon;
  struct Layer;
  struct Found {
    double latitude = 0;
    double longitude = 0;
    bool known = false;
    std::vector<std::string_view> zones;
  };

  void look_up(const Location& location, std::vector<std::string_view>& into) const;

  GEOSContextHandle_t geos_;
  std::vector<std::string> names_;
  std::vector<Layer> layers_;
  std::vector<Found> found_;  // by hash of the place
};

// Why `text` cannot be the polygons of a zone: no well-known text, another kind of geometry, empty,
// a corner that is no place on Earth. Empty when it can.
std::string fault_of_polygons(const std::string& text);

// The same, and whether each polygon is valid (OGC 06-103r4, 6.1.11): of one whose rings cross
// nobody can say what is inside. It may be in doubt of a thousandth of the area: real maps have
// rings that run somewhere and back. Polygons of one zone may overlap or share an edge.
std::string fault_of_valid_polygons(const std::string& text);

}  // namespace senne::place
