// Reaches the MQTT broker of a configuration, for `senne check --connect`: whether it lets us in,
// which QoS it grants each filter, how long it keeps the session.
#pragma once

#include "app/configuration/configuration.h"

namespace senne::app {

// Prints what it finds, a line each. Returns the exit status. The session it uses is a clean one of
// its own, so that the instance's own is not touched.
int check_broker(const Configuration& configuration);

}  // namespace senne::app
