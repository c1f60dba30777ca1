// The caps of a route: what is over one becomes a dead letter `limit`, and nobody else is harmed.
#include <gmock/gmock.h>

#include "tests/pipeline/pipeline_steps.h"

namespace senne::pipeline {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Limits : public PipelineSteps {
 protected:
  // Two routes of one provider, each with those limits.
  void start_with(const RouteLimits& limits) {
    PipelineConfiguration configuration = one_route();
    configuration.routes[0].limits = limits;
    configuration.routes.push_back(route("other", "test"));
    configuration.routes[1].limits = limits;
    start(std::move(configuration));
  }
  void say_of(std::string_view device, double time, std::uint16_t route = 0) {
    say(Said{.payload = reading(device, 1, time), .route = route}, 100);
  }
  // What a snapshot holds of so many messages that were the last ones.
  static constexpr std::size_t recent_bytes(std::size_t messages) { return 16 * messages; }
  std::uint64_t over_limit(std::string_view route = "test") const {
    return account(route).dead_lettered[static_cast<std::size_t>(DeadLetterReason::limit)];
  }
};

TEST_F(Limits, datastreams_are_counted_by_route) {
  RouteLimits limits;
  limits.datastreams = 3;
  start_with(limits);
  for (int i = 0; i < 10; ++i) say_of("invented-" + std::to_string(i), 100 + i / 100.0);
  EXPECT_EQ(over_limit(), 7u);
  EXPECT_EQ(figures().datastreams, 3u);
  ASSERT_THAT(out.letters, SizeIs(7));
  EXPECT_EQ(out.letters[0].reason(), "limit");
  EXPECT_EQ(out.letters[0].device_id(), "invented-3");
  // Those that are known go on, and so does the other route.
  say_of("invented-0", 99);
  say_of("dev", 100, 1);
  EXPECT_EQ(over_limit(), 7u);
  EXPECT_EQ(over_limit("other"), 0u);
  EXPECT_EQ(figures().datastreams, 4u);
  expect_balance();
}

TEST_F(Limits, open_windows_are_counted_by_datastream) {
  RouteLimits limits;
  limits.open_windows_per_datastream = 2;
  start_with(limits);
  for (const double time : {70, 80, 90, 100}) say_of("dev", time);
  EXPECT_EQ(over_limit(), 2u);
  EXPECT_EQ(figures().open_windows, 2u);
  say_of("dev-2", 100);
  say_of("dev", 71);
  EXPECT_EQ(over_limit(), 2u);
  expect_balance();
}

TEST_F(Limits, unregistered_devices_over_the_cap_are_remembered_nowhere) {
  RouteLimits limits;
  limits.unregistered_devices = 2;
  start_with(limits);
  std::string few;
  std::string many;
  for (int i = 0; i < 3; ++i) say_of("invented-" + std::to_string(i), 100);
  pipeline->snapshot(few);
  for (int i = 3; i < 500; ++i) say_of("invented-" + std::to_string(i), 100);
  pipeline->snapshot(many);
  EXPECT_EQ(over_limit(), 498u);
  EXPECT_EQ(many.size(), few.size() + recent_bytes(497));
  say_of("invented-1", 101);
  EXPECT_EQ(account().observations, 3u);
  expect_balance();
}

TEST_F(Limits, rubbish_on_ever_new_topics_is_remembered_nowhere) {
  start_with({});
  const auto rubbish = [this](int i) {
    say(Said{.topic = "test/" + std::to_string(i), .payload = "{"}, 100);
  };
  std::string few;
  std::string many;
  rubbish(0);
  pipeline->snapshot(few);
  for (int i = 1; i < 500; ++i) rubbish(i);
  pipeline->snapshot(many);
  EXPECT_EQ(many.size(), few.size() + recent_bytes(499));
  EXPECT_THAT(out.letters, SizeIs(500));
  expect_balance();
}

TEST_F(Limits, hold_after_a_restart_and_follow_the_configuration) {
  RouteLimits limits;
  limits.datastreams = 1;
  start_with(limits);
  say_of("dev-1", 100);
  restore_from_snapshot();
  say_of("dev-2", 100);
  EXPECT_EQ(over_limit(), 1u);
  PipelineConfiguration more = one_route();
  more.routes[0].limits.datastreams = 2;
  more.routes.insert(more.routes.begin(), route("first", "test"));
  store(2, more);
  configure(2, 101);
  say_of("dev-2", 100.5, 1);
  say_of("dev-3", 100.5, 1);
  EXPECT_EQ(over_limit(), 2u);
  EXPECT_EQ(figures().datastreams, 2u);
  expect_balance();
}

}  // namespace
}  // namespace senne::pipeline
