// The airrohr firmware of Sensor.Community (luftdaten.info): docs/formats.md, sensor-community.
#pragma once

#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"

namespace senne::decode {

class SensorCommunityDecoder final : public Decoder {
 public:
  explicit SensorCommunityDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult append(array values, Report& report, Decoded& out);
  void tell_apart(Decoded& out);

  JsonParser json_;
  std::size_t readings_limit_;
  std::vector<std::string_view> sensors_;  // of each reading; empty: none
};

}  // namespace senne::decode
