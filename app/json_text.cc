#include "app/json_text.h"

#include <fmt/format.h>

#include <cmath>

#include "sinks/json_scalars.h"

namespace senne::app {

std::string json_string(std::string_view text) {
  std::string json;
  sinks::append_json_string(json, text);
  return json;
}

std::string json_number(double number) {
  if (!std::isfinite(number)) return "null";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace senne::app
