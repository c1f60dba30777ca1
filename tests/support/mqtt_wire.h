// MQTT 5 packets over a TCP socket, as little as the tests need to play a client or a broker
// without a client library: Paho has one lock and one receive thread a process, so a second Paho
// client in the test would stand still whenever the one under test does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace senne::testing {

enum class PacketType : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  subscribe = 8,
  suback = 9,
  unsubscribe = 10,
  unsuback = 11,
  pingreq = 12,
  pingresp = 13,
  disconnect = 14,
};

struct Packet {
  PacketType type{};
  std::uint8_t flags = 0;
  std::string body;
};

std::string two_bytes(std::size_t number);
std::string mqtt_text(std::string_view text);
std::string variable_integer(std::size_t number);
std::string encode(PacketType type, std::uint8_t flags, std::string_view body);
std::uint16_t packet_id_at(std::string_view body, std::size_t offset);

// THREAD  one.
class MqttSocket {
 public:
  explicit MqttSocket(int descriptor) : descriptor_(descriptor) {}
  MqttSocket(MqttSocket&& other) noexcept;
  MqttSocket& operator=(MqttSocket&& other) noexcept;
  MqttSocket(const MqttSocket&) = delete;
  MqttSocket& operator=(const MqttSocket&) = delete;
  ~MqttSocket();

  bool send(std::string_view bytes);
  // The next packet; nothing after `patience`, or when the peer closed, see `closed`.
  std::optional<Packet> receive(Duration patience);
  bool closed() const { return closed_; }

 private:
  std::optional<Packet> take_buffered();

  int descriptor_ = -1;
  std::string buffered_;
  bool closed_ = false;
};

// A connection to 127.0.0.1; nothing when nobody listens.
std::optional<MqttSocket> connect_to(int port);

}  // namespace senne::testing
