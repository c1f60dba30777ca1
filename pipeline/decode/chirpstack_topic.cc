#include "pipeline/decode/chirpstack_topic.h"

#include <array>

#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

struct EventName {
  std::string_view name;
  ChirpstackEvent event;
};
constexpr std::array<EventName, 10> event_names = {{{"up", ChirpstackEvent::up},
                                                    {"join", ChirpstackEvent::join},
                                                    {"ack", ChirpstackEvent::ack},
                                                    {"txack", ChirpstackEvent::txack},
                                                    {"log", ChirpstackEvent::log},
                                                    {"status", ChirpstackEvent::status},
                                                    {"location", ChirpstackEvent::location},
                                                    {"integration", ChirpstackEvent::integration},
                                                    // Of version 3.
                                                    {"rx", ChirpstackEvent::up},
                                                    {"error", ChirpstackEvent::log}}};

}  // namespace

std::optional<ChirpstackTopic> chirpstack_topic(std::string_view topic) {
  std::array<std::string_view, 16> levels;
  const std::size_t count = split_topic(topic, levels);
  if (count < 6 || count > levels.size()) return std::nullopt;
  const auto* const last = levels.data() + count - 6;
  if (last[0] != "application" || last[2] != "device") return std::nullopt;
  ChirpstackTopic parts{last[3], std::nullopt, last[5]};
  if (last[4] == "command") {
    parts.event = ChirpstackEvent::command;
    return parts;
  }
  if (last[4] != "event") return std::nullopt;
  for (const auto& known : event_names) {
    if (known.name == last[5]) parts.event = known.event;
  }
  return parts;
}

// Zero is what a device with external power says, and what proto3 omits.
std::optional<double> chirpstack_battery(bool external_power, bool unavailable,
                                         std::optional<double> percent) {
  if (external_power || unavailable || !percent || *percent <= 0 || *percent > 100) {
    return std::nullopt;
  }
  return percent;
}

SuppressedReason reason_of(ChirpstackEvent event) {
  switch (event) {
    case ChirpstackEvent::join:
      return SuppressedReason::join;
    case ChirpstackEvent::ack:
      return SuppressedReason::ack;
    case ChirpstackEvent::txack:
      return SuppressedReason::downlink;
    case ChirpstackEvent::log:
      return SuppressedReason::log;
    case ChirpstackEvent::location:
      return SuppressedReason::location;
    case ChirpstackEvent::command:
      return SuppressedReason::command;
    case ChirpstackEvent::up:
    case ChirpstackEvent::status:
    case ChirpstackEvent::integration:
      break;
  }
  return SuppressedReason::status;
}

}  // namespace senne::decode
