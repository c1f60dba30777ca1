// ChirpStack v4 integration events as JSON: docs/formats.md, chirpstack-v4.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/sensecap.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::decode {

class ChirpstackV4Decoder final : public Decoder {
 public:
  ChirpstackV4Decoder(const Route& route, DeviceCodecs* codecs);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult decode_uplink(object root, std::string_view device, Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  Sensecap sensecap_;
  UplinkBytes bytes_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
