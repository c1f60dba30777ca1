// Uplinks of a thousand sensors as The Things Stack publishes them: about 1.2 KB each, no two
// alike, the time that of sending.
//
// THREAD  one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/time.h"

namespace senne::bench {

inline constexpr const char* uplink_filter = "v3/+/devices/+/up";

inline constexpr std::size_t uplink_devices = 1000;

class Uplinks {
 public:
  // At most 8 readings a message.
  explicit Uplinks(std::size_t readings = 1) : readings_(readings) {}

  // The next message; it is in `topic` and `payload` until the next call.
  void next(Instant now);

  const std::string& topic() const { return topic_; }
  const std::string& payload() const { return payload_; }

 private:
  const std::size_t readings_;
  std::uint64_t sent_ = 0;
  std::string topic_;
  std::string payload_;
};

}  // namespace senne::bench
