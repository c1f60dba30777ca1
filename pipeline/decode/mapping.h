// Any JSON, read by a route's mapping: docs/formats.md, mapping.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/vocabulary.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/json_pointer.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {

class MappingDecoder final : public Decoder {
 public:
  // The route's mapping must have passed `check_mapping`.
  explicit MappingDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  struct Reading {
    std::optional<JsonPointer> each;
    JsonPointer at;
    std::string property;
    std::string unit;
    std::optional<JsonPointer> channel;
    std::vector<std::string> true_when;
    bool number = false;  // the vocabulary says that the property is a number
    bool raw = false;     // the property is none of the vocabulary
  };

  DecodeResult decode_report(element from, const Message& message, Instant receive_time,
                             std::size_t index, Decoded& out);
  DecodeResult identify(element from, const Message& message, std::size_t index, Report& report,
                        Decoded& out) const;
  bool append(const Reading& reading, element from, Decoded& out) const;
  bool append_one(const Reading& reading, element from, Decoded& out) const;
  SentTime time_of(element from, Instant receive_time) const;
  std::string where(std::size_t index, const std::string& pointer) const;

  JsonParser json_;
  std::size_t readings_limit_;
  std::optional<JsonPointer> each_;
  std::optional<JsonPointer> device_;
  std::size_t device_level_ = 0;
  std::optional<JsonPointer> time_;
  TimeForm time_form_ = TimeForm::rfc3339;
  std::optional<CivilZone> zone_;
  std::optional<JsonPointer> sequence_;
  std::optional<JsonPointer> latitude_;
  std::optional<JsonPointer> longitude_;
  std::vector<Reading> readings_;
};

}  // namespace senne::decode
