// Times against abseil's parser and zones, in every form that is read, and with random damage.
//
// What is taken beyond RFC 3339 as abseil reads it, all of it documented in time_text.h:
//   `t`, `z` and a space for the `T`; digits beyond nanoseconds, which are cut; the second 60 where
//   a leap second can be, as the second after it; in a zone's own time: no seconds, and `Z` or an
//   offset of its own.
#include <absl/time/time.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <regex>
#include <string>

#include "pipeline/decode/time_text.h"
#include "tests/support/between.h"

namespace senne::decode {
namespace {

using senne::testing::between;

using Nanos = std::optional<std::int64_t>;

Nanos nanos_of(const std::optional<Instant>& time) {
  return time ? Nanos(to_nanos(*time)) : std::nullopt;
}

// Within what an Instant holds, with a second to spare on either side.
bool representable(absl::Time time) {
  return time > absl::FromUnixNanos(std::numeric_limits<std::int64_t>::min()) + absl::Seconds(2) &&
         time < absl::FromUnixNanos(std::numeric_limits<std::int64_t>::max()) - absl::Seconds(2);
}

std::int64_t floor_nanos(absl::Time time) {
  return absl::ToInt64Nanoseconds(absl::Floor(time - absl::UnixEpoch(), absl::Nanoseconds(1)));
}

// Civil text as abseil reads it, in the zone; digits beyond nanoseconds cut, as its quarters round.
Nanos absl_nanos(const std::string& format, std::string text, const std::string& fraction,
                 absl::TimeZone zone) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(format, text, zone, &time, &error)) return std::nullopt;
  std::string digits = fraction;
  digits.resize(9, '0');
  const absl::Time whole = time + absl::Nanoseconds(std::stoll(digits));
  return representable(whole) ? Nanos(floor_nanos(whole)) : std::nullopt;
}

// The grammar of RFC 3339, section 5.6, then abseil.
Nanos rfc3339_oracle(const std::string& text) {
  static const std::regex grammar(
      R"((\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}:\d{2})))");
  std::smatch part;
  if (!std::regex_match(text, part, grammar)) return std::nullopt;
  const bool leap = part[3] == "60";
  const std::string offset =
      part[5].matched ? part[5].str() + part[6].str() : std::string("+00:00");
  if (part[6].matched && (part[6].str() > "23:59" || part[6].str()[3] > '5')) return std::nullopt;
  auto nanos =
      absl_nanos("%Y-%m-%dT%H:%M:%S%Ez",
                 part[1].str() + "T" + part[2].str() + ":" + (leap ? "59" : part[3].str()) + offset,
                 part[4].str(), absl::UTCTimeZone());
  if (!leap || !nanos) return nanos;
  *nanos += 1'000'000'000;
  const absl::CivilSecond after =
      absl::ToCivilSecond(absl::FromUnixNanos(*nanos), absl::UTCTimeZone());
  const bool month_end = after == absl::CivilSecond(absl::CivilMonth(after));
  return month_end ? nanos : std::nullopt;
}

Nanos day_first_oracle(const std::string& text) {
  static const std::regex grammar(
      R"((\d{2}/\d{2}/\d{4})[T ](\d{2}:\d{2}:[0-5]\d)(?:\.(\d+))?(.*))");
  static const std::map<std::string, int> zones = {{"", 0},    {"Z", 0},    {"UTC", 0},
                                                   {"GMT", 0}, {"CET", 60}, {"CEST", 120}};
  std::smatch part;
  if (!std::regex_match(text, part, grammar)) return std::nullopt;
  std::string offset;
  if (const auto zone = zones.find(part[4].str()); zone != zones.end()) {
    offset = fmt::format("+{:02}:00", zone->second / 60);
  } else if (std::regex_match(part[4].str(), std::regex(R"([+-]([01]\d|2[0-3]):[0-5]\d)"))) {
    offset = part[4].str();
  } else {
    return std::nullopt;
  }
  return absl_nanos("%d/%m/%YT%H:%M:%S%Ez", part[1].str() + "T" + part[2].str() + offset,
                    part[3].str(), absl::UTCTimeZone());
}

