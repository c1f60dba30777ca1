// Names under which gateways send what identifies a person: addresses of their devices, badges,
// codes, number plates, names, telephones. What stands under them never leaves as raw.<name>.
//
// Formats that count people have rules of their own; this is for what strays into the others.
#pragma once

#include <string_view>

namespace senne::normalise {

// Of a name as sent, its levels joined with `.` or `/`: whether one of them is such a name,
// whatever its letter case and separators.
bool names_a_person(std::string_view name);

}  // namespace senne::normalise
