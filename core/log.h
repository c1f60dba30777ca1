// An ordered, durable sequence of records that one thread reads.
//
// The journal, a Kafka partition, a recorded file and an array in a test all look like this, so the
// shard cannot tell a live stream from a replay.
//
// THREAD  one reader: `poll` and `release` from the same thread; `synced` and `request_sync` from
// any. Writers are the
//         implementation's affair.
// OWNS    the bytes of the records it hands out, until `release` passes them.
// FAILS   ErrorKind::damage naming file and offset when a record before the synced position does
// not check. Never throws.
#pragma once

#include <cstddef>
#include <span>

#include "core/record.h"
#include "core/result.h"

namespace senne {

class Log {
 public:
  virtual ~Log() = default;

  // The records at or after `from`, oldest first, at most `limit`; empty when nothing is there yet.
  // The span is valid until the next `poll`, the bytes that its records point to until `release`
  // passes them.
  virtual Result<std::span<const Record>> poll(Position from, std::size_t limit) = 0;

  // Everything before `until` may be overwritten.
  virtual void release(Position until) = 0;

  // The oldest position still held, and the end.
  virtual Position begin() const = 0;
  virtual Position end() const = 0;

  // Everything before this position survives a power cut.
  virtual Position synced() const = 0;

  // Asks that `synced` reach `until` soon; returns at once.
  virtual void request_sync(Position until) = 0;
};

}  // namespace senne
