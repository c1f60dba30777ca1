// The id of a LoRaWAN device: an EUI-64, 16 hexadecimal digits, here in lower case.
//
// THREAD  any.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace senne {

class DevEui {
 public:
  // Nothing if `text` is no EUI-64. Its bytes may be parted by `-` or `:`.
  static std::optional<DevEui> parse(std::string_view text);
  std::string_view text() const { return {digits_.data(), digits_.size()}; }

 private:
  std::array<char, 16> digits_{};
};

}  // namespace senne
