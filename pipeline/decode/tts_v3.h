// The Things Stack v3, application data as JSON, as its MQTT server sends it, as its storage
// integration hands it out and as it stands in its events: docs/formats.md, tts-v3.
#pragma once

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/sensecap.h"
#include "pipeline/decode/tts_normalized.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::decode {

class TtsV3Decoder final : public Decoder {
 public:
  TtsV3Decoder(const Route& route, DeviceCodecs* codecs);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  // Where and when a message came.
  struct Arrival {
    std::string_view topic;
    Instant time;
  };
  DecodeResult decode_lines(const Message& message, const Arrival& arrival, Decoded& out);
  DecodeResult decode_list(array messages, const Arrival& arrival, Decoded& out);
  // One message, whatever wraps it. `device` is set to whose it is, if it says so.
  DecodeResult decode_one(element root, const Arrival& arrival, std::string_view& device,
                          Decoded& out);
  DecodeResult decode_up(object root, const Arrival& arrival, std::string_view& device,
                         Decoded& out);
  DecodeResult decode_uplink(object root, object uplink, Instant receive_time, Report& report,
                             Decoded& out);
  DecodeResult append_readings(object uplink, Report& report, Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  Sensecap sensecap_;
  TtsNormalized normalized_;
  UplinkBytes bytes_;
  std::size_t readings_limit_;
  bool only_normalized_;  // the route's filter takes `up/normalized` and nothing else
};

}  // namespace senne::decode
