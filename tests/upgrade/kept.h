// What a test keeps of a release: its data directory, and what Kafka had from it.
//
// It was killed with a snapshot, committed records behind it, and records that were not committed
// yet. Messages 0 to `sent` - 1 of Traffic(start) lie in it, in this order.
#pragma once

#include <cstdint>
#include <string>

#include "core/time.h"

namespace senne::test {

struct Kept {
  std::string release;
  Instant start;
  std::uint64_t sent = 0;
  std::uint64_t committed_messages = 0;  // of the `sent`, the first ones
  std::string cluster;                   // Kafka's id
  std::int64_t position = 0;             // as committed
  std::string metadata;                  // beside it
};

// `folder`/about.json, beside `folder`/data.tar.gz.
std::string encode(const Kept& kept);
Kept read_kept(const std::string& folder);

}  // namespace senne::test
