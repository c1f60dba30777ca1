// Durations and sizes as an operator writes them: `50ms 10s 5min 24h 7d`, `64KiB 8GiB`. A whole
// number and its unit, nothing between.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace senne::app {

// Units: ns us ms s min h d. Nothing when it is none, or more than a Duration holds.
std::optional<Duration> duration_from_text(std::string_view text);
// In the largest unit that keeps it whole.
std::string duration_text(Duration duration);

// Units: B KiB MiB GiB TiB. In bytes.
std::optional<std::uint64_t> size_from_text(std::string_view text);
std::string size_text(std::uint64_t bytes);

}  // namespace senne::app
