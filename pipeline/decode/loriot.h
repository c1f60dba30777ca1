// LORIOT's application output: docs/formats.md, loriot.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::decode {

class LoriotDecoder final : public Decoder {
 public:
  LoriotDecoder(const Route& route, DeviceCodecs* codecs);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  JsonParser json_;
  PayloadFields fields_;
  UplinkBytes bytes_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