// By trial: the offsets in force a day before and a day after, and which of them leads to an
// instant at which it is in force. Both do: the earlier. None does, in a gap: the one before the
// change.
Nanos brussels_nanos(absl::CivilSecond civil, const std::string& fraction) {
  static const absl::TimeZone zone = [] {
    absl::TimeZone loaded;
    EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &loaded));
    return loaded;
  }();
  const absl::Time as_utc = absl::FromCivil(civil, absl::UTCTimeZone());
  const auto offset_at = [](absl::Time time) { return absl::Seconds(zone.At(time).offset); };
  const absl::Time before = as_utc - offset_at(as_utc - absl::Hours(24));
  const absl::Time after = as_utc - offset_at(as_utc + absl::Hours(24));
  const auto holds = [&](absl::Time time) { return absl::ToCivilSecond(time, zone) == civil; };
  absl::Time time = before;
  if (holds(after) && (!holds(before) || after < before)) time = after;
  if (!representable(time)) return std::nullopt;
  std::string digits = fraction;
  digits.resize(9, '0');
  return floor_nanos(time) + std::stoll(digits);
}

Nanos civil_oracle(const std::string& text) {
  static const std::regex grammar(
      R"((\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)");
  std::smatch part;
  if (!std::regex_match(text, part, grammar)) return rfc3339_oracle(text);
  const auto number = [&](std::size_t i) { return part[i].matched ? std::stoi(part[i]) : 0; };
  const absl::CivilSecond civil(number(1), number(2), number(3), number(4), number(5), number(6));
  const bool exists = civil.month() == number(2) && civil.day() == number(3) && number(4) < 24 &&
                      number(5) < 60 && number(6) < 60;
  if (!exists || number(2) == 0 || number(3) == 0) return std::nullopt;
  return brussels_nanos(civil, part[7].str());
}

std::string digits(int least, int most) {
  std::string text;
  const int count = between(least, most + 1);
  for (int i = 0; i < count; ++i) text.push_back(static_cast<char>('0' + between(0, 10)));
  return text;
}

std::string pick(const std::vector<std::string>& of) { return *rc::gen::elementOf(of); }

std::string random_offset() {
  const int minutes = between(0, 24 * 60);
  return fmt::format("{}{:02}:{:02}", pick({"+", "-"}), minutes / 60, minutes % 60);
}

std::string random_fraction() {
  const std::string some = digits(0, 12);
  return some.empty() ? some : "." + some;
}

