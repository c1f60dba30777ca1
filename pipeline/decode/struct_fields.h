// Readings out of a `google.protobuf.Struct`, by the rules of field_path.h.
//
// THREAD  one.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/field_path.h"

namespace senne::decode {

class StructFields {
 public:
  enum class Result { done, broken, too_many, too_deep };

  StructFields(std::size_t readings_limit, std::size_t depth_max)
      : path_(readings_limit), depth_max_(depth_max) {}

  Result append(std::string_view message, Decoded& out);

 private:
  Result append_struct(std::string_view message, std::size_t depth, Decoded& out);
  Result append_member(std::string_view entry, std::size_t depth, Decoded& out);
  Result append_list(std::string_view message, std::size_t depth, Decoded& out);
  Result append_value(std::string_view message, std::size_t depth, Decoded& out);
  Result append_leaf(const std::optional<Value>& value, Decoded& out) const;

  FieldPath path_;
  std::size_t depth_max_;
};

}  // namespace senne::decode
