// A broker that a test plays by hand, packet by packet: it sees every byte that a client sends, and
// when. Speaks MQTT 5 to one client at a time.
//
// THREAD  one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/mqtt_wire.h"

namespace senne::testing {

class RawBroker {
 public:
  RawBroker();
  ~RawBroker();
  RawBroker(const RawBroker&) = delete;
  RawBroker& operator=(const RawBroker&) = delete;

  int port() const { return port_; }

  // Accepts a connection and answers its CONNECT. False after 10 s.
  bool accept_client(bool session_present);
  // Answers a SUBSCRIBE with these codes. False when something else arrives for 10 s.
  bool grant(const std::vector<int>& codes);
  void publish(std::string_view topic, std::string_view payload, std::uint16_t packet_id,
               bool duplicate = false);
  // MQTT 5 DISCONNECT with a reason.
  void disconnect_client(int reason);
  void drop_client() { client_.reset(); }

  // The next packet of the client that is no PINGREQ.
  std::optional<Packet> next(Duration patience);
  bool client_gone() const { return !client_ || client_->closed(); }

 private:
  int listener_ = -1;
  int port_ = 0;
  std::optional<MqttSocket> client_;
};

}  // namespace senne::testing
