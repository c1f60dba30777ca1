// The airrohr firmware of Sensor.Community (luftdaten.info): docs/formats.md, sensor-community.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"

namespace senne::decode {

class SensorCommunityDecoder final : public Decoder {
 public:
  static constexpr std::size_t quantity_count = 10;  // that have a name of their own

  explicit SensorCommunityDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult append(array values, Report& report, Decoded& out);
  void tell_apart(Decoded& out);

  JsonParser json_;
  std::size_t readings_limit_;
  std::vector<std::string_view> sensors_;              // of each reading; empty: none
  std::array<std::size_t, quantity_count> said_ = {};  // how many sensors have it, of each quantity
};

}  // namespace senne::decode
