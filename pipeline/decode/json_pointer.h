// JSON Pointers (RFC 6901), compiled once and followed without allocation.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/decode/json.h"

namespace senne::decode {

class JsonPointer {
 public:
  // Nothing if `text` is not a pointer: empty, or tokens each begun by `/`, with `~` only as `~0`
  // and
  // `~1`.
  static std::optional<JsonPointer> parse(std::string_view text);

  // What stands there; nothing where the place does not exist or holds null.
  std::optional<element> follow(element from) const;

  const std::string& text() const { return text_; }

 private:
  struct Token {
    std::string member;
    std::optional<std::size_t> index;  // the same token as the index of an array
  };
  std::string text_;
  std::vector<Token> tokens_;
};

}  // namespace senne::decode
