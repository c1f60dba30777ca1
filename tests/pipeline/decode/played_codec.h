// A codec that says one thing of any bytes: the first one's value.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/decode/payload_codec.h"

namespace senne::decode {

// Knows one device.
class PlayedCodecs final : public DeviceCodecs, private PayloadCodec {
 public:
  explicit PlayedCodecs(std::string device) : device_(std::move(device)) {}

  PayloadCodec* find(std::string_view device, std::string_view /*other_device*/) override {
    return device == device_ ? this : nullptr;
  }

  int port = -1;
  std::string bytes;

 private:
  DecodeResult decode(const DevicePayload& payload, const Report& as, Decoded& out) override {
    port = payload.port;
    bytes = payload.bytes;
    RawReading reading;
    reading.name = "first_byte";
    reading.value = std::int64_t{static_cast<unsigned char>(payload.bytes.front())};
    Report report = as;
    report.first_reading = out.readings.size();
    report.reading_count = 1;
    out.readings.push_back(reading);
    out.reports.push_back(report);
    return {};
  }

  std::string device_;
};

}  // namespace senne::decode
