// Readings out of the object that a payload codec of the network server made of the device's bytes:
// The Things Stack's `decoded_payload`, ChirpStack's `object`.
//
// One reading per leaf, named by its path (field_path.h); null says nothing. Of members of one
// object with the same name the first counts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decoder.h"
#include "pipeline/decode/field_path.h"
#include "pipeline/decode/json.h"

namespace senne::decode {

// THREAD  one.
class PayloadFields {
 public:
  explicit PayloadFields(std::size_t readings_limit)
      : path_(readings_limit), members_limit_(std::max(readings_limit, members_max)) {}

  // An object may have more members than a message readings, as some say nothing, but not more than
  // this, unless the limit of readings is higher.
  static constexpr std::size_t members_max = 10'000;

  // Appends the readings; false when there are too many of them, or of members.
  bool append(object fields, const Covered* covered, Decoded& out);
  // The same of a value that stands by itself, under this name.
  bool append(std::string_view name, element value, Decoded& out);

 private:
  bool append_object(object fields, Decoded& out);
  bool append_array(array items, Decoded& out);
  bool append_value(element value, Decoded& out);
  bool find_repeated_names(object fields);

  struct Name {
    std::uint32_t hash;
    std::uint32_t index;
    std::string_view text;
  };

  FieldPath path_;
  std::size_t members_limit_;
  const Covered* covered_ = nullptr;
  std::vector<Name> names_;
  std::vector<std::uint32_t>
      repeated_;  // a stack: for each object around, its members to pass over
};

}  // namespace senne::decode
