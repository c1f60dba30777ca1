// The JSON of FIWARE's IoT agent: docs/formats.md, iotagent-json.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/ngsi_entity.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

class IotAgentJsonDecoder final : public Decoder {
 public:
  explicit IotAgentJsonDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult append_measures(object measures, const Report& as, Decoded& out);
  DecodeResult append_attribute(const Message& message, std::string_view name, const Report& as,
                                Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  NgsiEntity entity_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
