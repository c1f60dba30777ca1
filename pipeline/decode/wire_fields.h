// The fields of a protobuf message in their order, as views of its bytes: what is not needed is not
// copied.
//
// THREAD  one.
// OWNS    nothing of the bytes.
// FAILS   `broken` after the last field that could be read, where the bytes are no message.
#pragma once

#include <google/protobuf/io/coded_stream.h>

#include <cstdint>
#include <string_view>

namespace senne::decode {

struct WireField {
  enum class Kind : std::uint8_t { varint, fixed64, fixed32, bytes };
  int number = 0;
  Kind kind = Kind::varint;
  std::uint64_t integer = 0;  // of all kinds but bytes
  std::string_view bytes;

  bool is(int expected, Kind of) const { return number == expected && kind == of; }
};

class WireFields {
 public:
  explicit WireFields(std::string_view message);

  // False at the end, and where the message is broken.
  bool next(WireField& field);
  bool broken() const { return broken_; }

 private:
  google::protobuf::io::CodedInputStream in_;
  bool broken_ = false;
};

}  // namespace senne::decode
