// Sensor Measurement Lists as CBOR (RFC 8428, section 6): docs/formats.md, senml-cbor.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/cbor_items.h"
#include "pipeline/decode/senml_pack.h"
#include "pipeline/decode/senml_record.h"

namespace senne::decode {

class SenmlCborDecoder final : public Decoder {
 public:
  explicit SenmlCborDecoder(const Route& route)
      : pack_(route.limits.readings_per_message), depth_max_(route.limits.depth) {}
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  DecodeResult read_record(CborItems& items, const CborItem& map, std::size_t index, Decoded& out);
  // `item` is the first of its value.
  DecodeResult read_member(const CborItem& label, CborItems& items, const CborItem& item,
                           std::size_t index, SenmlRecord& record, Decoded& out);
  bool read_text(CborItems& items, const CborItem& first, std::optional<std::string_view>& to,
                 Decoded& out);
  bool read_bytes(CborItems& items, const CborItem& first, std::optional<std::string_view>& to,
                  Decoded& out);
  bool join(CborItems& items, CborItem::Kind piece);
  bool skip(CborItems& items, const CborItem& first, std::size_t depth);

  SenmlPack pack_;
  std::size_t depth_max_;
  std::string joined_;
  std::string escaped_;
};

}  // namespace senne::decode
