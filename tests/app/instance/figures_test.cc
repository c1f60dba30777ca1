#include "app/figures.h"

#include <gtest/gtest.h>

namespace senne::app {
namespace {

constexpr auto malformed = static_cast<std::size_t>(DeadLetterReason::malformed);
constexpr auto bad_value = static_cast<std::size_t>(DeadLetterReason::bad_value);
constexpr auto join = static_cast<std::size_t>(SuppressedReason::join);

TEST(RouteFigures, what_was_received_and_what_was_decided_come_together_by_name) {
  pipeline::RouteAccount account;
  account.route = "lora";
  account.decoded = 5;
  account.readings = 9;
  account.observations = 6;
  account.duplicates = 1;
  account.dead_lettered[malformed] = 2;
  account.suppressed[join] = 3;
  const auto routes = route_figures(
      {{"lora", {.messages = 11, .bytes = 110}}, {"quiet", {.messages = 1, .bytes = 7}}},
      {account});
  ASSERT_EQ(routes.size(), 2u);
  EXPECT_EQ(routes[0].route, "lora");
  EXPECT_EQ(routes[0].messages, 11u);
  EXPECT_EQ(routes[0].bytes, 110u);
  EXPECT_EQ(routes[0].decoded, 5u);
  EXPECT_EQ(routes[0].readings, 9u);
  EXPECT_EQ(routes[0].observations, 6u);
  EXPECT_EQ(routes[0].duplicates, 1u);
  EXPECT_EQ(routes[0].dead_letters[malformed], 2u);
  EXPECT_EQ(routes[0].suppressed[join], 3u);
  EXPECT_EQ(routes[1].route, "quiet");
  EXPECT_EQ(routes[1].messages, 1u);
  EXPECT_EQ(routes[1].decoded, 0u);
}

TEST(RouteFigures, a_decoded_message_with_a_bad_reading_counts_as_a_dead_letter_too) {
  pipeline::RouteAccount account;
  account.route = "lora";
  account.dead_lettered[bad_value] = 1;
  account.partly[bad_value] = 4;
  EXPECT_EQ(route_figures({}, {account}).at(0).dead_letters[bad_value], 5u);
}

TEST(RouteFigures, messages_without_a_route_have_an_account_with_a_name) {
  const auto routes =
      route_figures({{std::string(ingest::no_route_name), {.messages = 2, .bytes = 0}}},
                    {pipeline::RouteAccount{}});
  ASSERT_EQ(routes.size(), 1u);
  EXPECT_EQ(routes[0].route, ingest::no_route_name);
  EXPECT_EQ(routes[0].messages, 2u);
}

TEST(RouteFigures, of_edge_nodes_stand_beside_their_routes) {
  pipeline::RouteAccount account;
  account.route = "plant";
  const auto routes =
      route_figures({{"lora", {.messages = 2, .bytes = 0}}}, {account}, {{"plant", 3, 5}});
  ASSERT_EQ(routes.size(), 2u);
  EXPECT_EQ(routes[0].rebirth_requests + routes[0].sequence_gaps, 0u);
  EXPECT_EQ(routes[1].rebirth_requests, 3u);
  EXPECT_EQ(routes[1].sequence_gaps, 5u);
}

}  // namespace
}  // namespace senne::app
