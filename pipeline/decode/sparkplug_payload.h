// The bytes of a Sparkplug B message, taken apart: what is where, not what it means. Fields are
// those of sparkplug_b.proto (Eclipse Tahu), which is proto2: what is absent was not said, and has
// no default.
//
// THREAD  any; pure.
// OWNS    nothing: everything points into the message.
// FAILS   false where the bytes are no such message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "pipeline/decode/wire_fields.h"

namespace senne::decode {

// Sparkplug 3.0, section 6.4.16.
enum class SparkplugDatatype : std::uint32_t {
  unknown = 0,
  int8 = 1,
  int16 = 2,
  int32 = 3,
  int64 = 4,
  uint8 = 5,
  uint16 = 6,
  uint32 = 7,
  uint64 = 8,
  float32 = 9,
  float64 = 10,
  boolean = 11,
  string = 12,
  date_time = 13,
  text = 14,
  uuid = 15,
  data_set = 16,
  bytes = 17,
  file = 18,
  template_instance = 19,
  int8_array = 22,
  int16_array = 23,
  int32_array = 24,
  int64_array = 25,
  uint8_array = 26,
  uint16_array = 27,
  uint32_array = 28,
  uint64_array = 29,
  float_array = 30,
  double_array = 31,
  boolean_array = 32,
  string_array = 33,
  date_time_array = 34,
};

// What was sent in one of the `oneof value`: the last one, where there are several.
struct SparkplugValue {
  enum class Kind : std::uint8_t {
    none,
    integer,  // 32 bits
    long_integer,
    real,
    double_real,
    flag,
    text,
    bytes,
    data_set,
    template_instance,
    extension,
  };
  Kind kind = Kind::none;
  std::uint64_t bits = 0;  // of numbers and flags
  std::string_view bytes;  // of the rest
};

struct SparkplugPayload {
  std::optional<std::uint64_t> timestamp;  // ms since 1970
  std::optional<std::uint64_t> sequence;
};
// Of all but the metrics, which are fields of their own: payload_metrics.
bool read_payload(std::string_view message, SparkplugPayload& payload);
inline constexpr std::uint32_t payload_metrics = 2;

struct SparkplugMetric {
  std::string_view name;
  std::optional<std::uint64_t> alias;
  std::optional<std::uint64_t> timestamp;
  SparkplugDatatype datatype = SparkplugDatatype::unknown;
  bool historical = false;
  bool null = false;
  std::string_view properties;  // a PropertySet
  SparkplugValue value;
};
bool read_metric(std::string_view message, SparkplugMetric& metric);

// What a PropertySet says of its metric that matters here.
struct SparkplugProperties {
  std::string_view unit;                 // `engUnit`, else `unit`, in any case; empty: none
  std::optional<std::uint64_t> quality;  // `Quality`
};
bool read_properties(std::string_view message, SparkplugProperties& properties);

// The `oneof value` of an element of a DataSet.
bool read_data_set_value(std::string_view message, SparkplugValue& value);

}  // namespace senne::decode
