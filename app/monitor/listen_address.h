// Where the operators' endpoint listens, as text and as its parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace senne::monitor {

struct ListenAddress {
  std::string host = "127.0.0.1";  // a name, or an IP address; IPv6 without brackets
  std::uint16_t port = 9464;       // 0: any free one

  std::string text() const;  // 127.0.0.1:9464, [::1]:9464
};

// host:port, an IPv6 address in brackets. Nothing for what is not plainly that.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace senne::monitor
