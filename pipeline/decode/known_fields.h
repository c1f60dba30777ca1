// Names that a format gives to what is observed, and the units that it fixes: then neither is
// assumed.
#pragma once

#include <span>
#include <string_view>

#include "core/decoder.h"

namespace senne::decode {

struct KnownField {
  std::string_view name;      // as sent
  std::string_view property;  // of the vocabulary
  std::string_view unit;      // UCUM; empty where the property is a flag or the message says it
};

// Null for a name that is not there. Tables are short: they are searched from the front.
inline const KnownField* find_field(std::span<const KnownField> fields, std::string_view name) {
  for (const KnownField& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

inline void set_unit(RawReading& reading, std::string_view ucum) {
  reading.unit = ucum;
  reading.unit_system = ucum.empty() ? UnitSystem::none : UnitSystem::ucum;
}

inline void name_by(const KnownField& field, RawReading& reading) {
  reading.name = field.property;
  if (!field.unit.empty()) set_unit(reading, field.unit);
}

// The readings of `out` from `first` on.
inline std::span<RawReading> readings_from(Decoded& out, std::size_t first) {
  return std::span(out.readings).subspan(first);
}

}  // namespace senne::decode
