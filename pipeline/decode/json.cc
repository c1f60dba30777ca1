#include "pipeline/decode/json.h"

#include <absl/strings/charconv.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/check.h"
#include "pipeline/decode/json_fault.h"

namespace senne::decode {
namespace {

constexpr std::size_t initial_capacity = 16 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
// Stands, repeated, for a number that no double can hold. DEL does not occur in what devices send.
constexpr char beyond_mark = '\x7F';

bool number_character(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Appends a number token in a form that the parser takes, if the token has the form of a number.
void append_number(std::string_view token, std::string& to) {
  const bool integer = token.find_first_of(".eE") == std::string_view::npos;
  double value = 0;
  const auto [end, error] = absl::from_chars(token.data(), token.data() + token.size(), value,
                                             absl::chars_format::general);
  if (end != token.data() + token.size()) {
    to.append(token);  // not a number: the parser will say so
  } else if (error == std::errc::result_out_of_range && std::abs(value) > 1) {
    to.append({'"', beyond_mark, '"'});
  } else {
    to.append(token);
    std::int64_t narrow = 0;
    std::uint64_t wide = 0;
    if (integer &&
        std::from_chars(token.data(), token.data() + token.size(), narrow).ec != std::errc{} &&
        std::from_chars(token.data(), token.data() + token.size(), wide).ec != std::errc{}) {
      to.append(".0");
    }
  }
}

// `json` with every number that the parser would refuse for its size replaced.
void repair_numbers(std::string_view json, std::string& repaired) {
  repaired.clear();
  for (std::size_t at = 0; at < json.size();) {
    const std::size_t begin = at;
    if (json[at] == '"') {
      for (++at; at < json.size() && json[at] != '"'; ++at) {
        if (json[at] == '\\') ++at;
      }
      at = std::min(at + 1, json.size());
      repaired.append(json.substr(begin, at - begin));
    } else if (json[at] == '-' || (json[at] >= '0' && json[at] <= '9')) {
      while (at < json.size() && number_character(json[at])) ++at;
      append_number(json.substr(begin, at - begin), repaired);
    } else {
      repaired.push_back(json[at++]);
    }
  }
}

}  // namespace

JsonParser::JsonParser(const RouteLimits& limits) : depth_(limits.depth) {
  // The parser counts the document itself as a level.
  const auto error = parser_.allocate(std::min(initial_capacity, limits.payload_bytes), depth_ + 1);
  SENNE_CHECK(error == simdjson::SUCCESS);
}

simdjson::error_code JsonParser::read(std::string_view json, element& root) {
  return parser_.parse(json.data(), json.size(), false).get(root);
}

tl::expected<element, NotDecoded> JsonParser::parse(const Message& message) {
  static_assert(payload_padding >= simdjson::SIMDJSON_PADDING);
  std::string_view json = message.payload;
  if (json.starts_with(byte_order_mark)) json.remove_prefix(byte_order_mark.size());
  element root;
  auto error = json.empty() ? simdjson::EMPTY : read(json, root);
  if (error == simdjson::NUMBER_ERROR) {
    repair_numbers(json, repaired_);
    const std::size_t size = repaired_.size();
    repaired_.append(payload_padding, ' ');
    error = read(std::string_view(repaired_).substr(0, size), root);
  }
  if (error == simdjson::SUCCESS) return root;
  if (error == simdjson::DEPTH_ERROR) {
    return rejected(DeadLetterReason::too_deep,
                    "expected at most " + std::to_string(depth_) + " levels of nesting");
  }
  return rejected(DeadLetterReason::malformed, describe_fault(message.payload));
}

tl::expected<object, NotDecoded> JsonParser::parse_object(const Message& message) {
  const auto root = parse(message);
  if (!root) return tl::unexpected(root.error());
  object fields;
  if (root->get(fields) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed, "expected a JSON object at byte 0");
  }
  return fields;
}

bool beyond_double(std::string_view text) { return text.size() == 1 && text[0] == beyond_mark; }

std::optional<element> member(object from, std::string_view name) {
  element value;
  if (from.at_key(name).get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

std::optional<std::string_view> text_member(object from, std::string_view name) {
  std::string_view text;
  if (from.at_key(name).get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<object> object_member(object from, std::string_view name) {
  object value;
  if (from.at_key(name).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<array> array_member(object from, std::string_view name) {
  array value;
  if (from.at_key(name).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<double> number_member(object from, std::string_view name) {
  const auto value = member(from, name);
  return value ? as_number(*value) : std::nullopt;
}

bool true_member(object from, std::string_view name) {
  bool flag = false;
  const auto value = member(from, name);
  return value && value->get(flag) == simdjson::SUCCESS && flag;
}

std::optional<double> as_number(element value) {
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

std::optional<Value> as_value(element value, Decoded& out) {
  switch (value.type()) {
    case element_type::INT64:
      return Value(std::int64_t{value});
    case element_type::UINT64:
      return Value(std::uint64_t{value});
    case element_type::DOUBLE:
      return Value(double{value});
    case element_type::BOOL:
      return Value(bool{value});
    case element_type::STRING: {
      const std::string_view text = value;
      if (beyond_double(text)) return std::nullopt;
      return Value(out.keep(text));
    }
    case element_type::ARRAY:
    case element_type::OBJECT:
    case element_type::NULL_VALUE:
      break;
  }
  return std::nullopt;
}

namespace {

template <class Integer>
std::string_view keep_digits(Integer value, Decoded& out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return out.keep({digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace

std::string_view keep_integer(std::int64_t value, Decoded& out) { return keep_digits(value, out); }
std::string_view keep_integer(std::uint64_t value, Decoded& out) { return keep_digits(value, out); }

std::string_view keep_counter(const Value& value, Decoded& out) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return *whole < 0 ? std::string_view{} : keep_digits(*whole, out);
  }
  if (const auto* wide = std::get_if<std::uint64_t>(&value)) return keep_digits(*wide, out);
  if (const auto* number = std::get_if<double>(&value)) {
    constexpr double exact_integers = 9007199254740992.0;  // 2^53
    const bool integral =
        *number >= 0 && *number <= exact_integers && std::floor(*number) == *number;
    return integral ? keep_digits(static_cast<std::uint64_t>(*number), out) : std::string_view{};
  }
  const auto* text = std::get_if<std::string_view>(&value);
  if (text == nullptr || text->empty() || text->size() > 20) return {};
  const bool digits =
      std::all_of(text->begin(), text->end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? out.keep(*text) : std::string_view{};
}

std::string_view keep_counter(element value, Decoded& out) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return keep_counter(Value(text), out);
  const auto number = as_value(value, out);
  return number ? keep_counter(*number, out) : std::string_view{};
}

tl::unexpected<NotDecoded> suppressed(SuppressedReason reason) {
  return tl::unexpected<NotDecoded>(Suppressed{reason});
}

tl::unexpected<NotDecoded> rejected(DeadLetterReason reason, std::string detail) {
  return tl::unexpected<NotDecoded>(Rejected{reason, std::move(detail)});
}

tl::unexpected<NotDecoded> too_many_readings(std::size_t limit) {
  return rejected(DeadLetterReason::limit,
                  "expected at most " + std::to_string(limit) + " readings in a message");
}

tl::unexpected<NotDecoded> wrong_device(std::string_view of_topic, std::string_view where,
                                        std::string_view found) {
  std::string detail("expected device ");
  detail.append(of_topic)
      .append(" of the topic at ")
      .append(where)
      .append(", found ")
      .append(found);
  return rejected(DeadLetterReason::identity_mismatch, std::move(detail));
}

}  // namespace senne::decode
