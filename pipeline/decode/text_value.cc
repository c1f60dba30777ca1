#include "pipeline/decode/text_value.h"

#include <absl/strings/charconv.h>

#include <charconv>
#include <cmath>

namespace senne::decode {

std::optional<Value> number_in(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
    return std::nullopt;
  }
  if (text.front() == '+') {
    text.remove_prefix(1);
    if (text.empty() || text.front() == '-') return std::nullopt;
  }
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer);
      read.ec == std::errc{} && read.ptr == end) {
    return Value(integer);
  }
  std::uint64_t wide = 0;
  if (const auto read = std::from_chars(text.data(), end, wide);
      read.ec == std::errc{} && read.ptr == end) {
    return Value(wide);
  }
  double number = 0;
  const auto read = absl::from_chars(text.data(), end, number);
  const bool overflow = read.ec == std::errc::result_out_of_range && std::abs(number) > 1;
  if (read.ptr != end || read.ec == std::errc::invalid_argument || overflow) return std::nullopt;
  return Value(number);
}

std::optional<double> double_in(std::string_view text) {
  const auto number = number_in(text);
  if (!number) return std::nullopt;
  if (const auto* whole = std::get_if<std::int64_t>(&*number)) return static_cast<double>(*whole);
  if (const auto* wide = std::get_if<std::uint64_t>(&*number)) return static_cast<double>(*wide);
  return std::get<double>(*number);
}

bool read_text_value(std::string_view text, RawReading& reading, Decoded& out) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return false;
  text = text.substr(first, text.find_last_not_of(blanks) - first + 1);
  if (const auto number = number_in(text)) {
    reading.value = *number;
    return true;
  }
  reading.value = out.keep(text);
  return true;
}

}  // namespace senne::decode
