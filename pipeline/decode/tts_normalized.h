// The Things Stack's `normalized_payload`: measurements in names and units fixed by its schema
// (lorawan-devices, lib/payload.json), so that nothing has to be assumed.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

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
  // its number has been said too.
  bool covers(const Leaf& leaf) const override;

 private:
  struct Said {
    std::size_t field;  // of the schema
    double number;
    friend auto operator<=>(const Said&, const Said&) = default;
  };
  bool append_list(array list, Decoded& out);
  bool append_measurement(object measurement, std::string_view channel, Decoded& out);
  bool has_said(std::size_t field, std::optional<double> number) const;

  PayloadFields fields_;
  std::uint32_t said_ = 0;     // bit i: the schema's field i
  std::vector<Said> numbers_;  // said of it; in order once `append` is done
};

}  // namespace senne::decode
