// One record of a SenML pack (RFC 8428, section 4) as sent, before it is resolved.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/json.h"

namespace senne::decode {

// The newest version of SenML that is understood (RFC 8428, section 4.4).
inline constexpr std::int64_t senml_version = 10;

// As sent; nothing in it where it is beyond the range of a double: that is its reading's fault, not
// the pack's.
struct SenmlNumber {
  std::optional<Value> value;

  std::optional<double> as_double() const;
};

struct SenmlRecord {
  std::optional<std::string_view> base_name;
  std::optional<std::int64_t> base_time;  // nanoseconds
  std::optional<std::string_view> base_unit;
  std::optional<SenmlNumber> base_value;
  std::optional<double> base_sum;
  std::optional<std::string_view> name;
  std::optional<std::string_view> unit;
  std::optional<SenmlNumber> value;
  std::optional<std::string_view> text;
  std::optional<bool> flag;
  std::optional<std::string_view> data;  // base64url
  std::optional<SenmlNumber> sum;
  std::optional<std::int64_t> time;  // nanoseconds
  bool wrong_value = false;          // a value or sum of another type than its label says

  int values() const { return (value ? 1 : 0) + (text ? 1 : 0) + (flag ? 1 : 0) + (data ? 1 : 0); }
  // Whether it says more than what holds from here on.
  bool measures() const { return values() > 0 || sum || name || unit || time || wrong_value; }
};

// A record in JSON.
//
// A value that is not of its label's type is its record's fault alone; null is none.
//
// FAILS   malformed: another field has a type or value that the RFC does not allow, or a field that
// must
//         be understood (its label ends with `_`) is not known; unsupported_version. `index` is
//         the record's place in the pack, for the detail.
tl::expected<SenmlRecord, NotDecoded> read_senml_record(object fields, std::size_t index);

// Whether this is base64 in the URL alphabet, as data values are, with or without padding.
bool is_base64url(std::string_view text);

}  // namespace senne::decode
