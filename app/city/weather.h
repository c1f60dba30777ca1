// What goes on in the city at a moment: its traffic, its sky, its people. Plain formulas with a
// day's and a year's rhythm; places and devices add their own noise.
#pragma once

#include "core/time.h"

namespace senne::city {

struct Moment {
  double hour = 0;  // local, 0 .. 24
  bool weekend = false;
  double traffic = 0;   // 0 .. about 1: the morning and evening rush are near 1
  double daylight = 0;  // 0 .. 1
  bool school = false;  // pupils are in their classrooms
  double temperature_cel = 0;
  double humidity_percent = 0;
  double pressure_hpa = 0;
  double wind_m_s = 0;
  double wind_from_deg = 0;
};

Moment moment_at(Instant at);

}  // namespace senne::city
