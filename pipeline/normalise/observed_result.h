// Turns the value of one reading into the result of an observation, or says why it cannot be one.
#pragma once

#include <array>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

#include "core/decoder.h"
#include "core/reason.h"
#include "pipeline/normalise/names.h"

namespace senne::normalise {

// An integer of more than 53 bits under a name that nobody knows, every digit kept.
struct Digits {
  std::array<char, 20> characters;
  std::size_t size;
  std::string_view text() const { return {characters.data(), size}; }
};

struct ObservedResult {
  std::variant<double, bool, std::string_view, Digits> value;
  // The name stands for a number or a flag elsewhere, but here for something else: it goes out as
  // raw.<name>.
  bool raw = false;
};

// Number properties take numbers, and texts that are wholly a decimal number. A flag under a name
// that was recognised as a number (`occupancy: true`) shows that this source means another thing by
// it: it goes out as raw.<name>; where a mapping named the property it is bad_value. Flag
// properties take flags, 0 and 1, and the unmistakable words (`on`, `closed`, `vacant`); another
// number or word (`motion: 12`, which counts; `door: ajar`) goes out as raw.<name> in the same way.
// Under raw.<name> a value stays what it is; an integer that a double cannot hold exactly becomes
// its digits.
//
// FAILS   bad_value for what is none of these, for NaN and infinities, also those that a conversion
//         gives, and for text that is not UTF-8; limit for text over `text_bytes_max`.
inline constexpr std::size_t text_bytes_max = 64 * 1024;
tl::expected<ObservedResult, DeadLetterReason> observed_result(const Meaning& meaning,
                                                               const Value& value);

}  // namespace senne::normalise
