// Any text as a configuration: it is sound, or one line says where it is not. What is sound is
// stored and reads back to the same bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/configuration/configuration.h"
#include "app/configuration/configuration_store.h"
#include "core/check.h"

namespace {

constexpr std::string_view own_name = "senne.yaml";

std::size_t digits(std::string_view text) {
  const auto end =
      std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return static_cast<std::size_t>(end - text.begin());
}

// file:line:column: and a space, where the file is the input or one that it names: a registry or a
// mapping, by its absolute path.
bool begins_with_a_place(std::string_view message) {
  if (!message.starts_with(own_name) && !message.starts_with('/')) return false;
  for (std::size_t at = message.find(':'); at != message.npos; at = message.find(':', at + 1)) {
    std::string_view rest = message.substr(at + 1);
    const std::size_t line = digits(rest);
    if (line == 0 || rest[0] == '0' || line == rest.size() || rest[line] != ':') continue;
    rest.remove_prefix(line + 1);
    const std::size_t column = digits(rest);
    if (column > 0 && rest[0] != '0' && rest.substr(column).starts_with(": ")) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const senne::app::Environment environment = {{"A", "a: [b"}, {"Q", "1"}};
  // Nothing lies in this folder; an absolute path may still lead to a file of the machine.
  const auto parsed =
      senne::app::parse_configuration(text, std::string(own_name), "/nowhere/at/all", environment);
  if (!parsed) {
    SENNE_CHECK(begins_with_a_place(parsed.error().message));
    SENNE_CHECK(parsed.error().message.find('\n') == std::string::npos);
    return 0;
  }
  senne::app::describe(*parsed);
  const std::string stored = senne::app::canonical_text(parsed->pipeline);
  const auto again = senne::app::parse_canonical(stored, "stored");
  SENNE_CHECK(again.has_value());
  SENNE_CHECK(senne::app::canonical_text(*again) == stored);
  return 0;
}
