#include "pipeline/decode/senml_cbor.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "pipeline/decode/json.h"
#include "pipeline/decode/text_value.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

using Kind = CborItem::Kind;

// RFC 8428, table 4.
enum Label : std::int64_t {
  bver = -1,
  bn = -2,
  bt = -3,
  bu = -4,
  bv = -5,
  bs = -6,
  n = 0,
  u = 1,
  v = 2,
  vs = 3,
  vb = 4,
  s = 5,
  t = 6,
  ut = 7,
  vd = 8,
};

constexpr std::uint64_t decimal_fraction = 4;  // RFC 8949, section 3.4.4

tl::unexpected<NotDecoded> malformed(std::size_t index, std::string_view what) {
  return rejected(DeadLetterReason::malformed,
                  fmt::format("expected {} in the record at /{}", what, index));
}

std::optional<std::int64_t> whole(const CborItem& item) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (item.integer > most) return std::nullopt;
  if (item.kind == Kind::unsigned_integer) return static_cast<std::int64_t>(item.integer);
  if (item.kind == Kind::negative_integer) return -1 - static_cast<std::int64_t>(item.integer);
  return std::nullopt;
}

// An integer, a float, or a decimal fraction: then its text, by which no digit is lost.
struct Number {
  SenmlNumber number;
  std::array<char, 48> digits{};
  std::size_t size = 0;

  std::string_view text() const { return {digits.data(), size}; }
};

std::optional<Number> read_number(CborItems& items, CborItem item) {
  Number result;
  if (item.kind == Kind::tag && item.integer == decimal_fraction) {
    CborItem exponent;
    CborItem mantissa;
    if (!items.next(item) || item.kind != Kind::array || item.indefinite || item.integer != 2 ||
        !items.next(exponent) || !items.next(mantissa)) {
      return std::nullopt;
    }
    const auto power = whole(exponent);
    const auto digits = whole(mantissa);
    constexpr std::int64_t power_max = 400;  // beyond it there is no double
    if (!power || !digits || *power > power_max || *power < -power_max) return std::nullopt;
    const auto end =
        fmt::format_to_n(result.digits.data(), result.digits.size(), "{}e{}", *digits, *power).out;
    result.size = static_cast<std::size_t>(end - result.digits.data());
    result.number.value = number_in(result.text());
    return result;
  }
  if (const auto integer = whole(item)) {
    result.number.value = Value(*integer);
  } else if (item.kind == Kind::unsigned_integer) {
    result.number.value = Value(item.integer);
  } else if (item.kind == Kind::negative_integer) {
    result.number.value = Value(-1.0 - static_cast<double>(item.integer));
  } else if (item.kind == Kind::real) {
    // NaN and infinities are no value (RFC 8428, section 4.3); their reading says so.
    if (std::isfinite(item.real)) result.number.value = Value(item.real);
  } else {
    return std::nullopt;
  }
  return result;
}

std::optional<std::int64_t> nanos_of(const Number& number) {
  if (number.size > 0) return nanos_from_decimal(number.text(), EpochUnit::seconds);
  if (!number.number.value) return std::nullopt;
  if (const auto* integer = std::get_if<std::int64_t>(&*number.number.value)) {
    return nanos_from_number(*integer, EpochUnit::seconds);
  }
  const auto real = number.number.as_double();
  return real ? nanos_from_number(*real, EpochUnit::seconds) : std::nullopt;
}

bool is_text(const CborItem& item) {
  return item.kind == Kind::text || item.kind == Kind::text_pieces;
}

}  // namespace

DecodeResult SenmlCborDecoder::decode(const Message& message, Instant receive_time, Decoded& out) {
  CborItems items(message.payload);
  CborItem item;
  if (!items.next(item) || item.kind != Kind::array) {
    return rejected(DeadLetterReason::malformed,
                    "expected a CBOR array of SenML records at byte 0");
  }
  // A record takes two bytes at least, whatever number of them is announced.
  const std::size_t most = items.left() / 2 + 1;
  const bool indefinite = item.indefinite;
  const std::uint64_t announced = item.integer;
  pack_.begin(receive_time, indefinite ? 0 : std::min<std::uint64_t>(announced, most), out);
  for (std::size_t index = 0; indefinite || index < announced; ++index) {
    if (!items.next(item)) return malformed(index, "the next item");
    if (indefinite && item.kind == Kind::stop) break;
    if (item.kind != Kind::map) return malformed(index, "a map");
    if (auto read = read_record(items, item, index, out); !read) return read;
  }
  if (!items.at_end()) {
    return rejected(
        DeadLetterReason::malformed,
        fmt::format("expected the end of the document, found {} bytes more", items.left()));
  }
  return pack_.finish(out);
}

DecodeResult SenmlCborDecoder::read_record(CborItems& items, const CborItem& map, std::size_t index,
                                           Decoded& out) {
  SenmlRecord record;
  for (std::uint64_t i = 0; map.indefinite || i < map.integer; ++i) {
    CborItem label;
    CborItem value;
    if (!items.next(label)) return malformed(index, "a label");
    if (map.indefinite && label.kind == Kind::stop) break;
    std::optional<std::string_view> text;
    if (is_text(label) && !read_text(items, label, text, out)) return malformed(index, "a label");
    if (!items.next(value)) return malformed(index, "a value");
    if (text) {
      // RFC 8428, section 4.4: what ends with `_` must be understood.
      if (text->ends_with('_')) {
        return malformed(index, fmt::format("fields that are understood, not {},", *text));
      }
      if (!skip(items, value, 1)) return malformed(index, "a value");
      continue;
    }
    if (auto read = read_member(label, items, value, index, record, out); !read) return read;
  }
  return pack_.append_record(record, index, out);
}

