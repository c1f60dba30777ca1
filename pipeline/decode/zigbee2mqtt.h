// What Zigbee2MQTT publishes of its devices: docs/formats.md, zigbee2mqtt.
#pragma once

#include <string>
#include <string_view>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

class Zigbee2MqttDecoder final : public Decoder {
 public:
  explicit Zigbee2MqttDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  // The topic below the base topic.
  std::string_view below_base(std::string_view topic) const;
  DecodeResult decode_attribute(const Message& message, std::string_view path, Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  std::string base_;  // with its slash; empty: one level, whatever it is called
  std::size_t readings_limit_;
};

}  // namespace senne::decode
