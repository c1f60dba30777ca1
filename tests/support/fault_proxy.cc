#include "tests/support/fault_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <list>
#include <string>
#include <vector>

#include "core/check.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// What one direction may hold: a little more than a socket does, so that a slow reader is felt by
// the writer.
constexpr std::size_t held_bytes_max = 256 * 1024;
constexpr std::size_t part_bytes = 32 * 1024;
constexpr Duration longest_wait = 100ms;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int open_socket() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

void make_prompt(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

// The peer sees a reset, not an orderly end.
void reset(int descriptor) {
  const linger at_once{1, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(descriptor);
}

struct Part {
  Clock::time_point due;
  std::string bytes;
};

// One direction of a connection.
struct Lane {
  int from;
  int to;
  std::deque<Part> held{};
  std::size_t held_bytes = 0;
  Clock::time_point next_send{};  // under a throttle
  bool at_end = false;            // the sender has closed
  bool end_told = false;
};

}  // namespace

// A client's connection and ours to the server.
class FaultProxy::Relay {
 public:
  Relay(int client, int server)
      : client_(client), server_(server), lanes_{Lane{client, server}, Lane{server, client}} {}

  enum class State { open, ended, broken };

  std::array<Lane, 2>& lanes() { return lanes_; }
  std::uint64_t relayed() const { return relayed_; }

  // Reads and writes what can be now. `now` decides what is due.
  State pump(const NetworkFault& fault, Clock::time_point now) {
    for (Lane& lane : lanes_) {
      if (!take(lane, fault, now) || !give(lane, fault, now)) return State::broken;
    }
    if (fault.reset_after > 0 && relayed_ >= fault.reset_after) return State::broken;
    return lanes_[0].end_told && lanes_[1].end_told ? State::ended : State::open;
  }
  void close_orderly() {
    close(client_);
    close(server_);
  }
  void close_by_reset() {
    reset(client_);
    reset(server_);
  }

 private:
  static bool take(Lane& lane, const NetworkFault& fault, Clock::time_point now) {
    std::array<char, part_bytes> part;
    while (!lane.at_end && lane.held_bytes < held_bytes_max) {
      const ssize_t got = read(lane.from, part.data(), part.size());
      if (got < 0) return errno == EAGAIN || errno == EINTR;
      if (got == 0) {
        lane.at_end = true;
        return true;
      }
      lane.held.push_back({now + fault.delay, {part.data(), static_cast<std::size_t>(got)}});
      lane.held_bytes += static_cast<std::size_t>(got);
    }
    return true;
  }

  bool give(Lane& lane, const NetworkFault& fault, Clock::time_point now) {
    while (!lane.held.empty() && lane.held.front().due <= now && lane.next_send <= now) {
      std::string& bytes = lane.held.front().bytes;
      // A tenth of a second's worth at a time.
      const std::size_t share = fault.bytes_per_second == 0
                                    ? bytes.size()
                                    : std::max<std::size_t>(1, fault.bytes_per_second / 10);
      const ssize_t sent = send(lane.to, bytes.data(), std::min(bytes.size(), share), MSG_NOSIGNAL);
      if (sent < 0) return errno == EAGAIN || errno == EINTR;
      const auto count = static_cast<std::size_t>(sent);
      bytes.erase(0, count);
      lane.held_bytes -= count;
      relayed_ += count;
      if (bytes.empty()) lane.held.pop_front();
      if (fault.bytes_per_second > 0) {
        lane.next_send = now + 1s * count / fault.bytes_per_second;
      }
    }
    if (lane.at_end && lane.held.empty() && !lane.end_told) {
      shutdown(lane.to, SHUT_WR);
      lane.end_told = true;
    }
    return true;
  }

  int client_;
  int server_;
  std::array<Lane, 2> lanes_;
  std::uint64_t relayed_ = 0;
};

Result<std::unique_ptr<FaultProxy>> FaultProxy::start(int target_port) {
  const int listener = open_socket();
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (listener < 0 || bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      listen(listener, 64) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    if (listener >= 0) close(listener);
    return fail(ErrorKind::failed, "the fault proxy finds no port to listen on");
  }
  return std::unique_ptr<FaultProxy>(
      new FaultProxy(listener, ntohs(address.sin_port), target_port));
}

FaultProxy::FaultProxy(int listener, int port, int target_port)
    : listener_(listener), port_(port), target_port_(target_port) {
  fcntl(listener_, F_SETFL, fcntl(listener_, F_GETFL) | O_NONBLOCK);
  SENNE_CHECK(pipe2(wake_, O_CLOEXEC | O_NONBLOCK) == 0);
  thread_ = std::thread([this] { work(); });
}

FaultProxy::~FaultProxy() {
  ending_.store(true);
  wake();
  thread_.join();
  close(listener_);
  close(wake_[0]);
  close(wake_[1]);
}

void FaultProxy::set(const NetworkFault& fault) {
  {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
  }
  wake();
}

void FaultProxy::wake() const {
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = write(wake_[1], &byte, 1);
}

NetworkFault FaultProxy::fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

void FaultProxy::work() {
  std::list<Relay> relays;
  std::vector<pollfd> watched;
  while (!ending_.load()) {
    const NetworkFault now_wrong = fault();
    const auto now = Clock::now();

    watched.assign({{listener_, POLLIN, 0}, {wake_[0], POLLIN, 0}});
    auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(longest_wait);
    for (Relay& relay : relays) {
      if (now_wrong.silent) break;
      for (Lane& lane : relay.lanes()) {
        const bool room = !lane.at_end && lane.held_bytes < held_bytes_max;
        if (room) watched.push_back({lane.from, POLLIN, 0});
        if (lane.held.empty()) continue;
        const auto due = std::max(lane.held.front().due, lane.next_send);
        if (due <= now) {
          watched.push_back({lane.to, POLLOUT, 0});
        } else {
          wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(due - now));
        }
      }
    }
    poll(watched.data(), watched.size(), static_cast<int>(wait.count()));
    std::array<char, 64> ignored;
    while (read(wake_[0], ignored.data(), ignored.size()) > 0) continue;

    const NetworkFault wrong = fault();
    for (int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); client >= 0;
         client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) {
      accepted_.fetch_add(1);
      const int server = wrong.down ? -1 : open_socket();
      const sockaddr_in address = loopback(target_port_);
      if (server < 0 ||
          connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (server >= 0) close(server);
        if (wrong.down) resets_.fetch_add(1);
        reset(client);
        continue;
      }
      make_prompt(client);
      make_prompt(server);
      relays.emplace_back(client, server);
    }
    if (wrong.silent) continue;
    const auto later = Clock::now();
    for (auto relay = relays.begin(); relay != relays.end();) {
      const std::uint64_t before = relay->relayed();
      const auto state = wrong.down ? Relay::State::broken : relay->pump(wrong, later);
      bytes_.fetch_add(relay->relayed() - before);
      if (state == Relay::State::open) {
        ++relay;
        continue;
      }
      if (state == Relay::State::ended) relay->close_orderly();
      if (state == Relay::State::broken) {
        resets_.fetch_add(1);
        relay->close_by_reset();
      }
      relay = relays.erase(relay);
    }
  }
  for (Relay& relay : relays) relay.close_by_reset();
}

}  // namespace senne::test
