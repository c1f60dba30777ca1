// The fields of a protobuf message in their order, as views of its bytes: what is not needed is not
// copied. Read by hand, for a message may be a hundred thousand messages, and protobuf's own stream
// costs more to make than most of them to read.
//
// THREAD  one.
// OWNS    nothing of the bytes.
// FAILS   `broken` after the last that could be read, where the bytes are no message, no varints.
#pragma once

#include <cstdint>
#include <string_view>

namespace senne::decode {

struct WireField {
  enum class Kind : std::uint8_t { varint, fixed64, fixed32, bytes };
  std::uint32_t number = 0;
  Kind kind = Kind::varint;
  std::uint64_t integer = 0;  // of all kinds but bytes
  std::string_view bytes;

  bool is(std::uint32_t expected, Kind of) const { return number == expected && kind == of; }
};

class WireFields {
 public:
  explicit WireFields(std::string_view message) : rest_(message) {}

  // False at the end, and where the message is broken.
  bool next(WireField& field);
  bool broken() const { return broken_; }

 private:
  std::string_view rest_;
  bool broken_ = false;
};

// The elements of a repeated field of varints that is packed.
class PackedVarints {
 public:
  explicit PackedVarints(std::string_view packed) : rest_(packed) {}

  // False at the end, and where the bytes are broken.
  bool next(std::uint64_t& element);
  bool broken() const { return broken_; }

 private:
  std::string_view rest_;
  bool broken_ = false;
};

}  // namespace senne::decode
