#include "pipeline/decode/sparkplug_payload.h"

#include <algorithm>
#include <limits>

namespace senne::decode {
namespace {

using Kind = WireField::Kind;
using ValueKind = SparkplugValue::Kind;

// The number of the first field of each `oneof value`.
constexpr std::uint32_t metric_value = 10;
constexpr std::uint32_t property_value = 3;
constexpr std::uint32_t data_set_value = 1;

struct ValueField {
  ValueKind kind;
  Kind wire;
};
// In their order, which is the same everywhere; only a metric has them all.
constexpr ValueField value_fields[] = {
    {ValueKind::integer, Kind::varint},
    {ValueKind::long_integer, Kind::varint},
    {ValueKind::real, Kind::fixed32},
    {ValueKind::double_real, Kind::fixed64},
    {ValueKind::flag, Kind::varint},
    {ValueKind::text, Kind::bytes},
    {ValueKind::bytes, Kind::bytes},
    {ValueKind::data_set, Kind::bytes},
    {ValueKind::template_instance, Kind::bytes},
    {ValueKind::extension, Kind::bytes},
};
constexpr std::uint32_t scalar_fields = 6;

void take_value(const WireField& field, std::uint32_t first, std::uint32_t count,
                SparkplugValue& value) {
  if (field.number < first || field.number - first >= count) return;
  const std::uint32_t place = field.number - first;
  const ValueField& known = value_fields[place];
  if (field.kind != known.wire) return;
  value.kind = known.kind;
  value.bytes = field.kind == Kind::bytes ? field.bytes : std::string_view{};
  value.bits = field.integer;
  // As protobuf reads a uint32.
  if (known.kind == ValueKind::integer) value.bits &= std::numeric_limits<std::uint32_t>::max();
}

bool is_key(std::string_view key, std::string_view lower) {
  return std::equal(key.begin(), key.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// Keys and values are two lists: where in them stands what is looked for.
struct PropertyPlaces {
  std::optional<std::size_t> eng_unit;
  std::optional<std::size_t> unit;
  std::optional<std::size_t> quality;
};

bool read_property(std::string_view message, SparkplugValue& value) {
  WireFields fields(message);
  WireField field;
  bool null = false;
  while (fields.next(field)) {
    if (field.is(2, Kind::varint)) null = field.integer != 0;
    take_value(field, property_value, scalar_fields, value);
  }
  if (null) value = {};
  return !fields.broken();
}

}  // namespace

bool read_payload(std::string_view message, SparkplugPayload& payload) {
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (field.is(1, Kind::varint)) payload.timestamp = field.integer;
    if (field.is(3, Kind::varint)) payload.sequence = field.integer;
  }
  return !fields.broken();
}

bool read_metric(std::string_view message, SparkplugMetric& metric) {
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (field.is(1, Kind::bytes)) metric.name = field.bytes;
    if (field.is(2, Kind::varint)) metric.alias = field.integer;
    if (field.is(3, Kind::varint)) metric.timestamp = field.integer;
    if (field.is(4, Kind::varint)) {
      metric.datatype = static_cast<SparkplugDatatype>(static_cast<std::uint32_t>(field.integer));
    }
    if (field.is(5, Kind::varint)) metric.historical = field.integer != 0;
    if (field.is(7, Kind::varint)) metric.null = field.integer != 0;
    if (field.is(9, Kind::bytes)) metric.properties = field.bytes;
    take_value(field, metric_value, std::uint32_t{std::size(value_fields)}, metric.value);
  }
  return !fields.broken();
}

bool read_properties(std::string_view message, SparkplugProperties& properties) {
  if (message.empty()) return true;
  PropertyPlaces places;
  std::size_t keys = 0;
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (!field.is(1, Kind::bytes)) continue;
    if (!places.eng_unit && is_key(field.bytes, "engunit")) places.eng_unit = keys;
    if (!places.unit && is_key(field.bytes, "unit")) places.unit = keys;
    if (!places.quality && is_key(field.bytes, "quality")) places.quality = keys;
    ++keys;
  }
  if (fields.broken()) return false;
  const auto unit = places.eng_unit ? places.eng_unit : places.unit;
  std::size_t values = 0;
  WireFields again(message);
  while (again.next(field)) {
    if (!field.is(2, Kind::bytes)) continue;
    const std::size_t place = values++;
    if (place != unit && place != places.quality) continue;
    SparkplugValue value;
    if (!read_property(field.bytes, value)) return false;
    if (place == unit && value.kind == ValueKind::text) properties.unit = value.bytes;
    const bool integer = value.kind == ValueKind::integer || value.kind == ValueKind::long_integer;
    if (place == places.quality && integer) properties.quality = value.bits;
  }
  return true;
}

bool read_data_set_value(std::string_view message, SparkplugValue& value) {
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    take_value(field, data_set_value, scalar_fields, value);
    if (field.is(data_set_value + scalar_fields, Kind::bytes)) {
      value = {ValueKind::extension, 0, field.bytes};
    }
  }
  return !fields.broken();
}

}  // namespace senne::decode
