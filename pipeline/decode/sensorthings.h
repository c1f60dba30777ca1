// Observations of the OGC SensorThings API 1.1: docs/formats.md, sensorthings.
#pragma once

#include <optional>
#include <string_view>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

class SensorthingsDecoder final : public Decoder {
 public:
  explicit SensorthingsDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  struct Observation {
    std::optional<element> result;
    std::optional<element> phenomenon_time;
    std::optional<element> result_time;
    std::optional<element> id;
  };

  // `of_topic`: the datastream that the topic names.
  DecodeResult append_groups(array groups, std::optional<std::string_view> of_topic, Decoded& out);
  DecodeResult append_group(object group, std::optional<std::string_view> of_topic, Decoded& out);
  DecodeResult append(const Observation& observation, const std::optional<object>& datastream,
                      std::optional<std::string_view> of_topic, Decoded& out);
  bool append_one(element value, const std::optional<object>& property,
                  const std::optional<object>& unit, Decoded& out);
  bool append_result(element result, const std::optional<object>& datastream, Decoded& out);
  static DecodeResult finish(const Decoded& out);

  JsonParser json_;
  PayloadFields fields_;
  std::size_t readings_limit_;
};

}  // namespace senne::decode
