#include "pipeline/decode/time_text.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace senne::decode {
namespace {

constexpr std::int64_t nanos_per_second = 1'000'000'000;
// The whole seconds on either side of 1970 that an Instant can hold with any fraction.
constexpr std::int64_t seconds_limit =
    std::numeric_limits<std::int64_t>::max() / nanos_per_second - 1;

bool digit(char c) { return c >= '0' && c <= '9'; }

struct CivilTime {
  std::chrono::year_month_day date;
  int hour = 0;
  int minute = 0;
  int second = 0;  // 60 in a leap second
  std::int64_t nanos = 0;
};

// Takes what it knows from the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool number(std::size_t digits, int& value) {
    if (rest_.size() < digits) return false;
    value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!digit(rest_[i])) return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }
  bool one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    taken_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  // `.` and at least one digit; those beyond nanoseconds are cut.
  bool fraction(std::int64_t& nanos) {
    std::int64_t place = nanos_per_second / 10;
    std::size_t at = 0;
    for (; at < rest_.size() && digit(rest_[at]); ++at) {
      nanos += place * (rest_[at] - '0');
      place /= 10;
    }
    rest_.remove_prefix(at);
    return at > 0;
  }
  char taken() const { return taken_; }
  std::string_view rest() const { return rest_; }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  char taken_ = '\0';
};

bool take_date_and_minute(Cursor& cursor, CivilTime& time) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!cursor.number(4, year) || !cursor.one_of("-") || !cursor.number(2, month) ||
      !cursor.one_of("-") || !cursor.number(2, day) || !cursor.one_of("Tt ") ||
      !cursor.number(2, time.hour) || !cursor.one_of(":") || !cursor.number(2, time.minute)) {
    return false;
  }
  time.date = std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(month)} /
              std::chrono::day{static_cast<unsigned>(day)};
  return time.date.ok() && time.hour <= 23 && time.minute <= 59;
}

bool take_second(Cursor& cursor, CivilTime& time) {
  if (!cursor.number(2, time.second) || time.second > 60) return false;
  return !cursor.one_of(".") || cursor.fraction(time.nanos);
}

// `+02:00`, in seconds east of UTC.
bool take_offset(Cursor& cursor, std::int64_t& offset) {
  if (!cursor.one_of("+-")) return false;
  const int sign = cursor.taken() == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (!cursor.number(2, hours) || !cursor.one_of(":") || !cursor.number(2, minutes) || hours > 23 ||
      minutes > 59) {
    return false;
  }
  offset = sign * (hours * 3'600 + minutes * 60);
  return true;
}

// Seconds since 1970 of the civil time as if it were UTC.
std::int64_t seconds_of(const CivilTime& time) {
  const auto days = std::chrono::sys_days{time.date}.time_since_epoch().count();
  return std::int64_t{days} * 86'400 + time.hour * 3'600 + time.minute * 60 + time.second;
}

std::optional<Instant> instant_at(std::int64_t seconds, std::int64_t nanos) {
  if (seconds < -seconds_limit || seconds > seconds_limit) return std::nullopt;
  return instant_from_nanos(seconds * nanos_per_second + nanos);
}

// Whether a second 60 read at this UTC second (which is the one after it) can be a leap second.
bool after_month_end(std::int64_t seconds) {
  const std::chrono::sys_seconds instant{std::chrono::seconds{seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  return instant == day && std::chrono::year_month_day{day}.day() == std::chrono::day{1};
}

template <class Parse>
SentTime interval(std::string_view text, const Parse& parse) {
  SentTime time;
  const auto slash = text.find('/');
  time.start = parse(text.substr(0, slash));
  if (slash != std::string_view::npos) {
    time.end = parse(text.substr(slash + 1));
    if (!time.end || !time.start || *time.end < *time.start) time.start = std::nullopt;
  }
  if (!time.start) {
    time.end = std::nullopt;
    time.malformed = true;
  }
  return time;
}

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
  Cursor cursor(text);
  CivilTime time;
  if (!take_date_and_minute(cursor, time) || !cursor.one_of(":") || !take_second(cursor, time)) {
    return std::nullopt;
  }
  std::int64_t offset = 0;
  if (!cursor.one_of("Zz") && !take_offset(cursor, offset)) return std::nullopt;
  if (!cursor.done()) return std::nullopt;
  const std::int64_t seconds = seconds_of(time) - offset;
  if (time.second == 60 && !after_month_end(seconds)) return std::nullopt;
  return instant_at(seconds, time.nanos);
}

std::optional<Instant> parse_day_first(std::string_view text) {
  Cursor cursor(text);
  CivilTime time;
  int year = 0;
  int month = 0;
  int day = 0;
  if (!cursor.number(2, day) || !cursor.one_of("/") || !cursor.number(2, month) ||
      !cursor.one_of("/") || !cursor.number(4, year) || !cursor.one_of("T ") ||
      !cursor.number(2, time.hour) || !cursor.one_of(":") || !cursor.number(2, time.minute) ||
      !cursor.one_of(":") || !take_second(cursor, time)) {
    return std::nullopt;
  }
  time.date = std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(month)} /
              std::chrono::day{static_cast<unsigned>(day)};
  if (!time.date.ok() || time.hour > 23 || time.minute > 59 || time.second > 59) {
    return std::nullopt;
  }
  std::int64_t offset = 0;
  const std::string_view zone = cursor.rest();
  if (zone == "CET") {
    offset = 3'600;
  } else if (zone == "CEST") {
    offset = 7'200;
  } else if (!zone.empty() && zone != "UTC" && zone != "GMT" && zone != "Z" &&
             !(take_offset(cursor, offset) && cursor.done())) {
    return std::nullopt;
  }
  return instant_at(seconds_of(time) - offset, time.nanos);
}

SentTime parse_rfc3339_or_interval(std::string_view text) { return interval(text, parse_rfc3339); }

std::optional<std::int64_t> nanos_from_decimal(std::string_view text, EpochUnit unit) {
  constexpr std::size_t kept = 40;  // digits beyond these cannot change the rounded result
  char digits[kept];
  std::size_t count = 0;
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  int point = 0;  // where the decimal point stands, counted from the first digit kept
  bool any = false;
  bool fraction = false;
  while (!text.empty() && (digit(text.front()) || (!fraction && text.front() == '.'))) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '.') {
      fraction = true;
      continue;
    }
    any = true;
    if (count > 0 || c != '0') {
      if (count < kept) digits[count++] = c;
      if (!fraction) ++point;
    } else if (fraction) {
      --point;
    }
  }
  if (!any) return std::nullopt;
  if (!text.empty()) {
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    if (text.starts_with('+')) {
      text.remove_prefix(1);
      if (text.starts_with('-')) return std::nullopt;
    }
    constexpr int exponent_max = 10'000;
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    // The least int has no absolute value.
    const bool far = exponent < -exponent_max || exponent > exponent_max;
    if (error != std::errc{} || end != text.data() + text.size() || far) return std::nullopt;
    point += exponent;
  }
  if (count == 0) return 0;
  point += static_cast<int>(unit);
  if (point < 0) return 0;
  if (point > 19) return std::nullopt;
  std::uint64_t value = 0;
  const auto places = static_cast<std::size_t>(point);
  for (std::size_t i = 0; i < places; ++i) {
    value = value * 10 + static_cast<std::uint64_t>(i < count ? digits[i] - '0' : 0);
  }
  if (places < count && digits[places] >= '5') ++value;
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  const auto magnitude = static_cast<std::int64_t>(value);
  return negative ? -magnitude : magnitude;
}

