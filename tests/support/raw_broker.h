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

  // Accepts a connection and answers its CONNECT; `followed_by` leaves with the answer in one
  // piece. False after 10 s.
  bool accept_client(bool session_present, std::string_view followed_by = {});
  // The body of that CONNECT.
  const std::string& connect_body() const { return connect_body_; }
  // Answers a SUBSCRIBE with these codes. False when something else arrives for 10 s.
  bool grant(const std::vector<int>& codes);
  // The body of that SUBSCRIBE.
  const std::string& subscribe_body() const { return subscribe_body_; }

  // A PUBLISH with QoS 1.
  static std::string publish_packet(std::string_view topic, std::string_view payload,
                                    std::uint16_t packet_id, bool duplicate = false);
  void send(std::string_view bytes) { client_->send(bytes); }
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
  std::string connect_body_;
  std::string subscribe_body_;
};

}  // namespace senne::testing
