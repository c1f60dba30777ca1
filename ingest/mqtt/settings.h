// What an operator may set about the MQTT session.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/time.h"

namespace senne::ingest {

struct MqttSettings {
  std::string url;  // mqtt://host:port, mqtts://host:port (ws and wss likewise)
  int version = 5;  // 5, or 3 for MQTT 3.1.1
  std::string client_id;
  std::string username;
  std::string password;
  struct {
    std::string ca;  // PEM files; empty: the system's store
    std::string certificate;
    std::string key;
  } tls;
  bool clean_start = false;
  Duration session_expiry = std::chrono::hours{24};
  std::uint16_t receive_maximum = 1000;
  Duration keepalive = std::chrono::seconds{60};
};

}  // namespace senne::ingest
