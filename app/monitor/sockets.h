// TCP sockets of the operators' endpoint: the one it listens at, and a connection to it.
//
// FAILS   failed, with the system's words for what is wrong, in lower case.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <utility>

#include "app/monitor/listen_address.h"
#include "core/result.h"
#include "core/time.h"

namespace senne::monitor {

// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

// Does not block. Of a name's addresses the first IPv4 one counts, else the first. `[::]` takes
// what comes by IPv4 as well.
Result<Descriptor> listen_at(const ListenAddress& address);

// The port it is bound to.
std::uint16_t port_of(const Descriptor& socket);

// Blocks, for at most `patience` in each call.
Result<Descriptor> connect_to(const ListenAddress& address, Duration patience);

}  // namespace senne::monitor
