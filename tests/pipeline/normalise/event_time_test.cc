#include "pipeline/normalise/event_time.h"

#include <gtest/gtest.h>

namespace senne::normalise {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;

constexpr Instant received{std::chrono::seconds{1'795'334'400}};
const PipelineConfiguration defaults;

SentTime sent(Instant start, std::optional<Instant> end = std::nullopt) {
  return {start, end, false};
}

void expect_substituted(const SentTime& time) {
  const EventTime result = event_time(time, received, defaults);
  EXPECT_EQ(result.start, received);
  EXPECT_EQ(result.end, std::nullopt);
  EXPECT_TRUE(result.clock);
}

void expect_kept(const SentTime& time) {
  const EventTime result = event_time(time, received, defaults);
  EXPECT_EQ(result.start, time.start);
  EXPECT_EQ(result.end, time.end);
  EXPECT_FALSE(result.clock);
}

TEST(event_time, is_the_time_as_sent_up_to_both_edges_of_the_sanity_window) {
  expect_kept(sent(received));
  expect_kept(sent(received - hours{24 * 7}));
  expect_kept(sent(received + minutes{5}));
  expect_substituted(sent(received - hours{24 * 7} - nanoseconds{1}));
  expect_substituted(sent(received + minutes{5} + nanoseconds{1}));
}

TEST(event_time, where_none_was_sent_the_receive_time_stands_in_unflagged) {
  const EventTime result = event_time({}, received, defaults);
  EXPECT_EQ(result.start, received);
  EXPECT_FALSE(result.clock);
  EXPECT_FALSE(stated({}));
}

TEST(event_time, a_malformed_time_is_flagged) {
  SentTime malformed;
  malformed.malformed = true;
  expect_substituted(malformed);
  EXPECT_TRUE(stated(malformed));
}

TEST(event_time, an_interval_must_be_plausible_as_a_whole) {
  expect_kept(sent(received - hours{1}, received));
  expect_kept(sent(received - hours{1}, received - hours{1}));
  expect_substituted(sent(received, received - nanoseconds{1}));
  expect_substituted(sent(received - hours{1}, received + hours{1}));
  expect_substituted(sent(received - hours{24 * 8}, received));
}

TEST(event_time, the_window_is_the_configuration_s) {
  PipelineConfiguration narrow;
  narrow.oldest_accepted = minutes{1};
  narrow.newest_accepted = Duration{0};
  EXPECT_TRUE(event_time(sent(received - minutes{2}), received, narrow).clock);
  EXPECT_TRUE(event_time(sent(received + nanoseconds{1}), received, narrow).clock);
  EXPECT_FALSE(event_time(sent(received - minutes{1}), received, narrow).clock);
}

}  // namespace
}  // namespace senne::normalise
