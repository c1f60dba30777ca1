// The writing side of the log as the receive path sees it, so that it can be tested without a disk.
//
// THREAD  any, one writer at a time is kept apart by the implementation.
// FAILS   never throws; back-pressure is a value.
#pragma once

#include <cstdint>

#include "core/ids.h"
#include "core/record.h"

namespace senne::ingest {

enum class Append : std::uint8_t {
  done,
  full,       // appended, into the reserve: ask the broker to stop
  exhausted,  // not appended: the reserve is used up; must not be acknowledged
};

class Appender {
 public:
  virtual ~Appender() = default;

  // The receive time is taken here and never decreases.
  virtual Append append_message(const Message& message) = 0;
  virtual Append append_connected() = 0;
  virtual Append append_configuration(Id128 hash) = 0;
  // Appends a tick unless this second has a record already, or another writer is at it. True when a
  // tick was appended. Never waits.
  virtual bool try_append_tick() = 0;

  virtual std::uint64_t capacity_bytes() const = 0;
  virtual std::uint64_t used_bytes() const = 0;
  // The disk has no space for what the log needs next: what is appended goes into the reserve.
  virtual bool disk_full() const = 0;
  // Whether messages may be let in: less than half is used, and the disk has space.
  bool has_room() const { return !disk_full() && used_bytes() < capacity_bytes() / 2; }
};

}  // namespace senne::ingest
