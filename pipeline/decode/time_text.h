// Times as sources write them, read exactly: decimal digits become nanoseconds without passing
// through a double.
//
// THREAD  any.
// FAILS   nothing where the text is no time of that form, or lies outside what an Instant can hold
//         (years 1678 to 2261).
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/decoder.h"
#include "core/time.h"

namespace senne::decode {

// RFC 3339: `2026-11-22T08:00:00.123456789+01:00`. `t`, `z` and a space for the `T` are taken, as
// section 5.6 allows; digits beyond nanoseconds are cut. A leap second (`23:59:60` UTC on the last
// day of a month) is the second that follows it, as in POSIX time.
std::optional<Instant> parse_rfc3339(std::string_view text);

// `22/11/2026T08:00:00CET`: the day first, and behind it `CET`, `CEST`, `UTC`, `GMT`, `Z`, an
// offset, or nothing, which is UTC.
std::optional<Instant> parse_day_first(std::string_view text);

// RFC 3339, or an interval of two such times: `a/b`, not ending before it starts.
SentTime parse_rfc3339_or_interval(std::string_view text);

// The power of ten that turns the unit into nanoseconds.
enum class EpochUnit : int { seconds = 9, milliseconds = 6, microseconds = 3 };

// A number in that unit as nanoseconds, rounded to the nearest. Text is a decimal number with
// optional fraction and exponent. A double stands for the shortest decimal that names it, which is
// what the sender wrote if that had up to 15 digits.
std::optional<std::int64_t> nanos_from_decimal(std::string_view text, EpochUnit unit);
std::optional<std::int64_t> nanos_from_number(double number, EpochUnit unit);
std::optional<std::int64_t> nanos_from_number(std::int64_t number, EpochUnit unit);

// A civil time of a zone: `2026-11-22T08:00`, seconds and fraction optional, `T` or a space. A text
// that carries `Z` or an offset of its own is taken at its word.
//
// A time that the zone skips when clocks go forward is read with the offset in force before the
// change (02:30 becomes 03:30 summer time). A time that occurs twice when clocks go back is the one
// nearer to the receipt of the message, where that is known, else the first of the two.
class CivilZone {
 public:
  // Nothing where there is no such zone in the system's database.
  static std::optional<CivilZone> load(const std::string& name);

  std::optional<Instant> parse(std::string_view text) const;
  SentTime parse_or_interval(std::string_view text) const;
  SentTime parse_or_interval(std::string_view text, Instant receive_time) const;

 private:
  struct Reading {
    Instant first;
    std::optional<Instant> again;
  };
  std::optional<Reading> read(std::string_view text) const;

  explicit CivilZone(absl::TimeZone zone) : zone_(zone) {}
  absl::TimeZone zone_;
};

}  // namespace senne::decode
