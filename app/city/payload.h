// Writes what a device measured as the message that its network or gateway would publish.
#pragma once

#include <string>
#include <vector>

#include "app/city/device.h"
#include "app/city/measurement.h"

namespace senne::city {

struct Message {
  std::string topic;
  std::string payload;
  bool retained = false;
};

// An uplink, or a report of a gateway. `stamp` is the time it states; a device that lost its clock
// states one in 1970 all the same. A broken device's message is broken in the way of its fault.
Message report_message(SimulatedDevice& device, Instant stamp,
                       const std::vector<Measurement>& measurements, bool simulated);

// A LoRaWAN device joined the network.
Message join_message(SimulatedDevice& device, Instant stamp);

}  // namespace senne::city
