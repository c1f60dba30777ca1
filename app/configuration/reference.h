// docs/reference.md, written from the definitions that parse the configuration, name the properties
// and count the reasons.
#pragma once

#include <string>

namespace senne::app {

std::string reference_markdown();

}  // namespace senne::app
