#include "core/dev_eui.h"

namespace senne {

std::optional<DevEui> DevEui::parse(std::string_view text) {
  DevEui eui;
  constexpr std::size_t parted = 23;  // 8 bytes, 7 separators
  const bool apart = text.size() == parted && (text[2] == '-' || text[2] == ':');
  if (text.size() != eui.digits_.size() && !apart) return std::nullopt;
  for (std::size_t i = 0; i < eui.digits_.size(); ++i) {
    const char c = text[apart ? i + i / 2 : i];
    if (apart && i % 2 == 0 && i > 0 && text[i + i / 2 - 1] != text[2]) return std::nullopt;
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
      eui.digits_[i] = c;
    } else if (c >= 'A' && c <= 'F') {
      eui.digits_[i] = static_cast<char>(c - 'A' + 'a');
    } else {
      return std::nullopt;
    }
  }
  return eui;
}

}  // namespace senne