std::optional<std::int64_t> nanos_from_number(double number, EpochUnit unit) {
  if (!std::isfinite(number)) return std::nullopt;
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific);
  return nanos_from_decimal({text, static_cast<std::size_t>(end.ptr - text)}, unit);
}

std::optional<std::int64_t> nanos_from_number(std::int64_t number, EpochUnit unit) {
  std::int64_t factor = 1;
  for (int i = 0; i < static_cast<int>(unit); ++i) factor *= 10;
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(number, factor, &nanos)) return std::nullopt;
  return nanos;
}

std::optional<CivilZone> CivilZone::load(const std::string& name) {
  absl::TimeZone zone;
  if (name.empty() || !absl::LoadTimeZone(name, &zone)) return std::nullopt;
  return CivilZone(zone);
}

std::optional<CivilZone::Reading> CivilZone::read(std::string_view text) const {
  const auto with_offset = [&]() -> std::optional<Reading> {
    const auto instant = parse_rfc3339(text);
    if (!instant) return std::nullopt;
    return Reading{*instant, std::nullopt};
  };
  Cursor cursor(text);
  CivilTime time;
  if (!take_date_and_minute(cursor, time)) return std::nullopt;
  if (cursor.one_of(":") && (!take_second(cursor, time) || time.second > 59)) return with_offset();
  if (!cursor.done()) return with_offset();
  const absl::CivilSecond civil(static_cast<int>(time.date.year()),
                                static_cast<int>(static_cast<unsigned>(time.date.month())),
                                static_cast<int>(static_cast<unsigned>(time.date.day())), time.hour,
                                time.minute, time.second);
  const absl::TimeZone::TimeInfo at = zone_.At(civil);
  const auto first = instant_at(absl::ToUnixSeconds(at.pre), time.nanos);
  if (!first) return std::nullopt;
  const bool twice = at.kind == absl::TimeZone::TimeInfo::REPEATED;
  return Reading{*first,
                 twice ? instant_at(absl::ToUnixSeconds(at.post), time.nanos) : std::nullopt};
}

std::optional<Instant> CivilZone::parse(std::string_view text) const {
  const auto reading = read(text);
  if (!reading) return std::nullopt;
  return reading->first;
}

SentTime CivilZone::parse_or_interval(std::string_view text) const {
  return interval(text, [this](std::string_view part) { return parse(part); });
}

SentTime CivilZone::parse_or_interval(std::string_view text, Instant receive_time) const {
  const auto reading = read(text);
  if (!reading || !reading->again) return parse_or_interval(text);
  const auto from_receipt = [&](Instant instant) {
    return instant > receive_time ? instant - receive_time : receive_time - instant;
  };
  SentTime time;
  const bool again = from_receipt(*reading->again) < from_receipt(reading->first);
  time.start = again ? *reading->again : reading->first;
  time.repeated = true;
  return time;
}

}  // namespace senne::decode
