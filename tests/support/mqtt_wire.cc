#include "tests/support/mqtt_wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace senne::testing {

std::string two_bytes(std::size_t number) {
  return {static_cast<char>((number >> 8) & 0xFF), static_cast<char>(number & 0xFF)};
}

std::string mqtt_text(std::string_view text) { return two_bytes(text.size()) + std::string(text); }

std::string variable_integer(std::size_t number) {
  std::string encoded;
  do {
    const std::size_t low = number & 0x7F;
    number >>= 7;
    encoded.push_back(static_cast<char>(number > 0 ? low | 0x80 : low));
  } while (number > 0);
  return encoded;
}

std::string encode(PacketType type, std::uint8_t flags, std::string_view body) {
  std::string packet(1, static_cast<char>((static_cast<unsigned>(type) << 4) | flags));
  packet += variable_integer(body.size());
  packet += body;
  return packet;
}

std::uint16_t packet_id_at(std::string_view body, std::size_t offset) {
  if (body.size() < offset + 2) return 0;
  const auto high = static_cast<unsigned char>(body[offset]);
  const auto low = static_cast<unsigned char>(body[offset + 1]);
  return static_cast<std::uint16_t>((high << 8) | low);
}

MqttSocket::MqttSocket(MqttSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      buffered_(std::move(other.buffered_)),
      closed_(other.closed_) {}

MqttSocket& MqttSocket::operator=(MqttSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(buffered_, other.buffered_);
  std::swap(closed_, other.closed_);
  return *this;
}

MqttSocket::~MqttSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool MqttSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<Packet> MqttSocket::take_buffered() {
  std::size_t length = 0;
  std::size_t at = 1;
  for (unsigned shift = 0;; shift += 7, ++at) {
    if (at >= buffered_.size() || shift > 21) return std::nullopt;
    const auto byte = static_cast<unsigned char>(buffered_[at]);
    length |= static_cast<std::size_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) break;
  }
  ++at;
  if (buffered_.size() < at + length) return std::nullopt;
  const auto first = static_cast<unsigned char>(buffered_[0]);
  Packet packet{static_cast<PacketType>(first >> 4), static_cast<std::uint8_t>(first & 0x0F),
                buffered_.substr(at, length)};
  buffered_.erase(0, at + length);
  return packet;
}

std::optional<Packet> MqttSocket::receive(Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (true) {
    if (std::optional<Packet> packet = take_buffered()) return packet;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting{descriptor_, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    std::array<char, 65536> bytes;
    const ssize_t got = recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (got <= 0) {
      closed_ = true;
      return std::nullopt;
    }
    buffered_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

std::optional<MqttSocket> connect_to(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return std::nullopt;
  MqttSocket connection(descriptor);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::nullopt;
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connection;
}

}  // namespace senne::testing
