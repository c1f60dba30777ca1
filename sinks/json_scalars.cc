#include "sinks/json_scalars.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "sinks/utf8.h"

namespace senne::sinks {
namespace {

bool plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 &&
         c != '"' && c != '\\';
}

// Of what stands at the beginning of `text`, one character; returns its length.
std::size_t append_character(std::string& line, std::string_view text) {
  constexpr std::string_view escaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  const std::size_t size = utf8_character(text);
  const char first = text.front();
  if (size == 0) {
    line.append("\xEF\xBF\xBD");
    return 1;
  }
  if (const std::size_t which = escaped.find(first); which != std::string_view::npos) {
    line.push_back('\\');
    line.push_back(letters[which]);
  } else if (static_cast<unsigned char>(first) < 0x20) {
    static constexpr char hex[] = "0123456789abcdef";
    const char code[] = {'\\', 'u', '0', '0', hex[first >> 4], hex[first & 15]};
    line.append(code, sizeof code);
  } else {
    line.append(text.substr(0, size));
  }
  return size;
}

}  // namespace

void append_json_string(std::string& line, std::string_view text) {
  line.push_back('"');
  while (!text.empty()) {
    std::size_t size = 0;
    while (size < text.size() && plain(text[size])) ++size;
    line.append(text.substr(0, size));
    text.remove_prefix(size);
    if (!text.empty()) text.remove_prefix(append_character(line, text));
  }
  line.push_back('"');
}

void append_json_number(std::string& line, double number) {
  if (std::isnan(number)) {
    line.append("\"NaN\"");
  } else if (std::isinf(number)) {
    line.append(number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  } else {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    line.append(digits, end);
  }
}

void append_base64(std::string& line, std::string_view bytes) {
  static constexpr char digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t j) {
      return j < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[j]))
                              : 0U;
    };
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    line.push_back(digits[group >> 18]);
    line.push_back(digits[group >> 12 & 63]);
    line.push_back(i + 1 < bytes.size() ? digits[group >> 6 & 63] : '=');
    line.push_back(i + 2 < bytes.size() ? digits[group & 63] : '=');
  }
}

}  // namespace senne::sinks
