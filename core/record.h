// One entry of a log: a message that arrived, or one of the three events through which time and
// configuration enter.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/ids.h"
#include "core/time.h"

namespace senne {

enum class RecordKind : std::uint8_t {
  message = 1,
  tick = 2,           // a second passed without a record, while MQTT was connected
  connected = 3,      // an MQTT session was (re)established
  configuration = 4,  // from here on `Record::configuration` is in force
};

// What the broker delivered. The bytes belong to the log.
struct Message {
  RouteIndex route;
  bool duplicate = false;  // MQTT DUP flag
  bool retained = false;
  // The wall clock was more than a minute away from the clock that gave the receive time, so one of
  // them is wrong. Set by the log, which gives that time.
  bool clock_apart = false;
  std::string_view topic;
  // At least `payload_padding` readable bytes follow the payload, as SIMD parsers want. When the
  // payload was over the route's limit only a prefix was kept: then `payload.size() <
  // payload_length`.
  std::string_view payload;
  std::uint64_t payload_length = 0;
  std::string_view user_properties;  // core/user_properties.h

  bool truncated() const { return payload.size() < payload_length; }
};

inline constexpr std::size_t payload_padding = 64;

struct Record {
  Position position;
  Position next;  // where the following record begins
  RecordKind kind = RecordKind::tick;
  Sequence sequence;     // of this message; for other kinds, of the last message before
  Instant receive_time;  // never decreases within a log
  Message message;       // kind == message
  Id128 configuration;   // kind == configuration: content hash
};

}  // namespace senne
