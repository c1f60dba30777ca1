#include "pipeline/decode/cbor_items.h"

#include <cbor.h>

namespace senne::decode {
namespace {

using Kind = CborItem::Kind;

CborItem& item_of(void* context) { return *static_cast<CborItem*>(context); }

void set(void* context, Kind kind, std::uint64_t integer = 0) {
  item_of(context).kind = kind;
  item_of(context).integer = integer;
}

template <Kind kind, class Integer>
void integer(void* context, Integer value) {
  set(context, kind, value);
}
template <Kind kind>
void simple(void* context) {
  set(context, kind);
}
template <Kind kind>
void open_ended(void* context) {
  set(context, kind);
  item_of(context).indefinite = true;
}
template <Kind kind>
void text(void* context, cbor_data data, std::size_t size) {
  set(context, kind);
  item_of(context).bytes = {reinterpret_cast<const char*>(data), size};
}
template <class Real>
void real(void* context, Real value) {
  set(context, Kind::real);
  item_of(context).real = value;
}
void flag(void* context, bool value) {
  set(context, Kind::flag);
  item_of(context).flag = value;
}

constexpr cbor_callbacks callbacks = {
    .uint8 = integer<Kind::unsigned_integer, std::uint8_t>,
    .uint16 = integer<Kind::unsigned_integer, std::uint16_t>,
    .uint32 = integer<Kind::unsigned_integer, std::uint32_t>,
    .uint64 = integer<Kind::unsigned_integer, std::uint64_t>,
    .negint64 = integer<Kind::negative_integer, std::uint64_t>,
    .negint32 = integer<Kind::negative_integer, std::uint32_t>,
    .negint16 = integer<Kind::negative_integer, std::uint16_t>,
    .negint8 = integer<Kind::negative_integer, std::uint8_t>,
    .byte_string_start = simple<Kind::bytes_pieces>,
    .byte_string = text<Kind::bytes>,
    .string = text<Kind::text>,
    .string_start = simple<Kind::text_pieces>,
    .indef_array_start = open_ended<Kind::array>,
    .array_start = integer<Kind::array, std::size_t>,
    .indef_map_start = open_ended<Kind::map>,
    .map_start = integer<Kind::map, std::size_t>,
    .tag = integer<Kind::tag, std::uint64_t>,
    .float2 = real<float>,
    .float4 = real<float>,
    .float8 = real<double>,
    .undefined = simple<Kind::nothing>,
    .null = simple<Kind::nothing>,
    .boolean = flag,
    .indef_break = simple<Kind::stop>,
};

}  // namespace

bool CborItems::next(CborItem& item) {
  if (rest_.empty()) return false;
  item = {};
  const cbor_decoder_result result = cbor_stream_decode(
      reinterpret_cast<const unsigned char*>(rest_.data()), rest_.size(), &callbacks, &item);
  if (result.status != CBOR_DECODER_FINISHED || result.read == 0) {
    broken_ = true;
    return false;
  }
  rest_.remove_prefix(result.read);
  return true;
}

}  // namespace senne::decode
