// Numbers in JSON, through two formats that have nothing in common but the parser: what was written
// is what comes out, to the bit.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "tests/pipeline/decode/decoding.h"
#include "tests/support/between.h"

namespace senne::decode {
namespace {

using senne::testing::between;

std::vector<Value> decoded(const std::string& number) {
  std::vector<Value> values;
  for (const auto& [format, text] : std::vector<std::pair<Format, std::string>>{
           {Format::senml_json, R"([{"n":"d/x","v":)" + number + "}]"},
           {Format::tts_v3, R"({"end_device_ids":{"device_id":"d"},"uplink_message":)"
                            R"({"decoded_payload":{"x":)" +
                                number + "}}}"}}) {
    const Decoding decoding(route_of(format), text);
    RC_ASSERT(decoding.outcome() == "ok");
    RC_ASSERT(decoding.decoded.readings.size() == 1u);
    RC_ASSERT(!decoding.decoded.readings[0].bad);
    values.push_back(decoding.decoded.readings[0].value);
  }
  return values;
}

double as_double(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* wide = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*wide);
  return std::get<double>(value);
}

std::string shortest(double value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

TEST(NumberProperty, a_double_comes_through_to_the_bit) {
  const bool passed = rc::check([] {
    const auto bits = *rc::gen::arbitrary<std::uint64_t>();
    const double any = std::bit_cast<double>(bits * 0x9E3779B97F4A7C15ull);
    const double usual = between(-1'000'000'000, 1'000'000'000) / 1e4;
    const double value = between(0, 3) == 0 ? usual : any;
    RC_PRE(std::isfinite(value));
    for (const std::string& text :
         {fmt::format("{:.17g}", value), fmt::format("{:.16e}", value), shortest(value)}) {
      for (const Value& got : decoded(text)) {
        // A zero that is written as an integer has no sign.
        const bool whole_zero = value == 0 && text.find('.') == std::string::npos;
        if (whole_zero ? as_double(got) == 0
                       : std::bit_cast<std::uint64_t>(as_double(got)) ==
                             std::bit_cast<std::uint64_t>(value)) {
          continue;
        }
        RC_FAIL(fmt::format("{} became {}", text, as_double(got)));
      }
    }
  });
  EXPECT_TRUE(passed);
}

TEST(NumberProperty, an_integer_of_64_bits_survives) {
  const bool passed = rc::check([] {
    const auto bits = *rc::gen::arbitrary<std::uint64_t>() * 0x9E3779B97F4A7C15ull;
    const auto any = bits >> between(0, 64);
    const auto number = between(0, 4) == 0 ? *rc::gen::element<std::uint64_t>(
                                                 0, 1, INT64_MAX, 1ull << 63, UINT64_MAX)
                                           : any;
    const auto as_signed = static_cast<std::int64_t>(number);
    for (const Value& got : decoded(std::to_string(as_signed))) {
      RC_ASSERT(std::holds_alternative<std::int64_t>(got));
      RC_ASSERT(std::get<std::int64_t>(got) == as_signed);
    }
    for (const Value& got : decoded(std::to_string(number))) {
      if (as_signed >= 0) {
        RC_ASSERT(std::holds_alternative<std::int64_t>(got));
        RC_ASSERT(std::get<std::int64_t>(got) == as_signed);
      } else {
        RC_ASSERT(std::holds_alternative<std::uint64_t>(got));
        RC_ASSERT(std::get<std::uint64_t>(got) == number);
      }
    }
  });
  EXPECT_TRUE(passed);
}

}  // namespace
}  // namespace senne::decode
