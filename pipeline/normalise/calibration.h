// What a measured number is once the registry's calibration of its device is applied.
#pragma once

#include <span>
#include <string_view>

#include "core/configuration.h"

namespace senne::normalise {

// The one that holds for that result at that time; null when there is none.
const Calibration* calibration_of(std::span<const Calibration> all, std::string_view property,
                                  std::string_view channel, Instant time);

inline double calibrated(const Calibration& calibration, double measured) {
  return measured * calibration.scale + calibration.offset;
}

}  // namespace senne::normalise