DecodeResult SenmlCborDecoder::read_member(const CborItem& label, CborItems& items,
                                           const CborItem& item, std::size_t index,
                                           SenmlRecord& record, Decoded& out) {
  const auto known = whole(label);
  if (!known) return malformed(index, "labels that are integers or texts");
  const auto wrong = [&] {
    return malformed(index, fmt::format("a value that RFC 8428 allows at label {}", *known));
  };
  const auto number = [&](std::optional<SenmlNumber>& to) {
    const auto read = read_number(items, item);
    if (read && !to) to = read->number;
    return read.has_value();
  };
  const auto seconds = [&](std::optional<std::int64_t>& to) {
    const auto read = read_number(items, item);
    if (read && !to) to = nanos_of(*read);
    return to.has_value();
  };
  bool read = true;
  switch (*known) {
    case bver: {
      const auto version = read_number(items, item);
      const auto as_double = version ? version->number.as_double() : std::nullopt;
      if (as_double && *as_double > static_cast<double>(senml_version)) {
        return rejected(DeadLetterReason::unsupported_version,
                        fmt::format("expected SenML version {} or older at /{}, found {}",
                                    senml_version, index, *as_double));
      }
      read = as_double && *as_double >= 1;
      break;
    }
    case bn:
      read = read_text(items, item, record.base_name, out);
      break;
    case bt:
      read = seconds(record.base_time);
      break;
    case bu:
      read = read_text(items, item, record.base_unit, out);
      break;
    case bv:
      read = number(record.base_value);
      break;
    case bs: {
      std::optional<SenmlNumber> sum;
      read = number(sum);
      if (read && !record.base_sum) record.base_sum = sum->as_double();
      read = read && record.base_sum;
      break;
    }
    case n:
      read = read_text(items, item, record.name, out);
      break;
    case u:
      read = read_text(items, item, record.unit, out);
      break;
    case v:
      read = number(record.value);
      break;
    case vs:
      read = read_text(items, item, record.text, out);
      break;
    case vb:
      read = item.kind == Kind::flag;
      if (read && !record.flag) record.flag = item.flag;
      break;
    case s:
      read = number(record.sum);
      break;
    case t:
      read = seconds(record.time);
      break;
    case ut:
      read = read_number(items, item).has_value();
      break;
    case vd:
      read = read_bytes(items, item, record.data, out);
      break;
    default:
      read = skip(items, item, 1);
  }
  if (read) return {};
  // A value of another type is its record's fault alone, where it is known where it ends.
  const bool value = *known == v || *known == vs || *known == vb || *known == vd || *known == s;
  const bool begun = item.kind == Kind::tag || item.kind == Kind::text_pieces ||
                     item.kind == Kind::bytes_pieces || item.kind == Kind::stop;
  if (!value || begun || !skip(items, item, 1)) return wrong();
  record.wrong_value = true;
  return {};
}

// A text in one piece stays where it is.
bool SenmlCborDecoder::read_text(CborItems& items, const CborItem& first,
                                 std::optional<std::string_view>& to, Decoded& out) {
  std::string_view text = first.bytes;
  if (first.kind == Kind::text_pieces) {
    if (!join(items, Kind::text)) return false;
    text = out.keep(joined_);
  } else if (first.kind != Kind::text) {
    return false;
  }
  if (!to) to = text;
  return true;
}

// As JSON has it: in the URL alphabet, without padding.
bool SenmlCborDecoder::read_bytes(CborItems& items, const CborItem& first,
                                  std::optional<std::string_view>& to, Decoded& out) {
  std::string_view bytes = first.bytes;
  if (first.kind == Kind::bytes_pieces) {
    if (!join(items, Kind::bytes)) return false;
    bytes = joined_;
  } else if (first.kind != Kind::bytes) {
    return false;
  }
  absl::WebSafeBase64Escape(absl::string_view(bytes.data(), bytes.size()), &escaped_);
  if (!to) to = out.keep(escaped_);
  return true;
}

bool SenmlCborDecoder::join(CborItems& items, CborItem::Kind piece) {
  joined_.clear();
  CborItem item;
  while (items.next(item)) {
    if (item.kind == Kind::stop) return true;
    if (item.kind != piece) return false;
    joined_.append(item.bytes);
  }
  return false;
}

// Passes over a value that nobody knows; false where it is broken, or nested deeper than the limit.
bool SenmlCborDecoder::skip(CborItems& items, const CborItem& first, std::size_t depth) {
  if (depth > depth_max_) return false;
  CborItem item;
  switch (first.kind) {
    case Kind::text_pieces:
      return join(items, Kind::text);
    case Kind::bytes_pieces:
      return join(items, Kind::bytes);
    case Kind::tag:
      return items.next(item) && skip(items, item, depth + 1);
    case Kind::array:
    case Kind::map: {
      const std::uint64_t each = first.kind == Kind::map ? 2 : 1;
      for (std::uint64_t i = 0; first.indefinite || i / each < first.integer; ++i) {
        if (!items.next(item)) return false;
        if (first.indefinite && item.kind == Kind::stop) return i % each == 0;
        if (!skip(items, item, depth + 1)) return false;
      }
      return true;
    }
    case Kind::stop:
      return false;
    default:
      return true;
  }
}

}  // namespace senne::decode
