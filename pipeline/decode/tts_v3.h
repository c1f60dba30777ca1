// The Things Stack v3, application data as JSON: docs/formats.md, tts-v3.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/tts_normalized.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::decode {

class TtsV3Decoder final : public Decoder {
 public:
  TtsV3Decoder(const Route& route, DeviceCodecs* codecs);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult decode_uplink(object root, object uplink, Instant receive_time, Report& report,
                             Decoded& out);
  DecodeResult append_readings(object uplink, Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  TtsNormalized normalized_;
  UplinkBytes bytes_;
  std::size_t readings_limit_;
  bool only_normalized_;  // the route's filter takes `up/normalized` and nothing else
};

}  // namespace senne::decode
