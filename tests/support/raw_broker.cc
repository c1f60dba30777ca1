#include "tests/support/raw_broker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/check.h"

namespace senne::testing {
namespace {

constexpr std::chrono::seconds patience{10};

}  // namespace

RawBroker::RawBroker() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  SENNE_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  SENNE_CHECK(listen(listener_, 4) == 0);
  SENNE_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
}

RawBroker::~RawBroker() { close(listener_); }

bool RawBroker::accept_client(bool session_present, std::string_view followed_by) {
  pollfd waiting{listener_, POLLIN, 0};
  const auto milliseconds = std::chrono::milliseconds{patience}.count();
  if (poll(&waiting, 1, static_cast<int>(milliseconds)) <= 0) return false;
  client_.emplace(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
  const std::optional<Packet> packet = next(patience);
  if (!packet || packet->type != PacketType::connect) return false;
  connect_body_ = packet->body;
  const std::string answer{session_present ? '\1' : '\0', '\0', '\0'};
  return client_->send(encode(PacketType::connack, 0, answer) + std::string(followed_by));
}

bool RawBroker::grant(const std::vector<int>& codes) {
  const std::optional<Packet> packet = next(patience);
  if (!packet || packet->type != PacketType::subscribe) return false;
  subscribe_body_ = packet->body;
  std::string body = packet->body.substr(0, 2);
  body.push_back('\0');  // no properties
  for (const int code : codes) body.push_back(static_cast<char>(code));
  return client_->send(encode(PacketType::suback, 0, body));
}

std::string RawBroker::publish_packet(std::string_view topic, std::string_view payload,
                                      std::uint16_t packet_id, bool duplicate) {
  std::string body = mqtt_text(topic) + two_bytes(packet_id);
  body.push_back('\0');  // no properties
  body += payload;
  const int flags = 0x02 | (duplicate ? 0x08 : 0);
  return encode(PacketType::publish, static_cast<std::uint8_t>(flags), body);
}

void RawBroker::disconnect_client(int reason) {
  client_->send(encode(PacketType::disconnect, 0, std::string{static_cast<char>(reason), '\0'}));
}

std::optional<Packet> RawBroker::next(Duration wait) {
  const auto until = std::chrono::steady_clock::now() + wait;
  while (client_) {
    std::optional<Packet> packet = client_->receive(until - std::chrono::steady_clock::now());
    if (!packet || packet->type != PacketType::pingreq) return packet;
    client_->send(encode(PacketType::pingresp, 0, ""));
  }
  return std::nullopt;
}

}  // namespace senne::testing
