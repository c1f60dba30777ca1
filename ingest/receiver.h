// What happens inside the broker client's callback: find the route, append to the log, return. The
// client acknowledges when the callback returns, so what is acknowledged is in the log.
//
// THREAD  `receive` and `connected`: the broker client's thread. `reconfigure`, `counts`: any.
// FAILS   by value, see `Received`. Never throws, never waits but for the bounded time that
//         `reconfigure` holds the claim (one append and a pointer swap).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/metrics.h"
#include "ingest/appender.h"
#include "ingest/route_table.h"

namespace senne::ingest {

struct UserProperty {
  std::string_view key;
  std::string_view value;
};

// One message as the broker client hands it out; the bytes are the client's.
struct Delivery {
  std::string_view topic;
  std::string_view payload;
  bool duplicate = false;
  bool retained = false;
  std::span<const UserProperty> user_properties;
};

enum class Received : std::uint8_t {
  done,        // in the log: acknowledge
  disconnect,  // in the log: acknowledge, and end the connection from within this callback
  refused,     // not in the log, must not be acknowledged: the process is ending
};

struct RouteCounts {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const RouteCounts&, const RouteCounts&) = default;
};

// Under this name messages are counted that no route matched.
inline constexpr std::string_view no_route_name = "none";

// Of a payload over its route's limit this much is kept, for the dead letter.
inline constexpr std::size_t kept_prefix_bytes = 64 * 1024;

// How much of a payload of this size is kept under that limit.
constexpr std::size_t kept_bytes(std::size_t size, std::size_t limit) {
  return size <= limit ? size : std::min(limit, kept_prefix_bytes);
}

// Of the user properties of one message this much is kept, in encoded bytes, oldest first.
inline constexpr std::size_t user_properties_bytes_max = 16 * 1024;

class Receiver {
 public:
  // `on_exhausted` is called when the log's reserve is used up, before anything is acknowledged. In
  // production it ends the process (`_exit`), and the broker delivers again.
  Receiver(Appender& log, std::shared_ptr<const RouteTable> routes,
           std::function<void()> on_exhausted);

  Received receive(const Delivery& delivery) noexcept;

  // A session was (re)established. Called before the first message of the connection.
  Received connected() noexcept;

  // Appends `configuration` and puts `routes` into force, as one step: every message in the log
  // carries the index of its route in the configuration that stands before it. Does nothing, and
  // says so, when the log is exhausted.
  Append reconfigure(std::shared_ptr<const RouteTable> routes, Id128 configuration);

  // What earlier runs of this instance counted, by route name; before the first message.
  void restore_counts(const std::map<std::string, RouteCounts>& counts);
  // By route name, over all configurations of this run.
  std::map<std::string, RouteCounts> counts() const;
  // Messages whose user properties exceeded `user_properties_bytes_max`.
  std::uint64_t user_properties_cut() const { return user_properties_cut_.value(); }

 private:
  struct RouteCounters {
    Counter messages;
    Counter bytes;
  };

  Received outcome(Append append) noexcept;
  void encode(std::span<const UserProperty> properties) noexcept;
  RouteCounters* counters(const std::string& name);  // with `names_` held
  std::vector<RouteCounters*> counters_of(const RouteTable& routes);

  Appender& log_;
  std::function<void()> on_exhausted_;

  // Held for one `receive` or one `reconfigure`, so that no message is appended behind a
  // configuration with an index of the one before. Uncontended it is one atomic exchange.
  std::atomic<bool> claimed_{false};
  std::shared_ptr<const RouteTable> routes_;  // under the claim
  std::vector<RouteCounters*> of_routes_;     // under the claim; the last one counts `none`
  std::string encoded_;                       // under the claim; reused
  Counter user_properties_cut_;

  mutable std::mutex names_;  // guards the map, never taken by `receive`
  std::map<std::string, std::unique_ptr<RouteCounters>> by_name_;
};

}  // namespace senne::ingest
