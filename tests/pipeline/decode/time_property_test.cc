// Times against arithmetic of another kind: timegm of the C library, and decimal digits as text.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <ctime>
#include <string>

#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

TEST(TimeProperty, rfc3339_agrees_with_timegm) {
  const bool passed = rc::check([] {
    std::tm civil{};
    civil.tm_year = *rc::gen::inRange(1700 - 1900, 2260 - 1900);
    civil.tm_mon = *rc::gen::inRange(0, 12);
    civil.tm_mday = *rc::gen::inRange(1, 32);
    civil.tm_hour = *rc::gen::inRange(0, 24);
    civil.tm_min = *rc::gen::inRange(0, 60);
    civil.tm_sec = *rc::gen::inRange(0, 60);
    const int offset = *rc::gen::inRange(-23 * 60 - 59, 23 * 60 + 60);
    const int digits = *rc::gen::inRange(0, 13);
    std::string fraction;
    for (int i = 0; i < digits; ++i) {
      fraction.push_back(static_cast<char>('0' + *rc::gen::inRange(0, 10)));
    }
    std::string text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}{}{:02}:{:02}", civil.tm_year + 1900,
                    civil.tm_mon + 1, civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec,
                    digits > 0 ? "." : "", fraction, offset < 0 ? '-' : '+', std::abs(offset) / 60,
                    std::abs(offset) % 60);
    const auto parsed = parse_rfc3339(text);
    std::tm normal = civil;
    const std::time_t seconds = timegm(&normal);
    if (normal.tm_mday != civil.tm_mday) {  // a day that the month does not have
      RC_ASSERT(!parsed.has_value());
      return;
    }
    fraction.resize(9, '0');
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(to_nanos(*parsed) ==
              (std::int64_t{seconds} - offset * 60) * 1'000'000'000 + std::stoll(fraction));
  });
  EXPECT_TRUE(passed);
}

TEST(TimeProperty, an_epoch_of_nanoseconds_survives_every_way_to_write_it) {
  const bool passed = rc::check([] {
    const auto nanos = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000'000);
    const int unit = *rc::gen::element(9, 6, 3);
    std::int64_t scale = 1;
    for (int i = 0; i < unit; ++i) scale *= 10;
    const std::string fraction = fmt::format("{:0{}}", nanos % scale, unit);
    const auto plain = fmt::format("{}.{}", nanos / scale, fraction);
    // The same digits with the point moved to behind the first one.
    const auto digits = fmt::format("{}{}", nanos / scale, fraction);
    const auto scientific = fmt::format("{}.{}e{}", digits.substr(0, 1), digits.substr(1),
                                        static_cast<int>(digits.size()) - 1 - unit);
    RC_ASSERT(nanos_from_decimal(plain, static_cast<EpochUnit>(unit)) == nanos);
    RC_ASSERT(nanos_from_decimal(scientific, static_cast<EpochUnit>(unit)) == nanos);
    RC_ASSERT(nanos_from_decimal("-" + plain, static_cast<EpochUnit>(unit)) == -nanos);
  });
  EXPECT_TRUE(passed);
}

TEST(TimeProperty, a_double_of_microseconds_is_exact) {
  const bool passed = rc::check([] {
    const auto micros = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000);
    const double seconds =
        std::stod(fmt::format("{}.{:06}", micros / 1'000'000, micros % 1'000'000));
    RC_ASSERT(nanos_from_number(seconds, EpochUnit::seconds) == micros * 1'000);
  });
  EXPECT_TRUE(passed);
}

TEST(TimeProperty, any_text_is_read_or_refused) {
  const bool passed = rc::check([](const std::string& noise) {
    static const auto zone = CivilZone::load("Europe/Brussels");
    std::string text = "2026-11-22T08:00:00.5Z";
    if (!noise.empty()) {
      const auto at = static_cast<unsigned char>(noise[0]) % text.size();
      text.replace(at, std::min(noise.size(), text.size() - at), noise);
    }
    (void)parse_rfc3339_or_interval(text);
    (void)zone->parse_or_interval(text);
    (void)nanos_from_decimal(noise, EpochUnit::seconds);
  });
  EXPECT_TRUE(passed);
}

}  // namespace
}  // namespace senne::decode
