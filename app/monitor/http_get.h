// One page of a running process, for the commands that ask it.
//
// THREAD  any.
// FAILS   failed when nobody answers within 5 s, or answers otherwise than with the page.
#pragma once

#include <string>

#include "core/result.h"

namespace senne::monitor {

// The body of `path` at `url`, such as http://[::1]:9464.
Result<std::string> http_get(const std::string& url, const std::string& path);

}  // namespace senne::monitor
