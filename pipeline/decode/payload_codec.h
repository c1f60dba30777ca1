// The readings in the bytes of a device, as its maker lays them out: for network servers that hand
// on only the bytes.
//
// THREAD  one thread per codec.
// OWNS    nothing of the message; what it puts into `Decoded` points into `Decoded` or at what the
//         codec holds as long as it lives: it is good until the next `clear`.
// FAILS   by value: `Suppressed{status}` for bytes that say something of the device and give no
//         reading, `Rejected{malformed}` for bytes of which the maker has no such layout,
//         `Rejected{limit}` for more readings than the limit. Never throws on any input; its cost
//         is bounded by the number of bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/decoder.h"

namespace senne::decode {

struct DevicePayload {
  std::string_view bytes;
  int port = 0;                    // LoRaWAN FPort
  std::size_t readings_limit = 0;  // of the whole message, those in `Decoded` already included
};

class PayloadCodec {
 public:
  virtual ~PayloadCodec() = default;

  // Appends one report like `as` with the readings of now, and one more, `historical`, for each
  // earlier time of which the bytes hold readings. On success at least one report, each with at
  // least one reading. What cannot be read after readings that can is one bad reading more.
  virtual DecodeResult decode(const DevicePayload& payload, const Report& as, Decoded& out) = 0;
};

// Which codec the registry's `profile` gives a device.
//
// THREAD  one, the one that uses the codecs.
// OWNS    the codecs: they live as long as it does.
class DeviceCodecs {
 public:
  virtual ~DeviceCodecs() = default;

  // By either name of the device; null: none.
  virtual PayloadCodec* find(std::string_view device, std::string_view other_device) = 0;
};

}  // namespace senne::decode
