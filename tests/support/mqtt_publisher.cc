#include "tests/support/mqtt_publisher.h"

#include <fmt/format.h>

namespace senne::testing {
namespace {

constexpr std::uint64_t window = 500;
constexpr std::size_t unsent_max = 32 * 1024;
constexpr Duration patience = std::chrono::seconds{10};
constexpr char protocol_level = 5;

}  // namespace

Result<MqttPublisher> MqttPublisher::connect(int port, const std::string& client_id,
                                             const std::string& username,
                                             const std::string& password) {
  std::optional<MqttSocket> socket = connect_to(port);
  if (!socket) return fail(ErrorKind::failed, fmt::format("nobody listens on port {}", port));
  int flags = 0x02;  // clean start
  if (!username.empty()) flags |= 0x80;
  if (!password.empty()) flags |= 0x40;
  std::string body = mqtt_text("MQTT");
  body.push_back(protocol_level);
  body.push_back(static_cast<char>(flags));
  body += two_bytes(0);         // no keep-alive
  body += variable_integer(0);  // no properties
  body += mqtt_text(client_id);
  if (!username.empty()) body += mqtt_text(username);
  if (!password.empty()) body += mqtt_text(password);
  socket->send(encode(PacketType::connect, 0, body));
  const std::optional<Packet> answer = socket->receive(patience);
  if (!answer || answer->type != PacketType::connack || answer->body.size() < 2 ||
      answer->body[1] != 0) {
    return fail(ErrorKind::failed, "the broker does not accept the publisher");
  }
  return MqttPublisher(std::move(*socket));
}

Result<void> MqttPublisher::publish(std::string_view topic, std::string_view payload,
                                    const PublishOptions& options) {
  std::string body = mqtt_text(topic);
  if (options.qos == 1) body += two_bytes(++published_ % 65535 + 1);
  std::string properties;
  for (const auto& [key, value] : options.user_properties) {
    properties.push_back(0x26);
    properties += mqtt_text(key) + mqtt_text(value);
  }
  body += variable_integer(properties.size()) + properties;
  body += payload;
  const int flags = (options.qos << 1) | (options.retain ? 1 : 0);
  unsent_ += encode(PacketType::publish, static_cast<std::uint8_t>(flags), body);
  if (published_ - acknowledged_ >= window) return await_acknowledgements(window / 2);
  if (unsent_.size() >= unsent_max) return flush();
  return {};
}

Result<void> MqttPublisher::drain() { return await_acknowledgements(0); }

Result<void> MqttPublisher::flush() {
  if (!socket_.send(unsent_)) {
    return fail(ErrorKind::failed, fmt::format("the publisher's connection broke after {} of {}",
                                               acknowledged_, published_));
  }
  unsent_.clear();
  return {};
}

Result<void> MqttPublisher::await_acknowledgements(std::uint64_t in_flight_max) {
  if (Result<void> sent = flush(); !sent) return sent;
  while (published_ - acknowledged_ > in_flight_max) {
    const std::optional<Packet> packet = socket_.receive(patience);
    if (!packet) {
      return fail(ErrorKind::failed, fmt::format("the broker acknowledged {} of {} and no more",
                                                 acknowledged_, published_));
    }
    if (packet->type == PacketType::puback) ++acknowledged_;
  }
  return {};
}

}  // namespace senne::testing
