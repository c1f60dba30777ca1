// The nineteen municipalities of the Brussels-Capital Region, as far as scattering devices over
// them needs.
#pragma once

#include <array>
#include <string_view>

namespace senne::city {

struct Municipality {
  int nis;  // code of the national statistics institute
  std::string_view french;
  std::string_view dutch;
  double latitude;   // WGS84, degrees: a point well inside
  double longitude;  // WGS84, degrees
  double radius_km;  // of a circle around it that lies, by and large, within
  int weight;        // inhabitants, in thousands, rounded: more people, more devices
};

inline constexpr std::array<Municipality, 19> municipalities = {{
    {21001, "Anderlecht", "Anderlecht", 50.8290, 4.2929, 1.2, 126},
    {21002, "Auderghem", "Oudergem", 50.8102, 4.4380, 0.6, 35},
    {21003, "Berchem-Sainte-Agathe", "Sint-Agatha-Berchem", 50.8647, 4.2939, 0.7, 26},
    {21004, "Bruxelles", "Brussel", 50.8467, 4.3525, 0.7, 195},
    {21005, "Etterbeek", "Etterbeek", 50.8330, 4.3946, 0.5, 49},
    {21006, "Evere", "Evere", 50.8700, 4.4082, 0.7, 45},
    {21007, "Forest", "Vorst", 50.8141, 4.3242, 0.7, 58},
    {21008, "Ganshoren", "Ganshoren", 50.8744, 4.3095, 0.5, 26},
    {21009, "Ixelles", "Elsene", 50.8270, 4.3720, 0.33, 88},
    {21010, "Jette", "Jette", 50.8790, 4.3240, 0.24, 53},
    {21011, "Koekelberg", "Koekelberg", 50.8630, 4.3280, 0.2, 22},
    {21012, "Molenbeek-Saint-Jean", "Sint-Jans-Molenbeek", 50.8552, 4.3185, 0.5, 98},
    {21013, "Saint-Gilles", "Sint-Gillis", 50.8295, 4.3447, 0.35, 49},
    {21014, "Saint-Josse-ten-Noode", "Sint-Joost-ten-Node", 50.8538, 4.3694, 0.16, 27},
    {21015, "Schaerbeek", "Schaarbeek", 50.8618, 4.3861, 0.9, 131},
    {21016, "Uccle", "Ukkel", 50.7960, 4.3614, 1.0, 86},
    {21017, "Watermael-Boitsfort", "Watermaal-Bosvoorde", 50.7990, 4.4160, 0.8, 25},
    {21018, "Woluwe-Saint-Lambert", "Sint-Lambrechts-Woluwe", 50.8479, 4.4316, 0.8, 59},
    {21019, "Woluwe-Saint-Pierre", "Sint-Pieters-Woluwe", 50.8311, 4.4431, 0.4, 42},
}};

// The region's bounding box, WGS84, degrees.
struct BoundingBox {
  double south = 50.7641;
  double north = 50.9228;
  double west = 4.2177;
  double east = 4.4821;
};
inline constexpr BoundingBox brussels_bbox;

}  // namespace senne::city
