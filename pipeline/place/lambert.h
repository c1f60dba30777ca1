// The Belgian national grids, in WGS84: registries and maps of the region give places in metres.
//
// Lambert 72 is EPSG:31370 (datum BD72, brought to WGS84 by the seven parameters of EPSG:15929,
// position vector, good to 1 m); Lambert 2008 is EPSG:3812 (datum ETRS89, taken for WGS84: they
// part by less than 1 m). The parameters are written out, so that a result does not depend on which
// version of PROJ's database is installed, and a replay gives what the first run gave.
//
// THREAD  any.
// FAILS   with nothing for what is not a place in Belgium: metres outside the grid's area, degrees
//         given for metres, NaN. Not where x and y are exchanged: the extents overlap, and the
//         result is most often another place in Belgium.
#pragma once

#include <cstdint>
#include <optional>

#include "core/configuration.h"

namespace senne::place {

enum class Grid : std::uint8_t { lambert72, lambert2008 };

// Metres east and north. No altitude.
std::optional<Location> from_grid(Grid grid, double x, double y);

// The extent of Belgium in the grid, rounded outwards: what a place may be in metres.
struct Extent {
  double x_min, x_max, y_min, y_max;
  bool contains(double x, double y) const {
    return x >= x_min && x <= x_max && y >= y_min && y <= y_max;
  }
};
Extent extent_of(Grid grid);

}  // namespace senne::place
