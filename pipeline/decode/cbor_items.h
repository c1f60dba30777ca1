// The items of a CBOR document (RFC 8949), one after the other, as views of its bytes.
//
// THREAD  one.
// OWNS    nothing of the bytes.
// FAILS   `broken` after the last item that could be read, where the bytes are no CBOR.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace senne::decode {

struct CborItem {
  enum class Kind : std::uint8_t {
    unsigned_integer,
    negative_integer,  // -1 - integer
    real,
    flag,
    nothing,  // null and undefined
    text,
    bytes,
    text_pieces,   // until a stop: one text in pieces
    bytes_pieces,  // the same of bytes
    array,
    map,
    tag,
    stop,
  };
  Kind kind = Kind::nothing;
  std::uint64_t integer = 0;  // also the number of a tag, and of the elements of an array or map
  double real = 0;
  bool flag = false;
  bool indefinite = false;  // an array or map that ends with a stop
  std::string_view bytes;
};

class CborItems {
 public:
  explicit CborItems(std::string_view document) : rest_(document) {}

  // False at the end, and where the document is broken.
  bool next(CborItem& item);
  bool broken() const { return broken_; }
  bool at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool broken_ = false;
};

}  // namespace senne::decode
