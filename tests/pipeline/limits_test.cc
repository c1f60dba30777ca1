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
