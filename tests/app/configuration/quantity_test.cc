#include "app/configuration/quantity.h"

#include <gtest/gtest.h>

#include <chrono>

#include "app/configuration/nearest_name.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

TEST(Quantity, durations_are_a_whole_number_and_a_unit) {
  EXPECT_EQ(duration_from_text("50ms"), Duration(50ms));
  EXPECT_EQ(duration_from_text("10s"), Duration(10s));
  EXPECT_EQ(duration_from_text("5min"), Duration(5min));
  EXPECT_EQ(duration_from_text("24h"), Duration(24h));
  EXPECT_EQ(duration_from_text("7d"), Duration(168h));
  EXPECT_EQ(duration_from_text("0s"), Duration(0));
  EXPECT_EQ(duration_from_text("106751d"), Duration(24h) * 106751);
  for (const char* bad : {"", "s", "5", "5 s", "5m", "-5s", "+5s", "1.5s", "5sec", "106752d", "5S",
                          "99999999999999999999s", "0x5s", " 5s", "5s "}) {
    EXPECT_EQ(duration_from_text(bad), std::nullopt) << bad;
  }
}

TEST(Quantity, sizes_are_a_whole_number_and_a_unit) {
  EXPECT_EQ(size_from_text("64KiB"), 65'536u);
  EXPECT_EQ(size_from_text("8GiB"), 8ull << 30);
  EXPECT_EQ(size_from_text("512B"), 512u);
  for (const char* bad : {"", "64", "64KB", "64kib", "1.5GiB", "8388608TiB"}) {
    EXPECT_EQ(size_from_text(bad), std::nullopt) << bad;
  }
}

TEST(Quantity, what_is_printed_reads_back) {
  for (const std::int64_t nanos :
       {0l, 1l, 1'500l, 50'000'000l, 90'000'000'000l, 86'400'000'000'000l}) {
    EXPECT_EQ(duration_from_text(duration_text(Duration{nanos})), Duration{nanos});
  }
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(10min), "10min");
  EXPECT_EQ(duration_text(Duration{0}), "0s");
  for (const std::uint64_t bytes : {0ull, 1ull, 65'536ull, 8ull << 30, (8ull << 30) + 1}) {
    EXPECT_EQ(size_from_text(size_text(bytes)), bytes);
  }
}

TEST(NearestName, a_slip_is_recognised_and_a_different_word_is_not) {
  EXPECT_EQ(edit_distance("topik", "topic"), 1u);
  EXPECT_EQ(edit_distance("tpoic", "topic"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(did_you_mean("Topic", {"name", "topic"}), "; did you mean `topic`?");
  EXPECT_EQ(did_you_mean("session-expiry", {"session_expiry"}), "; did you mean `session_expiry`?");
  EXPECT_EQ(did_you_mean("colour", {"name", "topic"}), "");
  EXPECT_EQ(did_you_mean(std::string(10'000, 'a'), {"topic"}), "");
}

}  // namespace
}  // namespace senne::app
