// The topics of ChirpStack's MQTT integration: `application/{id}/device/{devEui}/event/{event}`,
// with any prefix.
#pragma once

#include <optional>
#include <string_view>

#include "core/reason.h"

namespace senne::decode {

enum class ChirpstackEvent { up, join, ack, txack, log, status, location, integration, command };

struct ChirpstackTopic {
  std::string_view device;
  std::optional<ChirpstackEvent> event;  // nothing for a name that is none
  std::string_view event_name;
};

// Nothing for a topic of another shape.
std::optional<ChirpstackTopic> chirpstack_topic(std::string_view topic);

// The battery of a status event, in percent; nothing where the device has none or does not know.
std::optional<double> chirpstack_battery(bool external_power, bool unavailable,
                                         std::optional<double> percent);

// Why an event, other than `up`, is rightly no observation.
SuppressedReason reason_of(ChirpstackEvent event);

}  // namespace senne::decode
