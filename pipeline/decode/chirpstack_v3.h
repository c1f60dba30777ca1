// ChirpStack v3 integration events as JSON, and gateways with that server built in (Milesight):
// docs/formats.md, chirpstack-v3.
#pragma once

#include <string>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/sensecap.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::decode {

class ChirpstackV3Decoder final : public Decoder {
 public:
  ChirpstackV3Decoder(const Route& route, DeviceCodecs* codecs);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult decode_uplink(object root, Report& report, Decoded& out);
  // `sensecap` is set where the server's codec is that of a SenseCAP device.
  DecodeResult append_fields(object fields, Report& report, bool& sensecap, Decoded& out);
  DecodeResult append_text(std::string_view json, Report& report, bool& sensecap, Decoded& out);

  JsonParser json_;
  JsonParser inner_;  // of a document that stands as text in another
  std::string inner_text_;
  PayloadFields fields_;
  Sensecap sensecap_;
  UplinkBytes bytes_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
