#include "ingest/mqtt/broker_address.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace senne::ingest {
namespace {

struct Scheme {
  std::string_view name;
  std::string_view paho;
  int port;
  bool tls;
};

constexpr std::array schemes = {
    Scheme{"mqtt://", "tcp://", 1883, false},
    Scheme{"mqtts://", "ssl://", 8883, true},
    Scheme{"ws://", "ws://", 80, false},
    Scheme{"wss://", "wss://", 443, true},
};

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port < 65536;
}

}  // namespace

Result<BrokerAddress> parse_broker_address(std::string_view url) {
  if (url.find('@') != std::string_view::npos) {
    return fail(ErrorKind::configuration,
                "mqtt.url: expected no user or password in it; they belong into mqtt.username and "
                "mqtt.password");
  }
  for (const Scheme& scheme : schemes) {
    if (!url.starts_with(scheme.name)) continue;
    std::string_view rest = url.substr(scheme.name.size());
    const std::size_t slash = rest.find('/');
    std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash);
    rest = rest.substr(0, slash);
    if (scheme.paho != scheme.name) path = "";   // only web sockets have one
    const std::size_t bracket = rest.find(']');  // the end of an IPv6 address
    const std::size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const std::string_view host = rest.substr(0, colon);
    const std::string port = colon == std::string_view::npos ? std::to_string(scheme.port)
                                                             : std::string(rest.substr(colon + 1));
    if (host.empty() || !is_port(port)) break;
    BrokerAddress address;
    address.endpoint = fmt::format("{}:{}", host, port);
    address.uri = fmt::format("{}{}{}", scheme.paho, address.endpoint, path);
    address.tls = scheme.tls;
    return address;
  }
  return fail(ErrorKind::configuration,
              fmt::format("mqtt.url: \"{}\" is no broker address; expected mqtt://host:port or "
                          "mqtts://host:port",
                          url));
}

}  // namespace senne::ingest
