// Tasmota's telemetry: docs/formats.md, tasmota.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {

class TasmotaDecoder final : public Decoder {
 public:
  explicit TasmotaDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  static constexpr std::size_t none = ~std::size_t{0};
  // Where a reading comes from, before it is named.
  struct Source {
    std::string_view sensor;
    std::string_view name;
    std::size_t quantity;  // of the known ones, or none
  };

  DecodeResult decode_sensors(object root, Decoded& out);
  DecodeResult decode_state(object root, Decoded& out);
  DecodeResult decode_zigbee(object devices, Decoded& out);
  // That it lives, or is gone.
  DecodeResult only_seen(bool gone, Decoded& out);
  SentTime time_of(object root) const;
  void name_quantities(object root, Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  CivilZone zone_;
  std::size_t readings_limit_;
  Instant receive_time_;  // of the message
  std::string device_;    // scratch
  std::vector<Source> sensors_;
};

}  // namespace senne::decode
