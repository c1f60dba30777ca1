#include "pipeline/decode/sparkplug_readings.h"

#include <limits>

#include "pipeline/decode/hex_text.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/sparkplug_value.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

using Kind = WireField::Kind;
using ValueKind = SparkplugValue::Kind;

// Twice as many digits, which is the longest text that becomes an observation.
constexpr std::size_t bytes_max = 32 * 1024;

// Sparkplug 3.0, section 6.4.9, quality codes. Another code says nothing against the value.
constexpr std::uint64_t quality_bad = 0;
constexpr std::uint64_t quality_stale = 500;

}  // namespace

SentTime sparkplug_time(std::optional<std::uint64_t> timestamp) {
  SentTime time;
  if (!timestamp) return time;
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  const auto nanos = *timestamp > most ? std::nullopt
                                       : nanos_from_number(static_cast<std::int64_t>(*timestamp),
                                                           EpochUnit::milliseconds);
  if (nanos) time.start = instant_from_nanos(*nanos);
  time.malformed = !nanos;
  return time;
}

SparkplugReadings::Result SparkplugReadings::append(const SparkplugMetric& metric,
                                                    std::string_view unit,
                                                    const SentTime& message_time, Decoded& out) {
  RawReading reading;
  reading.unit = unit;
  reading.time = message_time;
  path_.assign(metric.name);
  return append_metric(metric, reading, 1, out);
}

SparkplugReadings::Result SparkplugReadings::append_bad(std::string_view name,
                                                        DeadLetterReason reason,
                                                        const SentTime& time, Decoded& out) {
  RawReading reading;
  reading.time = time;
  reading.bad = reason;
  path_.assign(name);
  set_name(reading, out);
  return append_reading(reading, std::nullopt, out);
}

SparkplugReadings::Result SparkplugReadings::append_metric(const SparkplugMetric& metric,
                                                           RawReading reading, std::size_t depth,
                                                           Decoded& out) {
  SparkplugProperties properties;
  if (!read_properties(metric.properties, properties)) return Result::broken;
  if (metric.null) return Result::done;
  if (!properties.unit.empty()) reading.unit = properties.unit;
  if (reading.unit.size() > RawReading::name_bytes_max) reading.unit = {};
  if (metric.timestamp) reading.time = sparkplug_time(metric.timestamp);
  if (metric.historical) reading.historical = true;
  if (properties.quality == quality_bad || properties.quality == quality_stale) {
    reading.bad = DeadLetterReason::bad_value;
  }
  switch (metric.value.kind) {
    case ValueKind::none:
      return Result::done;
    case ValueKind::bytes:
      return append_bytes(metric, reading, out);
    case ValueKind::data_set:
      return append_data_set(metric.value.bytes, reading, out);
    case ValueKind::template_instance:
      return append_template(metric.value.bytes, reading, depth, out);
    default:
      set_name(reading, out);
      return append_reading(reading, scalar_of(metric.datatype, metric.value), out);
  }
}

SparkplugReadings::Result SparkplugReadings::append_bytes(const SparkplugMetric& metric,
                                                          RawReading reading, Decoded& out) {
  const std::string_view bytes = metric.value.bytes;
  const SparkplugDatatype datatype = metric.datatype;
  set_name(reading, out);
  if (is_array(datatype)) {
    if (auto array = SparkplugArray::read(datatype, bytes)) {
      Value element;
      for (std::uint64_t i = 0; array->next(element); ++i) {
        reading.channel = keep_integer(i, out);
        const Result result = append_reading(reading, element, out);
        if (result != Result::done) return result;
      }
      return Result::done;
    }
  }
  const bool expected = is_array(datatype) || datatype == SparkplugDatatype::unknown ||
                        datatype == SparkplugDatatype::bytes || datatype == SparkplugDatatype::file;
  if (!expected) return append_reading(reading, std::nullopt, out);
  if (bytes.size() > bytes_max) reading.bad = DeadLetterReason::limit;
  if (reading.bad) return append_reading(reading, std::nullopt, out);
  hex_.clear();
  append_hex(bytes, hex_);
  return append_reading(reading, Value(out.keep(hex_)), out);
}

