// A network that misbehaves: a TCP relay on loopback between a client under test and a real server,
// which delays, throttles, falls silent, resets or is not there.
//
// THREAD  any; it relays in one of its own.
// OWNS    its connections and its thread: both end with the object.
// FAILS   `start` when no port is to be had. A server that does not listen closes the connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "core/result.h"
#include "core/time.h"

namespace senne::test {

// What the network does to each direction of each connection; the default is nothing.
struct NetworkFault {
  Duration delay{0};                   // each way
  std::uint64_t bytes_per_second = 0;  // each way; 0: as fast as it goes
  std::uint64_t reset_after = 0;       // bytes of a connection, both ways together; 0: never
  // Nothing passes and nobody is told, as when a cable is pulled: open connections stay open, new
  // ones are accepted and hear nothing. What stood still goes on afterwards.
  bool silent = false;
  bool down = false;  // open connections are reset, and each new one at once
};

class FaultProxy {
 public:
  // Relays to 127.0.0.1:`target_port`, which may begin to listen later.
  static Result<std::unique_ptr<FaultProxy>> start(int target_port);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  int port() const { return port_; }
  // In force at once, for open connections too.
  void set(const NetworkFault& fault);
  void heal() { set({}); }

  std::uint64_t accepted() const { return accepted_.load(); }
  std::uint64_t resets() const { return resets_.load(); }
  std::uint64_t bytes() const { return bytes_.load(); }  // relayed, both ways

 private:
  class Relay;
  FaultProxy(int listener, int port, int target_port);
  void work();
  void wake() const;
  NetworkFault fault() const;

  const int listener_;
  const int port_;
  const int target_port_;
  int wake_[2] = {-1, -1};
  mutable std::mutex mutex_;  // of `fault_`
  NetworkFault fault_;
  std::atomic<bool> ending_{false};
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> resets_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::thread thread_;
};

}  // namespace senne::test
