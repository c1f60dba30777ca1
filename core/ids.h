// Integers that mean something and are not interchangeable.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace senne {

// A byte offset in a log, from the beginning of its existence: positions only grow, also over
// restarts and recycling.
struct Position {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(const Position&, const Position&) = default;
};

// Counts messages, and only messages, in the order of the log. The first message has 1; 0 means
// none yet.
struct Sequence {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(const Sequence&, const Sequence&) = default;
};

// The place of a route in its configuration.
struct RouteIndex {
  static constexpr std::uint16_t none =
      0xFFFF;  // no route matched (the filter was removed meanwhile)
  std::uint16_t value = none;
  friend constexpr auto operator<=>(const RouteIndex&, const RouteIndex&) = default;
};

// 128 bits that identify content or an entity. Printed as 32 lower-case hex digits.
struct Id128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend constexpr auto operator<=>(const Id128&, const Id128&) = default;
};

std::string to_hex(Id128 id);
std::optional<Id128> id_from_hex(std::string_view hex);

// XXH3-128 of `bytes`: names content, is no protection against an adversary.
Id128 content_hash(std::string_view bytes);

// 128 bits from the operating system's generator.
Id128 random_id();

}  // namespace senne
