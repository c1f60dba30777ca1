// What one value of Sparkplug B means by its datatype.
//
// THREAD  any; pure but for what goes into `out`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/sparkplug_payload.h"

namespace senne::decode {

// A number, a flag or a text; nothing where the value is not one of its datatype. Without a
// datatype what was sent decides, and integers are unsigned.
//
// Encoders do not agree on integers, so both fields are taken for all of them: a negative one may
// be two's complement of 8, 16, 32 or 64 bits, as long as it can be read in one way only. Texts
// point into the message.
std::optional<Value> scalar_of(SparkplugDatatype datatype, const SparkplugValue& value);

inline bool is_array(SparkplugDatatype datatype) {
  return datatype >= SparkplugDatatype::int8_array &&
         datatype <= SparkplugDatatype::date_time_array;
}

// The elements of a packed array (Sparkplug 3.0, section 6.4.17: little-endian), in
// their order. Of booleans the first is the highest bit of its byte.
class SparkplugArray {
 public:
  // Nothing where the bytes are no array of that datatype.
  static std::optional<SparkplugArray> read(SparkplugDatatype datatype, std::string_view bytes);

  bool next(Value& element);

 private:
  SparkplugDatatype datatype_ = SparkplugDatatype::unknown;
  std::size_t width_ = 0;  // of an element, in bytes; 0: of booleans and texts
  std::size_t left_ = 0;   // elements
  std::size_t bit_ = 0;
  std::string_view rest_;
};

}  // namespace senne::decode
