#include "pipeline/decode/json_pointer.h"

#include <charconv>

namespace senne::decode {

std::optional<JsonPointer> JsonPointer::parse(std::string_view text) {
  JsonPointer pointer;
  pointer.text_ = text;
  if (!text.empty() && text.front() != '/') return std::nullopt;
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view raw = text.substr(0, text.find('/'));
    text.remove_prefix(raw.size());
    Token token;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '~') {
        token.member.push_back(raw[i]);
        continue;
      }
      ++i;
      if (i == raw.size() || (raw[i] != '0' && raw[i] != '1')) return std::nullopt;
      token.member.push_back(raw[i] == '0' ? '~' : '/');
    }
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), index);
    const bool leading_zero = raw.size() > 1 && raw.front() == '0';
    if (error == std::errc{} && end == raw.data() + raw.size() && !leading_zero) {
      token.index = index;
    }
    pointer.tokens_.push_back(std::move(token));
  }
  return pointer;
}

std::optional<element> JsonPointer::follow(element from) const {
  for (const auto& token : tokens_) {
    object fields;
    array items;
    if (from.get(fields) == simdjson::SUCCESS) {
      if (fields.at_key(token.member).get(from) != simdjson::SUCCESS) return std::nullopt;
    } else if (token.index && from.get(items) == simdjson::SUCCESS) {
      if (items.at(*token.index).get(from) != simdjson::SUCCESS) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  if (from.is_null()) return std::nullopt;
  return from;
}

}  // namespace senne::decode
