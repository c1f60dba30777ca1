#include "pipeline/normalise/utf8.h"

#include <simdjson.h>

namespace senne::normalise {

bool is_utf8_checked(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace senne::normalise
