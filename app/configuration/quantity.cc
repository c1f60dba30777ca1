#include "app/configuration/quantity.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace senne::app {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Smallest first.
constexpr std::array<Unit, 7> duration_units = {{{"ns", 1},
                                                 {"us", 1'000},
                                                 {"ms", 1'000'000},
                                                 {"s", 1'000'000'000},
                                                 {"min", 60'000'000'000},
                                                 {"h", 3'600'000'000'000},
                                                 {"d", 86'400'000'000'000}}};
constexpr std::array<Unit, 5> size_units = {
    {{"B", 1}, {"KiB", 1ull << 10}, {"MiB", 1ull << 20}, {"GiB", 1ull << 30}, {"TiB", 1ull << 40}}};

template <std::size_t n>
std::optional<std::uint64_t> parse(std::string_view text, const std::array<Unit, n>& units) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit_name(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& unit : units) {
    if (unit.name != unit_name) continue;
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / unit.factor)
      return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

// `zero`: the index of the unit that 0 is given in.
template <std::size_t n>
std::string print(std::uint64_t number, const std::array<Unit, n>& units, std::size_t zero) {
  if (number == 0) return fmt::format("0{}", units[zero].name);
  std::size_t i = units.size() - 1;
  while (number % units[i].factor != 0) --i;
  return fmt::format("{}{}", number / units[i].factor, units[i].name);
}

}  // namespace

std::optional<Duration> duration_from_text(std::string_view text) {
  const auto nanos = parse(text, duration_units);
  if (!nanos) return std::nullopt;
  return Duration{static_cast<std::int64_t>(*nanos)};
}

std::string duration_text(Duration duration) {
  return print(static_cast<std::uint64_t>(duration.count()), duration_units, 3);
}

std::optional<std::uint64_t> size_from_text(std::string_view text) {
  return parse(text, size_units);
}

std::string size_text(std::uint64_t bytes) { return print(bytes, size_units, 0); }

}  // namespace senne::app
