// Sentilo's publication of observations: docs/formats.md, sentilo.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"

namespace senne::decode {

class SentiloDecoder final : public Decoder {
 public:
  explicit SentiloDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult decode_event(std::string_view type, object event, Decoded& out);
  bool append_observation(std::string_view sensor, object observation, std::string_view value_name,
                          const std::optional<Location>& place, Decoded& out);
  DecodeResult append_item(element item, Decoded& out);
  DecodeResult append_sensor(std::string_view sensor, object from, Decoded& out);

  JsonParser json_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
