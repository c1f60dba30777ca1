#include "pipeline/decode/struct_fields.h"

#include <bit>
#include <cmath>

#include "pipeline/decode/wire_fields.h"

namespace senne::decode {
namespace {

using Kind = WireField::Kind;

// google/protobuf/struct.proto.
constexpr std::uint32_t struct_fields = 1;
constexpr std::uint32_t entry_key = 1;
constexpr std::uint32_t entry_value = 2;
constexpr std::uint32_t list_values = 1;
constexpr std::uint32_t value_number = 2;
constexpr std::uint32_t value_text = 3;
constexpr std::uint32_t value_flag = 4;
constexpr std::uint32_t value_struct = 5;
constexpr std::uint32_t value_list = 6;

}  // namespace

StructFields::Result StructFields::append(std::string_view message, Decoded& out) {
  path_.restart();
  return append_struct(message, 1, out);
}

StructFields::Result StructFields::append_struct(std::string_view message, std::size_t depth,
                                                 Decoded& out) {
  if (depth > depth_max_) return Result::too_deep;
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (!field.is(struct_fields, Kind::bytes)) continue;
    if (const Result result = append_member(field.bytes, depth, out); result != Result::done) {
      return result;
    }
  }
  return fields.broken() ? Result::broken : Result::done;
}

StructFields::Result StructFields::append_member(std::string_view entry, std::size_t depth,
                                                 Decoded& out) {
  WireFields fields(entry);
  WireField field;
  std::string_view key;
  std::string_view value;
  while (fields.next(field)) {
    if (field.is(entry_key, Kind::bytes)) key = field.bytes;
    if (field.is(entry_value, Kind::bytes)) value = field.bytes;
  }
  if (fields.broken()) return Result::broken;
  const auto step = path_.enter(key);
  const Result result = append_value(value, depth, out);
  path_.leave(step);
  return result;
}

StructFields::Result StructFields::append_list(std::string_view message, std::size_t depth,
                                               Decoded& out) {
  if (depth > depth_max_) return Result::too_deep;
  WireFields fields(message);
  WireField field;
  std::size_t index = 0;
  while (fields.next(field)) {
    if (!field.is(list_values, Kind::bytes)) continue;
    const auto step = path_.enter(index++);
    const Result result = append_value(field.bytes, depth, out);
    path_.leave(step);
    if (result != Result::done) return result;
  }
  return fields.broken() ? Result::broken : Result::done;
}

// Of a oneof the last one sent counts; null, or none, says nothing.
StructFields::Result StructFields::append_value(std::string_view message, std::size_t depth,
                                                Decoded& out) {
  WireFields fields(message);
  WireField field;
  WireField last;
  while (fields.next(field)) last = field;
  if (fields.broken()) return Result::broken;
  if (last.is(value_struct, Kind::bytes)) return append_struct(last.bytes, depth + 1, out);
  if (last.is(value_list, Kind::bytes)) return append_list(last.bytes, depth + 1, out);
  if (last.is(value_flag, Kind::varint)) return append_leaf(Value(last.integer != 0), out);
  if (last.is(value_text, Kind::bytes)) return append_leaf(Value(out.keep(last.bytes)), out);
  if (last.is(value_number, Kind::fixed64)) {
    const auto number = std::bit_cast<double>(last.integer);
    // NaN and infinities, which JSON could not have said.
    if (!std::isfinite(number)) return append_leaf(std::nullopt, out);
    return append_leaf(Value(number), out);
  }
  return Result::done;
}

StructFields::Result StructFields::append_leaf(const std::optional<Value>& value,
                                               Decoded& out) const {
  return path_.append(value, std::nullopt, nullptr, out) ? Result::done : Result::too_many;
}

}  // namespace senne::decode
