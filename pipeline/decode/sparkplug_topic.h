// Who speaks in a Sparkplug B topic, and what kind of message it is: spBv1.0/{group}/{type}/{node},
// with /{device} behind it for the messages of a device (Sparkplug 3.0, section 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace senne::decode {

enum class SparkplugType : std::uint8_t {
  nbirth,
  ndata,
  ndeath,
  ncmd,
  dbirth,
  ddata,
  ddeath,
  dcmd,
  state,  // of a host application: spBv1.0/STATE/{host}
};

struct SparkplugTopic {
  SparkplugType type = SparkplugType::state;
  std::string_view group;
  std::string_view node;
  std::string_view device;  // empty: the message is the node's own
};

// Nothing where the topic is none of Sparkplug B.
std::optional<SparkplugTopic> parse_sparkplug_topic(std::string_view topic);

}  // namespace senne::decode
