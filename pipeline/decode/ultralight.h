// FIWARE UltraLight 2.0: docs/formats.md, ultralight.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"

namespace senne::decode {

class UltralightDecoder final : public Decoder {
 public:
  explicit UltralightDecoder(const Route& route)
      : readings_limit_(route.limits.readings_per_message) {}
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult append_group(std::string_view group, std::size_t number, const Report& as,
                            Decoded& out);
  DecodeResult append_value(std::string_view name, std::string_view value, Decoded& out);

  std::size_t readings_limit_;
};

}  // namespace senne::decode
