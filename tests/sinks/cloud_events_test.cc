#include "sinks/cloud_events.h"

#include <gtest/gtest.h>

namespace senne::sinks {
namespace {

std::string formatted(std::int64_t nanos) {
  std::array<char, 32> text{};
  return std::string(format_time(instant_from_nanos(nanos), text));
}

TEST(CloudEvents, times_have_as_many_decimals_as_they_need_in_threes) {
  EXPECT_EQ(formatted(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(formatted(1'795'334'400'000'000'000), "2026-11-22T08:00:00Z");
  EXPECT_EQ(formatted(1'795'334'401'200'000'000), "2026-11-22T08:00:01.200Z");
  EXPECT_EQ(formatted(1'795'334'401'000'050'000), "2026-11-22T08:00:01.000050Z");
  EXPECT_EQ(formatted(1'795'334'401'000'000'007), "2026-11-22T08:00:01.000000007Z");
  EXPECT_EQ(formatted(1'709'251'199'999'999'999), "2024-02-29T23:59:59.999999999Z");
  EXPECT_EQ(formatted(-1), "1969-12-31T23:59:59.999999999Z");
}

}  // namespace
}  // namespace senne::sinks
