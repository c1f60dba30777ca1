#include "core/codec_table.h"

namespace senne {

std::size_t size_of(const CodecField& field) {
  switch (field.type) {
    case CodecType::derived:
      return 0;
    case CodecType::u8:
    case CodecType::i8:
      return 1;
    case CodecType::u16:
    case CodecType::i16:
      return 2;
    case CodecType::u24:
    case CodecType::i24:
      return 3;
    case CodecType::u32:
    case CodecType::i32:
    case CodecType::float32:
      return 4;
    case CodecType::hex:
    case CodecType::dotted:
    case CodecType::skip:
      return field.bytes;
  }
  return 0;
}

}  // namespace senne
