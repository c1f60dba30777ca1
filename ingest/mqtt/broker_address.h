// The broker's URL as an operator writes it, taken apart.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace senne::ingest {

struct BrokerAddress {
  std::string uri;       // as Paho wants it: tcp://, ssl://, ws://, wss://, always with a port
  std::string endpoint;  // host:port, for people
  bool tls = false;
};

// `mqtt://host[:port]` (port 1883), `mqtts://` (8883), `ws://` (80), `wss://` (443), the last two
// with a path. ErrorKind::configuration for anything else; user and password have keys of their own
// and are refused here, without repeating them.
Result<BrokerAddress> parse_broker_address(std::string_view url);

}  // namespace senne::ingest