SparkplugReadings::Result SparkplugReadings::append_data_set(std::string_view message,
                                                             const RawReading& reading,
                                                             Decoded& out) {
  std::size_t rows = 0;
  if (const Result read = read_columns(message, rows); read != Result::done) return read;
  RawReading cell = reading;
  std::uint64_t row = 0;
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (!field.is(4, Kind::bytes)) continue;
    if (!field.bytes.empty() && rows > 1) cell.channel = keep_integer(row, out);
    ++row;
    const Result result = append_row(field.bytes, cell, out);
    if (result != Result::done) return result;
  }
  return Result::done;
}

SparkplugReadings::Result SparkplugReadings::read_columns(std::string_view message,
                                                          std::size_t& rows) {
  columns_.clear();
  std::size_t types = 0;
  const auto take_type = [&](std::uint64_t datatype) {
    if (types < columns_.size()) {
      columns_[types].datatype =
          static_cast<SparkplugDatatype>(static_cast<std::uint32_t>(datatype));
    }
    ++types;
  };
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (field.is(4, Kind::bytes)) ++rows;
    if (!field.is(2, Kind::bytes)) continue;
    if (columns_.size() >= limit_) return Result::too_many;
    columns_.push_back({field.bytes, {}, SparkplugDatatype::unknown});
  }
  if (fields.broken()) return Result::broken;
  // A list of its own, which may stand before or behind the columns.
  WireFields again(message);
  while (again.next(field)) {
    if (field.is(3, Kind::varint)) take_type(field.integer);
    if (!field.is(3, Kind::bytes)) continue;
    PackedVarints packed(field.bytes);
    std::uint64_t datatype = 0;
    while (packed.next(datatype)) take_type(datatype);
    if (packed.broken()) return Result::broken;
  }
  return Result::done;
}

SparkplugReadings::Result SparkplugReadings::append_row(std::string_view message,
                                                        RawReading reading, Decoded& out) {
  const std::optional<DeadLetterReason> bad = reading.bad;
  WireFields fields(message);
  WireField field;
  std::size_t place = 0;
  while (fields.next(field)) {
    if (!field.is(1, Kind::bytes)) continue;
    SparkplugValue value;
    if (!read_data_set_value(field.bytes, value)) return Result::broken;
    reading.bad = bad;
    if (place >= columns_.size()) {
      // Nobody knows what it stands for, nor the rest of the row.
      reading.bad = DeadLetterReason::malformed;
      set_name(reading, out);
      return append_reading(reading, std::nullopt, out);
    }
    Column& column = columns_[place++];
    if (value.kind == ValueKind::none) continue;
    const std::size_t folder = path_.size();
    path_.append("/").append(column.column);
    if (column.name.empty()) {
      set_name(reading, out);
      column.name = reading.name;
    }
    if (path_.size() > RawReading::name_bytes_max) reading.bad = DeadLetterReason::limit;
    path_.resize(folder);
    reading.name = column.name;
    const Result result = append_reading(reading, scalar_of(column.datatype, value), out);
    if (result != Result::done) return result;
  }
  return fields.broken() ? Result::broken : Result::done;
}

SparkplugReadings::Result SparkplugReadings::append_template(std::string_view message,
                                                             const RawReading& reading,
                                                             std::size_t depth, Decoded& out) {
  if (depth > depth_max_) return Result::too_deep;
  bool definition = false;
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (field.is(5, Kind::varint)) definition = field.integer != 0;
  }
  if (fields.broken()) return Result::broken;
  if (definition) return Result::done;
  WireFields members(message);
  while (members.next(field)) {
    if (!field.is(2, Kind::bytes)) continue;
    SparkplugMetric member;
    if (!read_metric(field.bytes, member)) return Result::broken;
    RawReading as = reading;
    if (member.name.empty()) as.bad = DeadLetterReason::malformed;
    const std::size_t folder = path_.size();
    path_.append("/").append(member.name);
    const Result result = append_metric(member, as, depth + 1, out);
    path_.resize(folder);
    if (result != Result::done) return result;
  }
  return Result::done;
}

void SparkplugReadings::set_name(RawReading& reading, Decoded& out) const {
  if (path_.size() > RawReading::name_bytes_max) reading.bad = DeadLetterReason::limit;
  reading.name = out.keep_name(path_);
}

SparkplugReadings::Result SparkplugReadings::append_reading(RawReading reading,
                                                            const std::optional<Value>& value,
                                                            Decoded& out) const {
  if (!out.make_room(limit_)) return Result::too_many;
  if (value) {
    reading.value = *value;
  } else if (!reading.bad) {
    reading.bad = DeadLetterReason::bad_value;
  }
  out.readings.push_back(reading);
  return Result::done;
}

}  // namespace senne::decode
