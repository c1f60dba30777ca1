#include "app/monitor/http_connections.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace senne::monitor {
namespace {

using namespace std::chrono_literals;

constexpr int poll_ms = 100;
// After an accept that failed for want of descriptors or memory.
constexpr Duration rest = 100ms;
// For the other side to take the answer and close.
constexpr Duration drain_patience = 1s;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Duration HttpConnections::do_work() {
  const bool room = connections_.size() < connections_max;
  polled_.clear();
  polled_.push_back({listener_.get(), static_cast<short>(room ? POLLIN : 0), 0});
  for (const Connection& connection : connections_) {
    const bool writes = connection.stage == Stage::writing;
    polled_.push_back({connection.socket.get(), static_cast<short>(writes ? POLLOUT : POLLIN), 0});
  }
  ::poll(polled_.data(), polled_.size(), poll_ms);
  const Duration now = clock_.monotonic();
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    if (polled_[i + 1].revents != 0) step(connections_[i], now);
  }
  std::erase_if(connections_, [&](const Connection& connection) {
    return connection.stage == Stage::over || now >= connection.until;
  });
  const bool accepted = polled_[0].revents == 0 || accept_waiting(now);
  return accepted ? Duration::zero() : rest;
}

bool HttpConnections::accept_waiting(Duration now) {
  while (connections_.size() < connections_max) {
    Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return would_block() || errno == ECONNABORTED;
    connections_.push_back({.socket = std::move(socket), .until = now + patience_});
  }
  return true;
}

void HttpConnections::step(Connection& connection, Duration now) {
  if (connection.stage != Stage::writing) read(connection);
  if (connection.stage == Stage::writing) write(connection, now);
}

void HttpConnections::read(Connection& connection) {
  std::array<char, 4096> bytes;
  const ssize_t got = ::recv(connection.socket.get(), bytes.data(), bytes.size(), 0);
  if (got < 0 && would_block()) return;
  if (got <= 0) {
    connection.stage = Stage::over;
    return;
  }
  if (connection.stage == Stage::draining) return;
  connection.request.append(bytes.data(), static_cast<std::size_t>(got));
  if (head_size(connection.request) == 0 && connection.request.size() <= head_bytes_max) return;
  connection.answer = answer_to(connection.request);
  connection.stage = Stage::writing;
}

void HttpConnections::write(Connection& connection, Duration now) {
  while (connection.sent < connection.answer.size()) {
    const ssize_t put = ::send(connection.socket.get(), connection.answer.data() + connection.sent,
                               connection.answer.size() - connection.sent, MSG_NOSIGNAL);
    if (put < 0 && would_block()) return;
    if (put < 0) {
      connection.stage = Stage::over;
      return;
    }
    connection.sent += static_cast<std::size_t>(put);
  }
  // Closed with bytes unread, a socket is reset, and the other side may lose the answer.
  ::shutdown(connection.socket.get(), SHUT_WR);
  connection.stage = Stage::draining;
  connection.until = std::min(connection.until, now + drain_patience);
}

std::string HttpConnections::answer_to(std::string_view request) const {
  const std::size_t size = head_size(request);
  if (size == 0) return to_bytes({.status = 431, .body = "the head is too long\n"}, false);
  const auto parsed = parse_head(request.substr(0, size));
  if (!parsed) return to_bytes({.status = 400, .body = "this is no HTTP/1 request\n"}, false);
  return to_bytes(answer_(*parsed), parsed->method == "HEAD");
}

}  // namespace senne::monitor
