// One NGSI entity, in any of its forms: NGSIv2 key-values and normalized, NGSI-LD simplified,
// concise, normalized, temporal and as a GeoJSON feature (ETSI GS CIM 009). All give the same
// readings: docs/formats.md, ngsi-v2 and ngsi-ld. Attributes of the Smart Data Models are read by
// their models; no context is fetched.
//
// THREAD  one.
// FAILS   malformed without `id` and `type`; limit.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/ngsi_parts.h"
#include "pipeline/decode/payload_fields.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {

class NgsiEntity {
 public:
  explicit NgsiEntity(std::size_t readings_limit);

  // A report of its readings; none if it has only descriptions. `where` is its place, for details.
  // `index`: which of the list at `where`; without one the entity itself is there.
  DecodeResult append(object entity, std::string_view where, std::optional<std::size_t> index,
                      Decoded& out);

  // One attribute that stands by itself; false when there are too many readings.
  bool append_attribute(std::string_view name, element sent, Decoded& out) {
    return append_attribute({}, name, sent, out);
  }

  // The entities of a message: one, an array, a notification (NGSIv2, or NGSI-LD's over MQTT), a
  // batch. At least one report, or suppressed as `status`.
  DecodeResult append_all(element root, Decoded& out);

 private:
  struct Attribute {
    std::string_view name;
    element value;
    std::string_view unit_code;  // UN/CEFACT, or of `unit` whatever it says
    SentTime time;
    std::string_view channel;
    bool number_as_text = false;
  };

  DecodeResult append_any(element root, std::string_view where, Decoded& out);
  DecodeResult append_list(array entities, std::string_view where, Decoded& out);
  bool append_attribute(std::string_view type, std::string_view name, element sent, Decoded& out);
  bool append_series(std::string_view type, Attribute attribute, object fields, Decoded& out);
  bool append_value(std::string_view type, const Attribute& attribute, Decoded& out);
  bool append_bad(std::string_view name, Decoded& out);
  SentTime observation_time() const;
  SentTime time_in(element value) const;

  NgsiParts parts_;  // of the entity that is being read
  PayloadFields fields_;
  CivilZone utc_;
  std::size_t limit_;
  std::string aggregated_;  // scratch: {attribute}.{method}
};

}  // namespace senne::decode
