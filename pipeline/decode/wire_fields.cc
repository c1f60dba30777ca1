#include "pipeline/decode/wire_fields.h"

#include <google/protobuf/wire_format_lite.h>

namespace senne::decode {

using google::protobuf::internal::WireFormatLite;

WireFields::WireFields(std::string_view message)
    : in_(reinterpret_cast<const std::uint8_t*>(message.data()), static_cast<int>(message.size())) {
}

bool WireFields::next(WireField& field) {
  const std::uint32_t tag = in_.ReadTag();
  if (tag == 0) {
    broken_ = !in_.ConsumedEntireMessage();
    return false;
  }
  field.number = WireFormatLite::GetTagFieldNumber(tag);
  std::uint32_t narrow = 0;
  bool read = field.number > 0;
  switch (WireFormatLite::GetTagWireType(tag)) {
    case WireFormatLite::WIRETYPE_VARINT:
      field.kind = WireField::Kind::varint;
      read = read && in_.ReadVarint64(&field.integer);
      break;
    case WireFormatLite::WIRETYPE_FIXED64:
      field.kind = WireField::Kind::fixed64;
      read = read && in_.ReadLittleEndian64(&field.integer);
      break;
    case WireFormatLite::WIRETYPE_FIXED32:
      field.kind = WireField::Kind::fixed32;
      read = read && in_.ReadLittleEndian32(&narrow);
      field.integer = narrow;
      break;
    case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: {
      field.kind = WireField::Kind::bytes;
      field.bytes = {};
      const void* data = nullptr;
      int available = 0;
      read = read && in_.ReadVarint32(&narrow);
      if (read && narrow > 0) {
        const auto size = static_cast<int>(narrow);
        read = size > 0 && in_.GetDirectBufferPointer(&data, &available) && available >= size &&
               in_.Skip(size);
        if (read) field.bytes = {static_cast<const char*>(data), narrow};
      }
      break;
    }
    default:
      read = false;  // groups, which proto3 does not have
  }
  broken_ = !read;
  return read;
}

}  // namespace senne::decode
