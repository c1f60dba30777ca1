// LoRaWAN uplinks as KPN Things hands them on, in SenML: docs/formats.md, kpn.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/senml_json.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::decode {

class KpnDecoder final : public Decoder {
 public:
  KpnDecoder(const Route& route, DeviceCodecs* codecs);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  // What the pack says of an uplink, beside readings.
  struct Uplink {
    std::optional<std::string_view> base_name;
    std::optional<std::int64_t> base_time;
    std::optional<std::string_view> payload;
    int port = 0;
    std::string_view sequence;
    std::optional<double> rssi;
    std::optional<double> snr;
    bool located = false;  // by the network
  };

  DecodeResult read(array pack, Uplink& uplink, Decoded& out);
  DecodeResult decode_bytes(const Uplink& uplink, Decoded& out);

  JsonParser json_;
  SenmlJsonDecoder senml_;
  UplinkBytes bytes_;
};

}  // namespace senne::decode
