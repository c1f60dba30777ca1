// ThingsBoard's gateway API, telemetry of many devices: docs/formats.md, thingsboard-gateway.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

class ThingsboardGatewayDecoder final : public Decoder {
 public:
  explicit ThingsboardGatewayDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult append_device(std::string_view device, element telemetry, Decoded& out);
  DecodeResult append_moment(std::string_view device, element moment, Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
