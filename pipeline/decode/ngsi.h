// NGSIv2 and NGSI-LD over MQTT: docs/formats.md, ngsi-v2 and ngsi-ld.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/ngsi_entity.h"

namespace senne::decode {

class NgsiDecoder final : public Decoder {
 public:
  explicit NgsiDecoder(const Route& route)
      : json_(route.limits), entity_(route.limits.readings_per_message) {}

  DecodeResult decode(const Message& message, Instant /*receive_time*/, Decoded& out) override {
    const auto root = json_.parse(message);
    if (!root) return tl::unexpected(root.error());
    return entity_.append_all(*root, out);
  }

 private:
  JsonParser json_;
  NgsiEntity entity_;
};

}  // namespace senne::decode
