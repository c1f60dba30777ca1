// What the LoRaWAN network servers have in common: device EUIs, and the place of an id in a topic.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/json.h"

namespace senne::decode {

// A DevEUI (EUI-64, 16 hexadecimal digits) in lower case.
class DevEui {
 public:
  // Nothing if `text` is no EUI-64.
  static std::optional<DevEui> parse(std::string_view text);
  std::string_view text() const { return {digits_.data(), digits_.size()}; }

 private:
  std::array<char, 16> digits_{};
};

// The levels of a topic, as many as fit; the true number is returned.
std::size_t split_topic(std::string_view topic, std::span<std::string_view> levels);

// Latitude and longitude (and altitude) of an object that names them so; nothing unless both are
// numbers in range.
std::optional<Location> location_of(object place);

}  // namespace senne::decode
