// Places that cannot be meant: the mistakes that are made with coordinates.
//
// THREAD  any.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/configuration.h"

namespace senne::place {

enum class Fault : std::uint8_t {
  none,
  off_earth,           // no such latitude or longitude, or not a number
  lambert72_metres,    // metres of EPSG:31370 in place of degrees, in either order
  lambert2008_metres,  // metres of EPSG:3812
  exchanged,           // latitude for longitude: it lies in Belgium only the other way round
  no_fix,              // 0, 0: what receivers say that know no place
};

// What is wrong with a place that was stated as WGS84, if it is a known mistake.
Fault fault_of(const Location& location);

// "metres of Lambert 72 in place of degrees"; empty for none.
std::string_view words_for(Fault fault);

// Along the ground, on a sphere: good to 0.5 %. m.
double distance(const Location& a, const Location& b);

}  // namespace senne::place
