// One message while a codec table reads it: where its readings go, and how many there may be.
#pragma once

#include "core/decoder.h"
#include "pipeline/decode/payload_codec.h"

namespace senne::decode {

struct CodecReading {
  const DevicePayload& payload;
  const Report& as;
  Decoded& out;

  // False when there are too many.
  bool append(const RawReading& one) {
    if (!out.make_room(payload.readings_limit)) return false;
    out.readings.push_back(one);
    return true;
  }
  bool append_bad(std::string_view name) {
    RawReading one;
    one.name = out.keep_name(name);
    one.bad = DeadLetterReason::malformed;
    return append(one);
  }
};

}  // namespace senne::decode
