#include "pipeline/decode/json_fault.h"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <vector>

namespace senne::decode {
namespace {

// The length of the UTF-8 sequence at `at`, by the table of RFC 3629; nothing if it is not one.
std::optional<std::size_t> sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) -> unsigned {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
  };
  const auto continues = [&](std::size_t offset, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(offset) >= low && byte(offset) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF && continues(1)) return 2;
  if (first >= 0xE0 && first <= 0xEF &&
      continues(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && continues(2)) {
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4 &&
      continues(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && continues(2) &&
      continues(3)) {
    return 4;
  }
  return std::nullopt;
}

// Reads strict JSON with a stack of its own, so that depth costs memory and not the thread's stack.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // What was expected at `at()`; nullptr if the text is JSON.
  const char* read() {
    while (true) {
      if (const char* const fault = value()) return fault;
      while (opened_) {
        // A container was just entered: its first member, or its end.
        opened_ = false;
        skip_space();
        if (peek() == closing()) {
          ++at_;
          open_.pop_back();
          break;
        }
        if (open_.back() == '{') {
          if (const char* const fault = name()) return fault;
        }
        if (const char* const fault = value()) return fault;
      }
      bool more = false;
      while (!open_.empty() && !more) {
        skip_space();
        if (peek() == closing()) {
          ++at_;
          open_.pop_back();
        } else if (peek() == ',') {
          ++at_;
          skip_space();
          if (open_.back() == '{') {
            if (const char* const fault = name()) return fault;
          }
          more = true;
        } else {
          return open_.back() == '{' ? "',' or '}'" : "',' or ']'";
        }
      }
      if (!more) break;
    }
    skip_space();
    return at_ == text_.size() ? nullptr : "the end of the text";
  }
  std::size_t at() const { return at_; }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char closing() const { return open_.back() == '{' ? '}' : ']'; }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  bool digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin;
  }

  const char* value() {
    skip_space();
    switch (peek()) {
      case '{':
      case '[':
        open_.push_back(text_[at_++]);
        opened_ = true;
        return nullptr;
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }
  const char* word(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return "a value";
    at_ += expected.size();
    return nullptr;
  }
  const char* number() {
    const bool negative = peek() == '-';
    if (negative) ++at_;
    if (peek() == '0') {
      ++at_;
    } else if (!digits()) {
      return negative ? "a digit" : "a value";
    }
    if (peek() == '.') {
      ++at_;
      if (!digits()) return "a digit";
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return "a digit";
    }
    return nullptr;
  }
  const char* name() {
    if (peek() != '"') return "a member name in quotes";
    if (const char* const fault = string()) return fault;
    skip_space();
    if (peek() != ':') return "':'";
    ++at_;
    return nullptr;
  }
  const char* string() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return nullptr;
      }
      if (static_cast<unsigned char>(c) < 0x20) return "no control character in a text";
      if (c == '\\') {
        ++at_;
        if (peek() == 'u') {
          for (int i = 0; i < 4; ++i) {
            ++at_;
            if (peek() == '\0' ||
                std::string_view("0123456789abcdefABCDEF").find(peek()) == std::string_view::npos) {
              return "four hexadecimal digits";
            }
          }
        } else if (peek() == '\0' ||
                   std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos) {
          return "an escape of JSON";
        }
      }
    }
    return "the closing quote of a text";
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<char> open_;
  bool opened_ = false;
};

}  // namespace

std::string describe_fault(std::string_view json) {
  for (std::size_t at = 0; at < json.size();) {
    const auto length = sequence_length(json, at);
    if (!length) {
      return fmt::format("expected UTF-8, found byte 0x{:02X} at byte {} of {}",
                         static_cast<unsigned char>(json[at]), at, json.size());
    }
    at += *length;
  }
  const std::size_t skipped = json.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  Reader reader(json.substr(skipped));
  const char* const expected = reader.read();
  if (expected == nullptr) return "expected JSON that can be represented (surrogates in pairs)";
  const std::size_t at = skipped + reader.at();
  if (at >= json.size()) return fmt::format("expected {}, found the end at byte {}", expected, at);
  return fmt::format("expected {} at byte {} of {}", expected, at, json.size());
}

}  // namespace senne::decode
