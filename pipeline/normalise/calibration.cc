#include "pipeline/normalise/calibration.h"

#include <algorithm>

namespace senne::normalise {

const Calibration* calibration_of(std::span<const Calibration> all, std::string_view property,
                                  std::string_view channel, Instant time) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Calibration& one) {
    return one.property == property && (one.channel.empty() || one.channel == channel) &&
           (!one.from || *one.from <= time) && (!one.to || time < *one.to);
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace senne::normalise
