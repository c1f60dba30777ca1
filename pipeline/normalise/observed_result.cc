#include "pipeline/normalise/observed_result.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "pipeline/normalise/utf8.h"

namespace senne::normalise {
namespace {

using Outcome = tl::expected<ObservedResult, DeadLetterReason>;

constexpr auto bad_value = [] { return tl::unexpected(DeadLetterReason::bad_value); };

struct Word {
  std::string_view property;  // empty: any flag
  std::string_view word;
  bool flag;
};
constexpr Word words[] = {
    {"", "true", true},
    {"", "false", false},
    {"", "on", true},
    {"", "off", false},
    {"", "yes", true},
    {"", "no", false},
    {"", "1", true},
    {"", "0", false},
    {"door_open", "open", true},
    {"door_open", "opened", true},
    {"door_open", "closed", false},
    {"door_open", "close", false},
    {"parking_occupied", "occupied", true},
    {"parking_occupied", "busy", true},
    {"parking_occupied", "free", false},
    {"parking_occupied", "vacant", false},
    {"water_leak", "leak", true},
    {"water_leak", "wet", true},
    {"water_leak", "dry", false},
};

bool equal_but_for_case(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

std::optional<bool> flag_word(std::string_view property, std::string_view text) {
  for (const Word& word : words) {
    if ((word.property.empty() || word.property == property) &&
        equal_but_for_case(text, word.word)) {
      return word.flag;
    }
  }
  return std::nullopt;
}

std::optional<double> decimal(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  // from_chars would take `inf` and `nan` too.
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> number_in(const Value& value) {
  switch (value.index()) {
    case 0:
      return std::get<double>(value);
    case 1:
      return static_cast<double>(std::get<std::int64_t>(value));
    case 2:
      return static_cast<double>(std::get<std::uint64_t>(value));
    default:
      return std::nullopt;
  }
}

Outcome as_number(const Meaning& meaning, const Value& value) {
  if (const bool* flag = std::get_if<bool>(&value)) {
    if (!meaning.alias) return bad_value();
    return ObservedResult{*flag, true};
  }
  if (meaning.bad) return tl::unexpected(*meaning.bad);
  const auto* text = std::get_if<std::string_view>(&value);
  const std::optional<double> number = text != nullptr ? decimal(*text) : number_in(value);
  if (!number) return bad_value();
  const double converted = meaning.conversion(*number);
  if (!std::isfinite(converted)) return bad_value();
  return ObservedResult{converted};
}

template <class Integer>
Outcome raw_integer(Integer integer) {
  constexpr std::int64_t exact = 1LL << 53;
  if (std::cmp_greater_equal(integer, -exact) && std::cmp_less_equal(integer, exact)) {
    return ObservedResult{static_cast<double>(integer)};
  }
  Digits digits{};
  const auto [end, error] = std::to_chars(
      digits.characters.data(), digits.characters.data() + digits.characters.size(), integer);
  if (error != std::errc{}) return bad_value();
  digits.size = static_cast<std::size_t>(end - digits.characters.data());
  return ObservedResult{digits};
}

Outcome as_sent(const Value& value) {
  switch (value.index()) {
    case 0: {
      const double number = std::get<double>(value);
      if (!std::isfinite(number)) return bad_value();
      return ObservedResult{number};
    }
    case 1:
      return raw_integer(std::get<std::int64_t>(value));
    case 2:
      return raw_integer(std::get<std::uint64_t>(value));
    case 3:
      return ObservedResult{std::get<bool>(value)};
    default: {
      const auto text = std::get<std::string_view>(value);
      if (text.size() > text_bytes_max) return tl::unexpected(DeadLetterReason::limit);
      if (!is_utf8(text)) return bad_value();
      return ObservedResult{text};
    }
  }
}

Outcome as_flag(const Meaning& meaning, const Value& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return ObservedResult{*flag};
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    const auto flag = flag_word(meaning.property->name, *text);
    if (flag) return ObservedResult{*flag};
  } else if (const auto number = number_in(value); *number == 0 || *number == 1) {
    return ObservedResult{*number == 1};
  }
  if (!meaning.alias) return bad_value();
  Outcome sent = as_sent(value);
  if (sent) sent->raw = true;
  return sent;
}

}  // namespace

Outcome observed_result(const Meaning& meaning, const Value& value) {
  if (meaning.property == nullptr) {
    if (meaning.bad) return tl::unexpected(*meaning.bad);
    return as_sent(value);
  }
  return meaning.property->kind == PropertyKind::flag ? as_flag(meaning, value)
                                                      : as_number(meaning, value);
}

}  // namespace senne::normalise
