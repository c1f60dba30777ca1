// A configuration to start from in tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "app/configuration/configuration.h"
#include "tests/support/temporary_folder.h"

namespace senne::app {

using test::TemporaryFolder;

// The smallest that works, 8 lines; more can be appended.
inline const std::string smallest =
    "instance: test-1\n"
    "mqtt:\n"
    "  url: mqtt://broker:1883\n"
    "kafka: {bootstrap_servers: \"k1:9092\"}\n"
    "routes:\n"
    "  - name: lora\n"
    "    topic: v3/+/devices/+/up\n"
    "    format: tts-v3\n";

inline Result<Configuration> parse(std::string_view text, const Environment& environment = {},
                                   const std::string& folder = "/nowhere") {
  return parse_configuration(text, "senne.yaml", folder, environment);
}

// The error, or what says that there was none.
inline std::string error_of(std::string_view text, const Environment& environment = {},
                            const std::string& folder = "/nowhere") {
  const auto parsed = parse(text, environment, folder);
  if (parsed) return "no error";
  EXPECT_EQ(parsed.error().kind, ErrorKind::configuration);
  EXPECT_EQ(parsed.error().message.find('\n'), std::string::npos) << parsed.error().message;
  return parsed.error().message;
}

}  // namespace senne::app
