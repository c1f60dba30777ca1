#include "ingest/receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/user_properties.h"
#include "ingest/ticker.h"
#include "tests/ingest/mqtt/fakes.h"

namespace senne::ingest {
namespace {

using senne::testing::FakeLog;
using ::testing::ElementsAre;
using ::testing::Pair;

Route route(const std::string& name, const std::string& topic) {
  Route route;
  route.name = name;
  route.topic = topic;
  return route;
}

std::shared_ptr<const RouteTable> table(const std::vector<Route>& routes) {
  return std::make_shared<const RouteTable>(routes);
}

struct ReceiverTest : ::testing::Test {
  FakeLog log;
  int exits = 0;

  Receiver receiver(const std::vector<Route>& routes) {
    return Receiver(log, table(routes), [this] { ++exits; });
  }
  static Delivery delivery(std::string_view topic, std::string_view payload = "{}") {
    Delivery delivery;
    delivery.topic = topic;
    delivery.payload = payload;
    return delivery;
  }
};

TEST(RouteTableTest, first_matching_route_wins_whatever_the_kind_of_its_filter) {
  const RouteTable routes({route("a", "city/+/air"), route("b", "city/1/air"), route("c", "city/#"),
                           route("d", "city/2/noise"), route("e", "city/1/air")});
  EXPECT_EQ(routes.find("city/1/air").value, 0);
  EXPECT_EQ(routes.find("city/2/noise").value, 2);
  EXPECT_EQ(routes.find("city").value, 2);
  const RouteTable exact_first({route("b", "city/1/air"), route("a", "city/+/air")});
  EXPECT_EQ(exact_first.find("city/1/air").value, 0);
  EXPECT_EQ(exact_first.find("city/9/air").value, 1);
}

TEST(RouteTableTest, of_equal_exact_filters_the_first_wins) {
  const RouteTable routes({route("a", "x"), route("b", "x")});
  EXPECT_EQ(routes.find("x").value, 0);
}

TEST(RouteTableTest, filter_and_topic_that_begin_alike) {
  const RouteTable routes({route("a", "city/#"), route("b", "town/+/air"), route("c", "/#")});
  EXPECT_EQ(routes.find("city").value, 0);
  EXPECT_EQ(routes.find("city/").value, 0);
  EXPECT_EQ(routes.find("city2").value, RouteIndex::none);
  EXPECT_EQ(routes.find("cit").value, RouteIndex::none);
  EXPECT_EQ(routes.find("town//air").value, 1);
  EXPECT_EQ(routes.find("town").value, RouteIndex::none);
  EXPECT_EQ(routes.find("/x").value, 2);
  EXPECT_EQ(routes.find("/").value, 2);
  EXPECT_EQ(routes.find("").value, 2);
}

TEST(RouteTableTest, no_route_matches) {
  const RouteTable routes({route("a", "city/+")});
  EXPECT_EQ(routes.find("city/1/air").value, RouteIndex::none);
  EXPECT_EQ(routes.find("").value, RouteIndex::none);
  EXPECT_EQ(RouteTable({}).find("city").value, RouteIndex::none);
}

TEST(RouteTableTest, wildcards_do_not_match_system_topics_but_their_names_do) {
  const RouteTable routes(
      {route("all", "#"), route("one", "+/broker"), route("sys", "$SYS/broker")});
  EXPECT_EQ(routes.find("$SYS/broker").value, 2);
  EXPECT_EQ(routes.find("$SYS/other").value, RouteIndex::none);
  EXPECT_EQ(routes.find("x/broker").value, 0);
}

TEST_F(ReceiverTest, message_is_appended_as_it_came) {
  Receiver receiver = this->receiver({route("a", "a"), route("b", "b/+")});
  Delivery message = delivery("b/1", std::string_view("\0\xFF{", 3));
  message.duplicate = true;
  message.retained = true;
  EXPECT_EQ(receiver.receive(message), Received::done);
  ASSERT_EQ(log.entries.size(), 1u);
  const FakeLog::Entry& entry = log.entries[0];
  EXPECT_EQ(entry.route.value, 1);
  EXPECT_EQ(entry.topic, "b/1");
  EXPECT_EQ(entry.payload, std::string("\0\xFF{", 3));
  EXPECT_EQ(entry.payload_length, 3u);
  EXPECT_TRUE(entry.duplicate);
  EXPECT_TRUE(entry.retained);
  EXPECT_EQ(entry.user_properties, "");
}

TEST_F(ReceiverTest, empty_payload_is_a_message) {
  Receiver receiver = this->receiver({route("a", "a")});
  EXPECT_EQ(receiver.receive(delivery("a", {})), Received::done);
  ASSERT_EQ(log.entries.size(), 1u);
  EXPECT_EQ(log.entries[0].payload_length, 0u);
}

TEST_F(ReceiverTest, message_without_a_route_is_kept_too) {
  Receiver receiver = this->receiver({route("a", "a")});
  EXPECT_EQ(receiver.receive(delivery("gone/1")), Received::done);
  ASSERT_EQ(log.entries.size(), 1u);
  EXPECT_EQ(log.entries[0].route.value, RouteIndex::none);
  EXPECT_EQ(receiver.counts().at("none"), (RouteCounts{1, 2}));
}

TEST_F(ReceiverTest, of_an_over_size_payload_a_prefix_and_the_true_length_are_kept) {
  Route large = route("large", "large");
  large.limits.payload_bytes = 100'000;
  Route small = route("small", "small");
  small.limits.payload_bytes = 10;
  Receiver receiver = this->receiver({large, small});
  const std::string payload(100'001, 'x');
  receiver.receive(delivery("large", std::string_view(payload).substr(0, 100'000)));
  receiver.receive(delivery("large", payload));
  receiver.receive(delivery("small", "0123456789"));
  receiver.receive(delivery("small", "0123456789a"));
  ASSERT_EQ(log.entries.size(), 4u);
  EXPECT_EQ(log.entries[0].payload.size(), 100'000u);
  EXPECT_EQ(log.entries[1].payload.size(), kept_prefix_bytes);
  EXPECT_EQ(log.entries[1].payload_length, 100'001u);
  EXPECT_EQ(log.entries[2].payload, "0123456789");
  EXPECT_EQ(log.entries[3].payload, "0123456789");
  EXPECT_EQ(log.entries[3].payload_length, 11u);
}

TEST_F(ReceiverTest, user_properties_are_kept_in_order) {
  Receiver receiver = this->receiver({route("a", "a")});
  const UserProperty properties[] = {{"traceparent", "00-ab"}, {"k", ""}, {"k", "again"}};
  Delivery message = delivery("a");
  message.user_properties = properties;
  receiver.receive(message);
  receiver.receive(delivery("a"));  // nothing of the one before sticks
  std::vector<std::pair<std::string, std::string>> kept;
  for_each_user_property(
      log.entries[0].user_properties,
      [&](std::string_view key, std::string_view value) { kept.emplace_back(key, value); });
  EXPECT_THAT(kept, ElementsAre(Pair("traceparent", "00-ab"), Pair("k", ""), Pair("k", "again")));
  EXPECT_EQ(log.entries[1].user_properties, "");
}

TEST_F(ReceiverTest, user_properties_over_the_cap_are_cut_whole_and_counted) {
  Receiver receiver = this->receiver({route("a", "a")});
  const std::string value(user_properties_bytes_max - 10, 'v');
  const UserProperty properties[] = {{"a", value}, {"bbbbbb", "x"}, {"c", "y"}};
  Delivery message = delivery("a");
  message.user_properties = properties;
  receiver.receive(message);
  EXPECT_EQ(find_user_property(log.entries[0].user_properties, "a"), value);
  EXPECT_EQ(find_user_property(log.entries[0].user_properties, "bbbbbb"), "");
  EXPECT_EQ(receiver.user_properties_cut(), 1u);
}

TEST_F(ReceiverTest, full_log_takes_the_message_and_asks_to_disconnect) {
  Receiver receiver = this->receiver({route("a", "a")});
  log.answer = Append::full;
  EXPECT_EQ(receiver.receive(delivery("a")), Received::disconnect);
  EXPECT_EQ(log.entries.size(), 1u);
  EXPECT_EQ(receiver.counts().at("a").messages, 1u);
  EXPECT_EQ(receiver.connected(), Received::disconnect);
}

TEST_F(ReceiverTest, exhausted_log_ends_the_process_and_nothing_is_acknowledged_or_counted) {
  Receiver receiver = this->receiver({route("a", "a")});
  log.answer = Append::exhausted;
  EXPECT_EQ(receiver.receive(delivery("a")), Received::refused);
  EXPECT_EQ(exits, 1);
  EXPECT_EQ(receiver.counts().at("a").messages, 0u);
  EXPECT_EQ(receiver.connected(), Received::refused);
  EXPECT_EQ(exits, 2);
}

TEST_F(ReceiverTest, counts_go_on_from_earlier_runs_and_over_a_change_of_routes) {
  Receiver receiver = this->receiver({route("a", "a"), route("b", "b")});
  receiver.restore_counts({{"a", {10, 100}}, {"gone", {5, 50}}});
  receiver.receive(delivery("a", "12"));
  receiver.receive(delivery("b", "1"));
  const Id128 hash{1, 2};
  EXPECT_EQ(receiver.reconfigure(table({route("c", "c"), route("a", "a/#")}), hash), Append::done);
  receiver.receive(delivery("a/x", "123"));
  receiver.receive(delivery("b", "1234"));
  EXPECT_THAT(receiver.counts(),
              ElementsAre(Pair("a", RouteCounts{12, 105}), Pair("b", RouteCounts{1, 1}),
                          Pair("c", RouteCounts{0, 0}), Pair("gone", RouteCounts{5, 50}),
                          Pair("none", RouteCounts{1, 4})));
  ASSERT_EQ(log.entries.size(), 5u);
  EXPECT_EQ(log.entries[2].kind, RecordKind::configuration);
  EXPECT_EQ(log.entries[2].configuration, hash);
  EXPECT_EQ(log.entries[3].route.value, 1);
}

TEST_F(ReceiverTest, exhausted_log_leaves_the_routes_as_they_are) {
  Receiver receiver = this->receiver({route("a", "a")});
  log.answer = Append::exhausted;
  EXPECT_EQ(receiver.reconfigure(table({route("b", "b")}), {}), Append::exhausted);
  log.answer = Append::done;
  receiver.receive(delivery("a"));
  EXPECT_EQ(log.entries.at(0).route.value, 0);
}

// Every message carries the index that its topic has in the configuration before it.
TEST_F(ReceiverTest, routes_change_under_load_and_indices_agree_with_the_configuration) {
  Receiver receiver = this->receiver({route("x", "x"), route("a", "a")});
  std::atomic<bool> stop{false};
  std::atomic<int> received{0};
  std::thread broker([&] {
    while (!stop.load()) {
      receiver.receive(delivery("a"));
      received.fetch_add(1);
    }
  });
  for (std::uint64_t change = 1; change <= 200; ++change) {
    const int before = received.load();
    while (received.load() == before) std::this_thread::yield();
    // The hash says at which index `a` stands from here on.
    const bool first = change % 2 == 1;
    receiver.reconfigure(
        first ? table({route("a", "a")}) : table({route("x", "x"), route("a", "a")}),
        {0, first ? 0u : 1u});
  }
  stop.store(true);
  broker.join();
  std::uint64_t index = 1;
  for (const FakeLog::Entry& entry : log.entries) {
    if (entry.kind == RecordKind::configuration) {
      index = entry.configuration.low;
    } else {
      ASSERT_EQ(entry.route.value, index);
    }
  }
  EXPECT_EQ(receiver.counts().at("a").messages, static_cast<std::uint64_t>(received.load()));
}

TEST(TickerTest, time_passes_only_while_connected) {
  FakeLog log;
  bool connected = false;
  ManualClock clock(instant_from_nanos(1'000'000'000'500'000'000));
  Ticker ticker(log, clock, [&] { return connected; });
  EXPECT_EQ(ticker.do_work(), std::chrono::milliseconds{505});
  EXPECT_TRUE(log.entries.empty());
  connected = true;
  clock.advance(std::chrono::milliseconds{505});
  EXPECT_EQ(ticker.do_work(), std::chrono::seconds{1});
  ASSERT_EQ(log.entries.size(), 1u);
  EXPECT_EQ(log.entries[0].kind, RecordKind::tick);
}

TEST(TickerTest, woken_early_it_waits_for_the_second_all_the_same) {
  FakeLog log;
  ManualClock clock(instant_from_nanos(1'000'000'000'003'000'000));
  Ticker ticker(log, clock, [] { return true; });
  EXPECT_EQ(ticker.do_work(), std::chrono::milliseconds{2});
}

}  // namespace
}  // namespace senne::ingest
