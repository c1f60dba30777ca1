// The JSON of FIWARE's IoT agent: docs/formats.md, iotagent-json.
#pragma once

#include <string>
#include <string_view>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/ngsi_entity.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/typed_measures.h"

namespace senne::decode {

class IotAgentJsonDecoder final : public Decoder {
 public:
  explicit IotAgentJsonDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult append_list(array groups, const Report& as, Decoded& out);
  DecodeResult append_measures(object measures, const Report& as, Decoded& out);
  DecodeResult append_attribute(const Message& message, std::string_view name, const Report& as,
                                Decoded& out);
  DecodeResult append_moments(array moments, std::string_view name, const Report& as, Decoded& out);
  DecodeResult append_moment(element moment, std::string_view name, const Report& as, Decoded& out);
  DecodeResult append_text(std::string_view text, std::string_view name, const Report& as,
                           Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  NgsiEntity entity_;
  TypedMeasures typed_;
  std::size_t readings_limit_;
  std::string digits_;  // scratch
};

}  // namespace senne::decode
