// Any text as a configuration: it is sound, or one line says where it is not. What is sound is
// stored and reads back to the same bytes.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/configuration/configuration.h"
#include "app/configuration/configuration_store.h"
#include "core/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const senne::app::Environment environment = {{"A", "a: [b"}, {"Q", "1"}};
  // No file is named below this folder: what is read is the input alone.
  const auto parsed =
      senne::app::parse_configuration(text, "senne.yaml", "/nowhere/at/all", environment);
  if (!parsed) {
    SENNE_CHECK(parsed.error().message.starts_with("senne.yaml:"));
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
