// The observed properties that Senne knows: their names, canonical units, kinds and means.
// docs/reference.md lists them from this table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace senne {

enum class PropertyKind : std::uint8_t { number, flag };

// Which mean of several results is true. Where it is not the arithmetic one, a plain sum and a
// standard deviation mean nothing either.
enum class Mean : std::uint8_t {
  arithmetic,
  energy,  // of a level in dB: the level of the mean energy (ISO 1996-1)
  vector,  // of a direction: that of the sum of unit vectors (350 and 10 degrees give 0)
};

struct Property {
  std::string_view name;
  PropertyKind kind;
  std::string_view unit;  // UCUM, canonical; empty for flags
  Mean mean = Mean::arithmetic;
};

// All, in the order of the contract's table.
std::span<const Property> vocabulary();

const Property* find_property(std::string_view name);

// Of a name that nobody knows: arithmetic. Costs a comparison of sizes for most.
Mean mean_of(std::string_view property);

// The property that a source's own name stands for where that is unmistakable (`temperature`,
// `temp`, `t` in a weather or air message: air_temperature; any letter case), with the unit such
// names are usually given in, which the caller flags as assumed. Null where nobody knows the name.
struct Alias {
  const Property* property;
  std::string_view assumed_unit;  // UCUM
  std::string_view channel;       // which of several the name says that it is; empty for most
};
std::optional<Alias> find_alias(std::string_view source_name);

// `temperature_3`: how sources write which of several of one kind. A name, and the digits, at most
// five, behind its last `_`; nothing where it is not written so. Whether it means that is for the
// caller to say: `pm2_5` is written so too.
struct NumberedName {
  std::string_view name;
  std::string_view number;
};
std::optional<NumberedName> numbered_name(std::string_view source_name);

}  // namespace senne
