// Counts what this process allocates with `new`. Linking it replaces the global operators, so it
// belongs into a program of its own.
//
// THREAD  one.
#pragma once

#include <cstddef>

namespace senne::testing {

// Bytes that are allocated now, as the allocator hands them out.
std::size_t live_bytes();

// The most that was ever live since the last `begin_peak`.
void begin_peak();
std::size_t peak_bytes();

}  // namespace senne::testing
