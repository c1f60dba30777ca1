// The readings of a metric: one of a scalar, one an element of an array, a cell of a DataSet, a
// member of a Template instance (docs/formats.md, sparkplug-b).
//
// THREAD  one.
// OWNS    buffers, reused from metric to metric.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decoder.h"
#include "pipeline/decode/sparkplug_payload.h"

namespace senne::decode {

// A time in ms since 1970; `malformed` beyond what an Instant can hold.
SentTime sparkplug_time(std::optional<std::uint64_t> timestamp);

class SparkplugReadings {
 public:
  enum class Result { done, broken, too_many, too_deep };

  SparkplugReadings(std::size_t readings_limit, std::size_t depth_max)
      : limit_(readings_limit), depth_max_(depth_max) {}

  // What the metric says under its name and datatype, with its own time or else `message_time`, in
  // its own unit or else `unit`. Nothing of one that is null or without a value.
  Result append(const SparkplugMetric& metric, std::string_view unit, const SentTime& message_time,
                Decoded& out);

  // A reading that says why there is none.
  Result append_bad(std::string_view name, DeadLetterReason reason, const SentTime& time,
                    Decoded& out);

 private:
  // These are given a reading with all that is known of it so far; `path_` is its name.
  Result append_metric(const SparkplugMetric& metric, RawReading reading, std::size_t depth,
                       Decoded& out);
  Result append_bytes(const SparkplugMetric& metric, RawReading reading, Decoded& out);
  Result append_data_set(std::string_view message, const RawReading& reading, Decoded& out);
  Result read_columns(std::string_view message, std::size_t& rows);
  Result append_row(std::string_view message, RawReading reading, Decoded& out);
  Result append_template(std::string_view message, const RawReading& reading, std::size_t depth,
                         Decoded& out);
  void set_name(RawReading& reading, Decoded& out) const;
  // Without a value it is bad.
  Result append_reading(RawReading reading, const std::optional<Value>& value, Decoded& out) const;

  struct Column {
    std::string_view column;
    std::string_view name;  // of its readings, once there is one
    SparkplugDatatype datatype = SparkplugDatatype::unknown;
  };

  std::size_t limit_;
  std::size_t depth_max_;
  std::string path_;
  std::string hex_;
  std::vector<Column> columns_;
};

}  // namespace senne::decode
