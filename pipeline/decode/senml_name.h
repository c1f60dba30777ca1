// Who a SenML name speaks of: the device in it, and what of that device was measured.
//
// SenML (RFC 8428, section 4.5.1) knows one name, base name and name joined, which must be unique
// in the world; it does not say where the device ends. Senders put the device into the base name.
#pragma once

#include <optional>
#include <string_view>

namespace senne::decode {

struct SenmlName {
  std::string_view device;
  std::string_view other_device;  // the URN of a DevEUI; `device` is then the EUI as sent
  std::string_view reading;       // empty: the name is the device's alone
};

// Both parts, and `joined`, which is one after the other, must outlive the result.
//
// 1. Both parts are there: the device is the base name without a separator (`: / - _ .`) at its
//    end, the reading is the name. A base name that ends inside `urn:dev:...`, before the
//    identifier, does not count as one.
// 2. Else, a `urn:dev:` name (RFC 9039): the device reaches to the end of the identifier, that is
//    to the next `:`, `/` or `_`; the reading is what follows.
// 3. Else, the last `/` parts device and reading; without one, the last `:` if a letter follows it;
//    without one, the last `_ - .` if the vocabulary knows what follows.
// 4. Else the name is the device's, unless the vocabulary knows it: then it names no device, and
//    there is no result.
std::optional<SenmlName> split_senml_name(std::string_view base, std::string_view name,
                                          std::string_view joined);

// Whether a joined name has the characters that RFC 8428 allows, and begins with one that it allows
// there.
bool is_senml_name(std::string_view joined);

// The characters alone: of a name that is joined to a base name which is a name already.
bool has_senml_characters(std::string_view name);

// What a record without a reading name measured, by its unit in the SenML registry: `temperature`
// for `Cel`. `value` where the unit leaves it open.
std::string_view name_of_senml_unit(std::string_view unit);

}  // namespace senne::decode
