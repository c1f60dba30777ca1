#include "app/monitor/sockets.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

namespace senne::monitor {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

tl::unexpected<Error> failed(std::string why) {
  if (!why.empty()) why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
  return fail(ErrorKind::failed, why);
}

Result<Addresses> resolve(const ListenAddress& address, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int fault =
      getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (fault != 0) return failed(gai_strerror(fault));
  return Addresses(found);
}

const addrinfo& preferred(const Addresses& addresses) {
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET) return *one;
  }
  return *addresses;
}

bool set(const Descriptor& socket, int level, int option, const auto& value) {
  return setsockopt(socket.get(), level, option, &value, sizeof value) == 0;
}

}  // namespace

Result<Descriptor> listen_at(const ListenAddress& address) {
  const auto addresses = resolve(address, AI_PASSIVE);
  if (!addresses) return tl::unexpected(addresses.error());
  const addrinfo& chosen = preferred(*addresses);
  Descriptor socket(::socket(chosen.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return failed(std::strerror(errno));
  const bool ipv6 = chosen.ai_family == AF_INET6;
  // A port that a process has just left can be had at once.
  if (!set(socket, SOL_SOCKET, SO_REUSEADDR, 1) ||
      (ipv6 && !set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0)) ||
      bind(socket.get(), chosen.ai_addr, chosen.ai_addrlen) != 0 ||
      listen(socket.get(), SOMAXCONN) != 0) {
    return failed(std::strerror(errno));
  }
  return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

Result<Descriptor> connect_to(const ListenAddress& address, Duration patience) {
  const auto addresses = resolve(address, 0);
  if (!addresses) return tl::unexpected(addresses.error());
  const addrinfo& chosen = preferred(*addresses);
  const auto whole = std::chrono::floor<std::chrono::seconds>(patience);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(patience - whole);
  const timeval time_out{whole.count(), rest.count()};
  Descriptor socket(::socket(chosen.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || !set(socket, SOL_SOCKET, SO_RCVTIMEO, time_out) ||
      !set(socket, SOL_SOCKET, SO_SNDTIMEO, time_out) ||
      connect(socket.get(), chosen.ai_addr, chosen.ai_addrlen) != 0) {
    return failed(std::strerror(errno));
  }
  return socket;
}

}  // namespace senne::monitor
