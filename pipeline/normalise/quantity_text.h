// Texts that say a number and its unit: `21.5 °C`, `45%`, `612 ppm`. Payload codecs that are made
// to be looked at write them.
#pragma once

#include <optional>

#include "core/decoder.h"
#include "pipeline/normalise/names.h"

namespace senne::normalise {

// The reading with number and unit apart, in `scratch`, where its value is such a text and its name
// that of a number that can be measured in this unit, which counts before any other. Else the
// reading itself.
const RawReading& with_unit_apart(const RawReading& reading, RouteNames& names,
                                  std::optional<RawReading>& scratch);

}  // namespace senne::normalise
