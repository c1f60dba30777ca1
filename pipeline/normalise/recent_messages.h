// The messages of all devices that came last, by fingerprint: what the broker marks as delivered
// again (DUP) is looked up here.
//
// The mark alone says little: it also stands on a message that was sent into a dead connection and
// never arrived. What did arrive was then in flight when the connection ended, its acknowledgement
// lost on the way. So a message delivered again matches one that
//  - came among the last `in_flight_max` before the newest connection, the receive maximum being
//    that at most, or on this connection without the mark (a broker that did not wait for a new
//    one);
//  - came at most `unacknowledged_max` before the old connection was last heard of: later than that
//    the keepalive has found it out, whichever side was silent;
//  - has not been matched on this connection, and is not itself one that came by DUP on it: a
//    broker delivers each message once a connection, so of equal ones each stands for itself.
// Otherwise an equal message of hours ago would stand for one that nobody ever saw: acknowledged
// and gone. Where equal bytes are one event because they state a time or a counter, the first
// condition is enough.
//
// THREAD  the shard's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "core/time.h"

namespace senne::normalise {

enum class Redelivery : std::uint8_t {
  no,
  of_equal_bytes,  // only the first condition holds
  yes,
};

class RecentMessages {
 public:
  static constexpr std::size_t in_flight_max = 4096;
  // What a broker delivers again comes before much that is new.
  static constexpr std::size_t remembered = 2 * in_flight_max;
  static constexpr Duration unacknowledged_max = std::chrono::minutes{5};

  // MQTT was (re)connected.
  void connected();
  // The connection is there: a message or a tick came.
  void heard(Instant time) { last_heard_s_ = short_seconds(time); }

  // Whether this message came before; remembers it. A few microseconds for a duplicate.
  Redelivery deliver(std::uint64_t fingerprint, bool duplicate, Instant receive_time);

  void snapshot(std::string& bytes) const;
  // ErrorKind::damage when it cannot be read.
  Result<void> restore(ByteReader& in);

 private:
  struct Delivered {
    std::uint64_t fingerprint = 0;
    std::uint32_t second = 0;  // when it came last
    std::uint32_t how = 0;     // twice the connection's number, and 1 if it came by DUP
  };
  bool was_in_flight(const Delivered& delivered, std::uint32_t now_s) const;
  std::uint32_t how(bool duplicate) const { return 2 * connection_ + (duplicate ? 1 : 0); }

  std::array<Delivered, remembered> ring_{};
  std::uint64_t count_ = 0;              // ever remembered
  std::uint64_t before_connection_ = 0;  // of these, before the newest connection
  std::uint32_t connection_ = 0;
  std::uint32_t last_heard_s_ = 0;
  std::uint32_t old_connection_end_s_ = 0;  // when the one before the newest was last heard of
};

}  // namespace senne::normalise
