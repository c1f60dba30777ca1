// ChirpStack v4 integration events in protobuf: docs/formats.md, chirpstack-v4-protobuf.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/struct_fields.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::decode {

class ChirpstackV4ProtobufDecoder final : public Decoder {
 public:
  ChirpstackV4ProtobufDecoder(const Route& route, DeviceCodecs* codecs);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult decode_status(std::string_view payload, std::string_view named, Decoded& out);

  StructFields fields_;
  UplinkBytes bytes_;
  std::size_t readings_limit_;
  std::size_t depth_max_;
};

}  // namespace senne::decode
