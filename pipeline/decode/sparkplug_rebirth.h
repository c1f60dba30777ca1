// The command by which a host asks an edge node for its births (Sparkplug 3.0, section
// 6.4.23): an NCMD with `Node Control/Rebirth`, true. It has no sequence number.
//
// THREAD  any; pure.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"

namespace senne::decode {

// `descriptor`: {group}/{node}. Both texts are replaced.
void write_rebirth_command(std::string_view descriptor, Instant now, std::string& topic,
                           std::string& payload);

}  // namespace senne::decode
