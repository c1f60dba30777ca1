// Observations of the OGC SensorThings API 1.1: docs/formats.md, sensorthings.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

class SensorthingsDecoder final : public Decoder {
 public:
  explicit SensorthingsDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult append_result(object observation, std::string_view name, Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
