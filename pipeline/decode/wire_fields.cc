#include "pipeline/decode/wire_fields.h"

#include <cstddef>
#include <cstring>
#include <limits>

namespace senne::decode {
namespace {

// https://protobuf.dev/programming-guides/encoding
enum WireType : std::uint64_t { varint = 0, fixed64 = 1, length = 2, fixed32 = 5 };
constexpr std::size_t varint_bytes_max = 10;

// Bits beyond the 64th are passed over, as protobuf does.
bool take_varint(std::string_view& rest, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < varint_bytes_max && i < rest.size(); ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    value |= std::uint64_t{byte & 0x7FU} << (7 * i);
    if (byte < 0x80) {
      rest.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool take_fixed(std::string_view& rest, std::size_t size, std::uint64_t& value) {
  if (rest.size() < size) return false;
  value = 0;
  std::memcpy(&value, rest.data(), size);
  rest.remove_prefix(size);
  return true;
}

bool take_bytes(std::string_view& rest, std::string_view& bytes) {
  std::uint64_t size = 0;
  if (!take_varint(rest, size) || size > rest.size()) return false;
  bytes = rest.substr(0, size);
  rest.remove_prefix(size);
  return true;
}

}  // namespace

bool WireFields::next(WireField& field) {
  if (rest_.empty() || broken_) return false;
  std::uint64_t tag = 0;
  broken_ = !take_varint(rest_, tag) || tag > std::numeric_limits<std::uint32_t>::max();
  field.number = static_cast<std::uint32_t>(tag >> 3);
  if (broken_ || field.number == 0) {
    broken_ = true;
    return false;
  }
  switch (tag & 7) {
    case varint:
      field.kind = WireField::Kind::varint;
      broken_ = !take_varint(rest_, field.integer);
      break;
    case fixed64:
      field.kind = WireField::Kind::fixed64;
      broken_ = !take_fixed(rest_, 8, field.integer);
      break;
    case fixed32:
      field.kind = WireField::Kind::fixed32;
      broken_ = !take_fixed(rest_, 4, field.integer);
      break;
    case length:
      field.kind = WireField::Kind::bytes;
      broken_ = !take_bytes(rest_, field.bytes);
      break;
    default:
      broken_ = true;  // groups, which nobody sends
  }
  return !broken_;
}

bool PackedVarints::next(std::uint64_t& element) {
  if (rest_.empty() || broken_) return false;
  broken_ = !take_varint(rest_, element);
  return !broken_;
}

}  // namespace senne::decode
