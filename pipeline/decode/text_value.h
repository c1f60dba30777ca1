// Values of sources that send everything as text.
#pragma once

#include <optional>
#include <string_view>

#include "core/decoder.h"

namespace senne::decode {

// A number that is the whole text, in decimal notation: an integer of 64 bits as such, else the
// nearest double. Nothing for one beyond the range of a double.
std::optional<Value> number_in(std::string_view text);

// The same as a double.
std::optional<double> double_in(std::string_view text);

// What a reading of such a source says. Other text than a number stays text, kept in `out`: `45%`
// is parted where its name is looked up. False for one that is nothing but blanks: it says nothing,
// as a missing value does.
bool read_text_value(std::string_view text, RawReading& reading, Decoded& out);

}  // namespace senne::decode
