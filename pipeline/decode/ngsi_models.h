// What the attributes of the Smart Data Models observe, and in which unit where the message says
// none (smart-data-models/dataModel.Environment, .Weather, .Transportation, .Parking,
// .WasteManagement, .Streetlighting: model.yaml).
#pragma once

#include <string_view>

#include "core/decoder.h"

namespace senne::decode {

// Gives the reading the property of its attribute in that model. What no model fixes stays as it
// is.
void name_by_model(std::string_view type, RawReading& reading);

// The UCUM code of a code of UN/CEFACT Recommendation 20; empty for one that is not known.
std::string_view ucum_of_uncefact(std::string_view code);

}  // namespace senne::decode
