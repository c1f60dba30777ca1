// Actility ThingPark, both Wireless and Enterprise: docs/formats.md, thingpark.
#pragma once

#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::decode {

class ThingparkDecoder final : public Decoder {
 public:
  ThingparkDecoder(const Route& route, DeviceCodecs* codecs);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult decode_uplink(object uplink, Decoded& out);
  // False when there are too many. Sets the place of the report, if a point says it.
  bool append_points(object points, Report& report, Decoded& out);
  bool append_place(const Location& place, const SentTime& time, Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  UplinkBytes bytes_;
  std::size_t readings_limit_;
  std::vector<std::string_view> points_;  // scratch: their names
};

}  // namespace senne::decode
