#include "pipeline/place/plausible.h"

#include <cmath>
#include <numbers>

#include "pipeline/place/lambert.h"

namespace senne::place {
namespace {

// Belgium and a little around it. No latitude of it is also one of its longitudes, so that an
// exchange shows whatever the place.
bool in_belgium(double latitude, double longitude) {
  return latitude >= 49.4 && latitude <= 51.6 && longitude >= 2.4 && longitude <= 6.5;
}

bool in_grid(Grid grid, double a, double b) {
  const Extent extent = extent_of(grid);
  return extent.contains(a, b) || extent.contains(b, a);
}

}  // namespace

Fault fault_of(const Location& location) {
  const double latitude = location.latitude;
  const double longitude = location.longitude;
  if (in_grid(Grid::lambert72, latitude, longitude)) return Fault::lambert72_metres;
  if (in_grid(Grid::lambert2008, latitude, longitude)) return Fault::lambert2008_metres;
  const bool on_earth = std::abs(latitude) <= 90 && std::abs(longitude) <= 180 &&
                        (!location.altitude || std::isfinite(*location.altitude));
  if (!on_earth) return Fault::off_earth;
  if (latitude == 0 && longitude == 0) return Fault::no_fix;
  if (in_belgium(longitude, latitude)) return Fault::exchanged;
  return Fault::none;
}

std::string_view words_for(Fault fault) {
  switch (fault) {
    case Fault::none:
      return "";
    case Fault::off_earth:
      return "no place on Earth";
    case Fault::lambert72_metres:
      return "metres of Lambert 72 in place of degrees";
    case Fault::lambert2008_metres:
      return "metres of Lambert 2008 in place of degrees";
    case Fault::exchanged:
      return "latitude and longitude exchanged";
    case Fault::no_fix:
      return "0, 0: the receiver knew no place";
  }
  return "";
}

double distance(const Location& a, const Location& b) {
  constexpr double radius = 6'371'008.8;  // mean, IUGG
  constexpr double degree = std::numbers::pi / 180;
  const double half_north = std::sin((b.latitude - a.latitude) * degree / 2);
  const double half_east = std::sin((b.longitude - a.longitude) * degree / 2);
  const double haversine = half_north * half_north + std::cos(a.latitude * degree) *
                                                         std::cos(b.latitude * degree) * half_east *
                                                         half_east;
  return 2 * radius * std::asin(std::sqrt(std::min(1.0, haversine)));
}

}  // namespace senne::place
