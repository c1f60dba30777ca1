// Sensor Measurement Lists (RFC 8428) as JSON: docs/formats.md, senml-json.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/senml_pack.h"

namespace senne::decode {

class SenmlJsonDecoder final : public Decoder {
 public:
  explicit SenmlJsonDecoder(const Route& route)
      : json_(route.limits), pack_(route.limits.readings_per_message) {}
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;
  // The same of a pack that was parsed already.
  DecodeResult decode(array records, Instant receive_time, Decoded& out);

 private:
  JsonParser json_;
  SenmlPack pack_;
};

}  // namespace senne::decode
