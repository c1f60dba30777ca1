#include "pipeline/decode/sparkplug_value.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace senne::decode {
namespace {

using Kind = SparkplugValue::Kind;
using Type = SparkplugDatatype;

bool is_integer(const SparkplugValue& value) {
  return value.kind == Kind::integer || value.kind == Kind::long_integer;
}

// A negative number of `width` bits may have been widened to 32 or 64 bits on its way.
std::optional<Value> signed_of(unsigned width, std::uint64_t bits) {
  const std::uint64_t half = std::uint64_t{1} << (width - 1);
  if (bits < half) return Value(static_cast<std::int64_t>(bits));
  for (const unsigned widened : {width, 32U, 64U}) {
    const std::uint64_t top = widened == 64 ? 0 : std::uint64_t{1} << widened;
    const std::uint64_t below = top - bits;  // how far below zero; of 64 bits it wraps to that
    if (below <= half && below > 0) return Value(-static_cast<std::int64_t>(below - 1) - 1);
  }
  return std::nullopt;
}

std::optional<Value> unsigned_of(unsigned width, std::uint64_t bits) {
  if (width < 64 && bits >> width != 0) return std::nullopt;
  return Value(bits);
}

std::optional<Value> real_of(const SparkplugValue& value) {
  if (value.kind == Kind::real) {
    return Value(double{std::bit_cast<float>(static_cast<std::uint32_t>(value.bits))});
  }
  if (value.kind == Kind::double_real) return Value(std::bit_cast<double>(value.bits));
  return std::nullopt;
}

std::optional<Value> as_sent(const SparkplugValue& value) {
  if (is_integer(value)) return Value(value.bits);
  if (value.kind == Kind::flag) return Value(value.bits != 0);
  if (value.kind == Kind::text) return Value(value.bytes);
  return real_of(value);
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), bytes.size());
  return bits;
}

struct Element {
  Type scalar;  // what one element is
  std::size_t width;
};
// From int8_array on.
constexpr Element elements[] = {
    {Type::int8, 1},    {Type::int16, 2},   {Type::int32, 4},   {Type::int64, 8},
    {Type::uint8, 1},   {Type::uint16, 2},  {Type::uint32, 4},  {Type::uint64, 8},
    {Type::float32, 4}, {Type::float64, 8}, {Type::boolean, 0}, {Type::string, 0},
    {Type::uint64, 8},
};

const Element& element_of(Type array) {
  return elements[static_cast<std::size_t>(array) - static_cast<std::size_t>(Type::int8_array)];
}

}  // namespace

std::optional<Value> scalar_of(SparkplugDatatype datatype, const SparkplugValue& value) {
  const auto of_width = [&](auto convert, unsigned width) -> std::optional<Value> {
    if (!is_integer(value)) return std::nullopt;
    return convert(width, value.bits);
  };
  switch (datatype) {
    case Type::unknown:
      return as_sent(value);
    case Type::int8:
      return of_width(signed_of, 8);
    case Type::int16:
      return of_width(signed_of, 16);
    case Type::int32:
      return of_width(signed_of, 32);
    case Type::int64:
      return of_width(signed_of, 64);
    case Type::uint8:
      return of_width(unsigned_of, 8);
    case Type::uint16:
      return of_width(unsigned_of, 16);
    case Type::uint32:
      return of_width(unsigned_of, 32);
    case Type::uint64:
    case Type::date_time:
      return of_width(unsigned_of, 64);
    case Type::float32:
    case Type::float64:
      return real_of(value);
    case Type::boolean:
      return value.kind == Kind::flag ? as_sent(value) : std::nullopt;
    case Type::string:
    case Type::text:
    case Type::uuid:
      return value.kind == Kind::text ? as_sent(value) : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<SparkplugArray> SparkplugArray::read(SparkplugDatatype datatype,
                                                   std::string_view bytes) {
  SparkplugArray array;
  array.datatype_ = datatype;
  array.rest_ = bytes;
  array.width_ = element_of(datatype).width;
  if (datatype == Type::boolean_array) {
    constexpr std::size_t count_bytes = 4;
    if (bytes.size() < count_bytes) return std::nullopt;
    array.left_ = little_endian(bytes.substr(0, count_bytes));
    array.rest_ = bytes.substr(count_bytes);
    if ((array.left_ + 7) / 8 != array.rest_.size()) return std::nullopt;
  } else if (datatype == Type::string_array) {
    if (!bytes.empty() && bytes.back() != '\0') return std::nullopt;
    array.left_ = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\0'));
  } else {
    if (bytes.size() % array.width_ != 0) return std::nullopt;
    array.left_ = bytes.size() / array.width_;
  }
  return array;
}

bool SparkplugArray::next(Value& element) {
  if (left_ == 0) return false;
  --left_;
  if (datatype_ == Type::boolean_array) {
    const auto byte = static_cast<unsigned char>(rest_[bit_ / 8]);
    element = (byte >> (7 - bit_ % 8) & 1U) != 0;
    ++bit_;
    return true;
  }
  if (datatype_ == Type::string_array) {
    const std::size_t end = rest_.find('\0');
    element = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }
  SparkplugValue value;
  value.bits = little_endian(rest_.substr(0, width_));
  rest_.remove_prefix(width_);
  const Type scalar = element_of(datatype_).scalar;
  value.kind = Kind::long_integer;
  if (scalar == Type::float32) value.kind = Kind::real;
  if (scalar == Type::float64) value.kind = Kind::double_real;
  // Of its own width every pattern of bits is a value.
  element = *scalar_of(scalar, value);
  return true;
}

}  // namespace senne::decode
