// High-frequency positioning of vehicles, as Helsinki's HSL publishes it: docs/formats.md, hsl-hfp.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

class HslHfpDecoder final : public Decoder {
 public:
  explicit HslHfpDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  JsonParser json_;
  PayloadFields fields_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
