// What the decoders of Seeed's SenseCAP devices make of their bytes, as it stands in a network
// server's object: `messages`, a list of measurements by number (wiki.seeedstudio.com, list of
// measurement IDs), or of such lists.
//
// THREAD  one.
#pragma once

#include <cstddef>
#include <optional>

#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

class Sensecap {
 public:
  explicit Sensecap(std::size_t readings_limit) : fields_(readings_limit) {}

  // Whether an object is of theirs: one of its messages has a `measurementId`.
  static bool is_of(object fields);

  // A reading each measurement, and each member of what else there is in its messages: false when
  // there are too many. `place` is set where they say one.
  bool append(object fields, std::optional<Location>& place, Decoded& out);

 private:
  bool append_list(array messages, Decoded& out);
  bool append_message(object message, Decoded& out);

  PayloadFields fields_;
};

}  // namespace senne::decode
