// What a device of the city measures at a moment, in the names that its maker gave it.
#pragma once

#include <string_view>
#include <vector>

#include "app/city/device.h"

namespace senne::city {

struct Measurement {
  std::string_view name;
  double value;
  int decimals;
};

// Steps the device's own state: the container fills, the air of the classroom is used up. Values
// are within what such a sensor can report.
void measure(SimulatedDevice& device, Instant at, std::vector<Measurement>& out);

}  // namespace senne::city
