// The readings in the bytes of a device, as its maker lays them out: for network servers that hand
// on only the bytes.
//
// THREAD  one per codec.
// OWNS    nothing of the payload; what it puts into `Decoded` is good until the next `clear`.
// FAILS   by value, as a Decoder does. Never throws on any input; its cost is bounded by the size
// of
//         the payload and the limit of readings.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/decoder.h"

namespace senne::decode {

struct DevicePayload {
  std::string_view bytes;
  int port = 0;  // LoRaWAN FPort
  std::size_t readings_limit = 0;
};

class PayloadCodec {
 public:
  virtual ~PayloadCodec() = default;

  // Appends one report like `as` with the readings of now, and one more, `historical`, for each
  // earlier time of which the bytes hold readings. On success at least one report, each with at
  // least one reading.
  virtual DecodeResult decode(const DevicePayload& payload, const Report& as, Decoded& out) = 0;
};

// Which codec the registry's `profile` gives a device.
class DeviceCodecs {
 public:
  virtual ~DeviceCodecs() = default;

  // By either name of the device; null: none.
  virtual PayloadCodec* find(std::string_view device, std::string_view other_device) = 0;
};

}  // namespace senne::decode
