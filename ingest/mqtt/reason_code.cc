#include "ingest/mqtt/reason_code.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace senne::ingest {
namespace {

struct Reason {
  int code;
  std::string_view text;
};

constexpr std::array reasons = {
    Reason{0x80, "unspecified error"},
    Reason{0x81, "malformed packet"},
    Reason{0x82, "protocol error"},
    Reason{0x83, "implementation specific error"},
    Reason{0x84, "the broker does not speak this MQTT version"},
    Reason{0x85, "client id not valid"},
    Reason{0x86, "bad user name or password"},
    Reason{0x87, "not authorised"},
    Reason{0x88, "server unavailable"},
    Reason{0x89, "server busy"},
    Reason{0x8A, "banned"},
    Reason{0x8B, "server shutting down"},
    Reason{0x8C, "bad authentication method"},
    Reason{0x8D, "keep alive time-out"},
    Reason{0x8E, "session taken over by another client with the same client id"},
    Reason{0x8F, "topic filter invalid"},
    Reason{0x93, "receive maximum exceeded"},
    Reason{0x95, "packet too large"},
    Reason{0x96, "message rate too high"},
    Reason{0x97, "quota exceeded"},
    Reason{0x98, "administrative action"},
    Reason{0x9B, "QoS not supported"},
    Reason{0x9C, "use another server"},
    Reason{0x9D, "server moved"},
    Reason{0x9E, "shared subscriptions not supported"},
    Reason{0x9F, "connection rate exceeded"},
    Reason{0xA0, "maximum connect time"},
    Reason{0xA2, "wildcard subscriptions not supported"},
};

constexpr std::array<std::string_view, 6> connect_return_codes = {
    "accepted",
    "the broker does not speak this MQTT version",
    "client id rejected",
    "server unavailable",
    "bad user name or password",
    "not authorised"};

}  // namespace

std::string describe_reason(int code) {
  for (const Reason& reason : reasons) {
    if (reason.code == code) return fmt::format("{} (0x{:02X})", reason.text, code);
  }
  return fmt::format("reason 0x{:02X}", code);
}

std::string describe_connect_return_code(int code) {
  if (code < 0 || code >= static_cast<int>(connect_return_codes.size())) {
    return fmt::format("return code {}", code);
  }
  return fmt::format("{} (return code {})", connect_return_codes[static_cast<std::size_t>(code)],
                     code);
}

}  // namespace senne::ingest