// Around the changes of the clocks as often as anywhere else.
absl::CivilSecond random_civil() {
  const int year = between(1985, 2080);
  if (between(0, 2) == 0) {
    return absl::CivilSecond(year, 1, 1, 0, 0, between(0, 366 * 86'400));
  }
  const int month = *rc::gen::element(4, 10, 11);
  const absl::CivilDay sunday =
      absl::PrevWeekday(absl::CivilDay(year, month, 1), absl::Weekday::sunday);
  return absl::CivilSecond(sunday) + between(0, 5 * 3'600);
}

std::string random_rfc3339() {
  const absl::CivilSecond civil =
      between(0, 4) == 0 ? absl::CivilSecond(between(1600, 2300), between(1, 13), 1, 0, 0, 0) - 1
                         : random_civil();
  const bool leap = civil.second() == 59 && between(0, 2) == 0;
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}{}", civil.year(), civil.month(),
                     civil.day(), pick({"T", "T", "t", " "}), civil.hour(), civil.minute(),
                     leap ? 60 : civil.second(), random_fraction(),
                     between(0, 2) == 0 ? pick({"Z", "z", "+00:00"}) : random_offset());
}

std::string random_day_first() {
  const absl::CivilSecond civil = random_civil();
  return fmt::format(
      "{:02}/{:02}/{:04}{}{:02}:{:02}:{:02}{}{}", civil.day(), civil.month(), civil.year(),
      pick({"T", " "}), civil.hour(), civil.minute(), civil.second(), random_fraction(),
      between(0, 2) == 0 ? pick({"", "Z", "UTC", "GMT", "CET", "CEST"}) : random_offset());
}

std::string random_local() {
  const absl::CivilSecond civil = random_civil();
  const std::string minute =
      fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}", civil.year(), civil.month(), civil.day(),
                  pick({"T", "t", " "}), civil.hour(), civil.minute());
  if (between(0, 4) == 0) return minute;
  return fmt::format("{}:{:02}{}", minute, civil.second(), random_fraction());
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One to three characters put in, taken out, replaced or swapped, or two digits that are too many
// for what stands there, or just not.
std::string damaged(std::string text) {
  const int times = between(1, 4);
  for (int i = 0; i < times && !text.empty(); ++i) {
    // What ends a time is written in the most ways, so it is damaged most often.
    const std::size_t from =
        between<std::size_t>(0, 2) * (text.size() - std::min<std::size_t>(text.size(), 7));
    const auto at = between<std::size_t>(from, text.size());
    const char c = *rc::gen::element('0', '1', '2', '3', '6', '9', '-', '+', ':', '.', ',', 'T',
                                     't', 'Z', 'z', ' ', '/', 'e', '\0', '\n', '\xB2');
    switch (between(0, 6)) {
      case 0:
        text.insert(at, 1, c);
        break;
      case 1:
        text.erase(at, 1);
        break;
      case 2:
        text[at] = c;
        break;
      case 3:
        std::swap(text[at], text[(at + 1) % text.size()]);
        break;
      default:
        for (std::size_t j = at; j + 1 < text.size(); ++j) {
          if (!is_digit(text[j]) || !is_digit(text[j + 1])) continue;
          text.replace(
              j, 2,
              pick({"00", "12", "13", "23", "24", "28", "29", "30", "31", "32", "59", "60", "61"}));
          break;
        }
    }
  }
  return text;
}

// As it is and damaged: the same instant, or refused by both.
template <class Random, class Ours, class Oracle>
void expect_agreement(const Random& random, const Ours& ours, const Oracle& oracle) {
  std::size_t whole = 0;
  std::size_t damaged_and_taken = 0;
  std::size_t damaged_and_refused = 0;
  const bool passed = rc::check([&] {
    for (int i = 0; i < 20; ++i) {
      const std::string text = random();
      const Nanos expected = oracle(text);
      const Nanos got = nanos_of(ours(text));
      if (got != expected)
        RC_FAIL(fmt::format("{}: {} {}", text, got.value_or(0), expected.value_or(0)));
      whole += expected ? 1 : 0;
      const std::string other = damaged(text);
      const Nanos of_other = nanos_of(ours(other));
      if (of_other != oracle(other)) RC_FAIL(fmt::format("damaged: {}", other));
      ++(of_other ? damaged_and_taken : damaged_and_refused);
    }
  });
  EXPECT_TRUE(passed);
  // It was not all of one kind.
  EXPECT_GT(whole, 100u);
  EXPECT_GT(damaged_and_taken, 20u);
  EXPECT_GT(damaged_and_refused, 100u);
}

TEST(TimeOracle, rfc3339_is_read_as_abseil_does) {
  expect_agreement(random_rfc3339, parse_rfc3339, rfc3339_oracle);
}

TEST(TimeOracle, a_day_first_is_read_as_abseil_does) {
  expect_agreement(random_day_first, parse_day_first, day_first_oracle);
}

