#include "pipeline/decode/json_time.h"

namespace senne::decode {

SentTime epoch_time(element value, EpochUnit unit) {
  std::optional<std::int64_t> nanos;
  std::int64_t integer = 0;
  double number = 0;
  std::string_view text;
  if (value.is_int64() && value.get(integer) == simdjson::SUCCESS) {
    nanos = nanos_from_number(integer, unit);
  } else if (value.is_double() && value.get(number) == simdjson::SUCCESS) {
    nanos = nanos_from_number(number, unit);
  } else if (value.get(text) == simdjson::SUCCESS) {
    nanos = nanos_from_decimal(text, unit);
  }
  SentTime time;
  if (nanos) {
    time.start = instant_from_nanos(*nanos);
  } else {
    time.malformed = true;
  }
  return time;
}

SentTime rfc3339_time(element value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return parse_rfc3339_or_interval(text);
  SentTime time;
  time.malformed = true;
  return time;
}

SentTime epoch_time_member(object from, TimeMember name, EpochUnit unit) {
  const auto value = member(from, name.text());
  SentTime time = value ? epoch_time(*value, unit) : SentTime{};
  time.from = name;
  return time;
}

SentTime rfc3339_time_member(object from, TimeMember name) {
  const auto value = member(from, name.text());
  SentTime time = value ? rfc3339_time(*value) : SentTime{};
  time.from = name;
  return time;
}

}  // namespace senne::decode
