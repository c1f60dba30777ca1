// Converts a number from the unit in which a source states it to the canonical unit of its
// property.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <tl/expected.hpp>

#include "core/decoder.h"
#include "core/reason.h"
#include "core/vocabulary.h"

namespace senne::normalise {

// (value - zero) * numerator / denominator. Kept as three numbers because a division by an exact
// integer rounds once, where a multiplication by 0.001 rounds twice. The identity returns every
// value bit by bit.
struct Conversion {
  double zero = 0;
  double numerator = 1;
  double denominator = 1;

  double operator()(double value) const { return (value - zero) * numerator / denominator; }
  bool identity() const { return zero == 0 && numerator == 1 && denominator == 1; }
  friend bool operator==(const Conversion&, const Conversion&) = default;
};

// Who would write a unit like this.
enum class Spelling : std::uint8_t {
  ucum,      // a code of the Unified Code for Units of Measure, version 2.1
  senml,     // the SenML units registry: RFC 8428 section 12.1, RFC 8798 section 4
  other,     // no valid UCUM code, and unmistakable
  informal,  // UCUM gives it another meaning, which cannot be meant: only where no system is stated
};

struct UnitRow {
  std::string_view canonical;
  std::string_view unit;
  Spelling spelling = Spelling::ucum;
  Conversion conversion = {};
  std::string_view only_property = {};  // empty: every property with that canonical unit
};

// All that is known of units but the mixing ratios of gases. Factors are exact by definition of the
// unit unless the row says otherwise. Identities of a code with itself are not listed.
std::span<const UnitRow> unit_rows();

// How to bring `unit` to `property.unit`. `system` says what the unit text is written in:
//
//   ucum  a UCUM code, or a spelling that is no UCUM code and can be read in one way only
//   senml the SenML units registry (RFC 8428 and RFC 8798); else as ucum
//   none  nothing was declared: as ucum, and besides spellings that UCUM gives another meaning
//         which cannot be meant (`g` for an acceleration). `C` is the coulomb and is refused.
//
// FAILS   bad_unit when the unit is unknown or cannot measure that property.
tl::expected<Conversion, DeadLetterReason> conversion(const Property& property,
                                                      std::string_view unit, UnitSystem system);

}  // namespace senne::normalise
