// The messages of all devices that came last, by fingerprint: what the broker marks as delivered
// again is looked up here.
//
// A broker delivers again what was in flight when a connection or a process ended, and that can be
// a thousand messages of one device, far more than the deduplicator remembers of each.
//
// THREAD  the shard's.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace senne::normalise {

class RecentMessages {
 public:
  // Twice the receive maximum at most: what was in flight came among the last so many.
  static constexpr std::size_t remembered = 8192;

  // Whether a message with this fingerprint is among those remembered; a few microseconds.
  bool contains(std::uint64_t fingerprint) const;
  // The oldest is forgotten.
  void remember(std::uint64_t fingerprint);

  void snapshot(std::string& bytes) const;
  // ErrorKind::damage when it cannot be read.
  Result<void> restore(ByteReader& in);

 private:
  std::array<std::uint64_t, remembered> ring_{};
  std::uint64_t count_ = 0;  // ever remembered
};

}  // namespace senne::normalise