TEST(TimeOracle, local_time_of_brussels_is_found_by_trial_also_in_the_gap_and_the_overlap) {
  const auto zone = CivilZone::load("Europe/Brussels");
  ASSERT_TRUE(zone);
  const auto ours = [&](const std::string& text) { return zone->parse(text); };
  expect_agreement(random_local, ours, civil_oracle);
  // The oracle itself, at both changes of a year.
  EXPECT_EQ(civil_oracle("2026-03-29T02:30"), rfc3339_oracle("2026-03-29T01:30:00Z"));
  EXPECT_EQ(civil_oracle("2026-10-25T02:30"), rfc3339_oracle("2026-10-25T00:30:00Z"));
  EXPECT_EQ(civil_oracle("2026-10-25T03:00"), rfc3339_oracle("2026-10-25T02:00:00Z"));
}

// A time of its own within a zone's: it is taken at its word.
TEST(TimeOracle, a_local_time_with_an_offset_is_read_as_abseil_does) {
  const auto zone = CivilZone::load("Europe/Brussels");
  ASSERT_TRUE(zone);
  const bool passed = rc::check([&] {
    const std::string text = random_rfc3339();
    RC_ASSERT(nanos_of(zone->parse(text)) == rfc3339_oracle(text));
  });
  EXPECT_TRUE(passed);
}

TEST(TimeOracle, an_interval_is_two_times_of_which_the_second_is_not_before_the_first) {
  std::size_t taken = 0;
  std::size_t refused = 0;
  const bool passed = rc::check([&] {
    std::string first = random_rfc3339();
    std::string second = random_rfc3339();
    if (between(0, 8) == 0) second = damaged(second);
    if (between(0, 8) == 0) second = first;
    const SentTime got = parse_rfc3339_or_interval(first + "/" + second);
    const Nanos a = rfc3339_oracle(first);
    const Nanos b = rfc3339_oracle(second);
    const bool sound = a && b && *a <= *b;
    RC_ASSERT(got.malformed == !sound);
    RC_ASSERT(nanos_of(got.start) == (sound ? a : std::nullopt));
    RC_ASSERT(nanos_of(got.end) == (sound ? b : std::nullopt));
    ++(sound ? taken : refused);
  });
  EXPECT_TRUE(passed);
  EXPECT_GT(taken, 10u);
  EXPECT_GT(refused, 10u);
}

// Digits by hand: the point moved, half rounded away from zero.
TEST(TimeOracle, an_epoch_is_rounded_to_the_nearest_nanosecond) {
  const bool passed = rc::check([] {
    const int places = *rc::gen::element(9, 6, 3);
    const std::string whole = std::to_string(between<std::int64_t>(0, 5'000'000'000));
    const std::string fraction = digits(0, 14);
    std::string shifted = fraction;
    shifted.resize(static_cast<std::size_t>(places) + 1, '0');
    std::int64_t expected = std::stoll(whole + shifted.substr(0, static_cast<std::size_t>(places)));
    if (shifted[static_cast<std::size_t>(places)] >= '5') ++expected;
    const std::string text = fraction.empty() ? whole : whole + "." + fraction;
    RC_ASSERT(nanos_from_decimal(text, static_cast<EpochUnit>(places)) == expected);
    RC_ASSERT(nanos_from_decimal("-" + text, static_cast<EpochUnit>(places)) == -expected);
  });
  EXPECT_TRUE(passed);
}

// A text that is no decimal number by the grammar is none; any other is one unless too large.
TEST(TimeOracle, a_damaged_epoch_is_read_only_where_it_is_a_number) {
  const std::regex grammar(R"([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)");
  std::size_t refused = 0;
  const bool passed = rc::check([&] {
    for (int i = 0; i < 20; ++i) {
      const std::string text =
          damaged("17" + digits(6, 10) + random_fraction() + pick({"", "e0", "E+1", "e-2"}));
      const bool number = std::regex_match(text, grammar);
      const auto got = nanos_from_decimal(text, EpochUnit::seconds);
      if (got && !number) RC_FAIL("taken: " + text);
      if (!got && number && text.find_first_of("eE") == std::string::npos && text.size() < 10) {
        RC_FAIL("refused: " + text);
      }
      refused += number ? 0 : 1;
    }
  });
  EXPECT_TRUE(passed);
  EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace senne::decode
