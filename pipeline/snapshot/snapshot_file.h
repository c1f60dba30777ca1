// The bytes of one snapshot file: the state as it lies in memory, and a trailer that says what it
// is the state of.
//
//   state | position u64 | journal 2 x u64 | configuration 2 x u64 | state size u64
//         | format version u32 | magic u32 | XXH3-128 of everything before, 2 x u64
//
// The trailer stands at the end because the state comes by move and may be hundreds of megabytes:
// appending does not shift it. Integers are little-endian.
#pragma once

#include <string>
#include <string_view>

#include "core/ids.h"
#include "core/result.h"

namespace senne::pipeline {

// The pipeline's state after every record before `position`.
struct Snapshot {
  Position position;
  Id128 journal;        // whose position it is
  Id128 configuration;  // in force at that position
  std::string state;
};

inline constexpr std::uint32_t snapshot_format_version = 1;

// Moves the state out of `snapshot` and appends the trailer.
std::string encode_snapshot(Snapshot&& snapshot);

// FAILS  damage when the bytes do not check; version when a newer release wrote them. `name` goes
// into the message.
Result<Snapshot> decode_snapshot(std::string bytes, std::string_view name);

}  // namespace senne::pipeline
