// The Things Stack's `normalized_payload`: measurements in names and units fixed by its schema
// (lorawan-devices, lib/payload.json), so that nothing has to be assumed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

// THREAD  one. Reused from message to message.
class TtsNormalized final : public Covered {
 public:
  explicit TtsNormalized(std::size_t readings_limit);

  void clear();

  // Appends the readings of a measurement, or of a list of them: vocabulary names for what the
  // schema knows, paths for the rest. In a list, a measurement that has a `time` gives it to its
  // readings; one that has none is channel 0, 1, ... where the list has several. False when the
  // message has more readings than the route's limit.
  bool append(element measurements, Decoded& out);

  // So that `decoded_payload` adds only what the normalized payload does not say: a leaf of a
  // property that has been said is passed over; if it names a channel (`temperature_2`), or its
  // name can stand for another property (`battery`: volts here, often percent there), only where
  // its number is that of a reading already there.
  bool covers(const Leaf& leaf, const Decoded& out) const override;

 private:
  bool append_measurement(object measurement, std::string_view channel, Decoded& out);

  PayloadFields fields_;
  std::uint32_t said_ = 0;  // bit i: the schema's field i
};

}  // namespace senne::decode
