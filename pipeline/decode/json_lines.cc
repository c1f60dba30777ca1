#include "pipeline/decode/json_lines.h"

namespace senne::decode {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

}  // namespace

bool is_json_lines(std::string_view text) {
  const std::string_view first = take_json_line(text);
  if (!first.starts_with('{') || !first.ends_with('}')) return false;
  const auto next = text.find_first_not_of(blanks);
  return next != std::string_view::npos && text[next] == '{';
}

std::string_view take_json_line(std::string_view& text) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (!line.empty()) return line;
  }
  return {};
}

}  // namespace senne::decode
