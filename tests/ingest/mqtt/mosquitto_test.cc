// The receive path against a real broker: what was published is in the journal, whatever happens to
// the connection, the broker or us in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "core/user_properties.h"
#include "tests/ingest/mqtt/instance.h"
#include "tests/support/mosquitto_server.h"
#include "tests/support/mqtt_publisher.h"

namespace senne::ingest {
namespace {

using senne::testing::Arrived;
using senne::testing::Instance;
using senne::testing::MosquittoOptions;
using senne::testing::MosquittoServer;
using senne::testing::MqttPublisher;
using test::eventually;
using test::TemporaryFolder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Mosquitto : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override { SENNE_NEEDS_MOSQUITTO(); }

  void start_broker(const MosquittoOptions& options = {}) {
    Result<MosquittoServer> started = MosquittoServer::start(options);
    ASSERT_TRUE(started) << started.error().message;
    server.emplace(std::move(*started));
    settings.url = "mqtt://127.0.0.1:" + std::to_string(server->port());
    settings.client_id = "senne-test";
    settings.version = GetParam();
  }
  MqttPublisher publisher() {
    Result<MqttPublisher> publisher = MqttPublisher::connect(server->port(), "gateway");
    EXPECT_TRUE(publisher) << publisher.error().message;
    return std::move(*publisher);
  }
  // Publishes and waits for the acknowledgements.
  void publish(int first, int count) {
    MqttPublisher publisher = this->publisher();
    for (int i = first; i < first + count; ++i) {
      ASSERT_TRUE(publisher.publish("city/" + std::to_string(i % 7), std::to_string(i)));
    }
    const Result<void> drained = publisher.drain();
    ASSERT_TRUE(drained) << drained.error().message;
  }
  // Every payload from 0 to `count` arrived, and twice only what the broker marked as sent again.
  static void expect_complete(const std::vector<Arrived>& messages, int count) {
    std::set<std::string> seen;
    for (const Arrived& message : messages) {
      EXPECT_TRUE(seen.insert(message.payload).second || message.duplicate)
          << message.payload << " arrived twice, the second time without DUP";
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) EXPECT_TRUE(seen.contains(std::to_string(i))) << i;
  }
  bool await_all(Instance& instance, int count) {
    return eventually([&] {
      instance.read();
      std::set<std::string> seen;
      for (const Arrived& message : instance.messages) seen.insert(message.payload);
      return seen.size() >= static_cast<std::size_t>(count);
    });
  }

  std::vector<Subscription> filters{{"city/#", 1}};
  MqttSettings settings;
  const TemporaryFolder directory;
  std::optional<MosquittoServer> server;
};

INSTANTIATE_TEST_SUITE_P(Version, Mosquitto, ::testing::Values(5, 3),
                         [](const auto& version) { return "v" + std::to_string(version.param); });

TEST_P(Mosquitto, messages_arrive_in_the_journal_in_order_and_once) {
  start_broker();
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(instance.await(SessionState::connected));
  publish(0, 3000);
  ASSERT_TRUE(instance.await_messages(3000));
  for (std::size_t i = 0; i < 3000; ++i) {
    ASSERT_EQ(instance.messages[i].payload, std::to_string(i));
    ASSERT_EQ(instance.messages[i].route.value, 0);
  }
  EXPECT_EQ(instance.kinds.at(0), RecordKind::connected);
  EXPECT_EQ(instance.receiver().counts().at("city/#").messages, 3000u);
  EXPECT_EQ(instance.session().metrics().connected.value(), 1);
}

TEST_P(Mosquitto, binary_and_empty_payloads_arrive_as_sent) {
  start_broker();
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(instance.await(SessionState::connected));
  MqttPublisher publisher = this->publisher();
  const std::string binary("\0\xFF\n{", 4);
  const std::string large(300'000, 'x');
  ASSERT_TRUE(publisher.publish("city/b", binary, {.user_properties = {{"k", "v"}, {"k", ""}}}));
  ASSERT_TRUE(publisher.publish("city/e", "", {.qos = 0}));
  ASSERT_TRUE(publisher.publish("city/l", large));
  ASSERT_TRUE(publisher.drain());
  ASSERT_TRUE(instance.await_messages(3));
  EXPECT_EQ(instance.messages[0].payload, binary);
  EXPECT_EQ(instance.messages[1].payload, "");
  EXPECT_EQ(instance.messages[2].payload, large.substr(0, kept_prefix_bytes));
  std::vector<std::pair<std::string, std::string>> properties;
  for_each_user_property(
      instance.messages[0].user_properties,
      [&](std::string_view key, std::string_view value) { properties.emplace_back(key, value); });
  if (GetParam() == 5) {
    EXPECT_THAT(properties, ElementsAre(::testing::Pair("k", "v"), ::testing::Pair("k", "")));
  } else {
    EXPECT_THAT(properties, IsEmpty());
  }
}

TEST_P(Mosquitto, broker_keeps_what_arrives_while_we_are_away) {
  start_broker();
  {
    Instance instance(directory, settings, filters);
    ASSERT_TRUE(instance.await(SessionState::connected));
    publish(0, 100);
    ASSERT_TRUE(instance.await_messages(100));
  }
  publish(100, 500);
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(await_all(instance, 600));
  expect_complete(instance.messages, 600);
  ASSERT_TRUE(instance.await(SessionState::connected));
  EXPECT_THAT(instance.logger.lines("mqtt_connected"),
              ElementsAre(HasSubstr("session_present=true")));
}

TEST_P(Mosquitto, broker_restarts) {
  start_broker();
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(instance.await(SessionState::connected));
  publish(0, 1000);
  server->stop();
  ASSERT_TRUE(eventually([&] { return !instance.session().link_up(); }));
  ASSERT_TRUE(server->start_again());
  publish(1000, 1000);
  ASSERT_TRUE(await_all(instance, 2000));
  expect_complete(instance.messages, 2000);
  EXPECT_EQ(instance.session().metrics().connections_lost.value(), 1u);
  EXPECT_THAT(instance.logger.lines("mqtt_disconnected"), Not(IsEmpty()));
}

TEST_P(Mosquitto, broker_that_lost_the_session_is_subscribed_again) {
  start_broker();
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(instance.await(SessionState::connected));
  server->stop();
  server->forget_everything();
  ASSERT_TRUE(eventually([&] { return !instance.session().link_up(); }));
  ASSERT_TRUE(server->start_again());
  ASSERT_TRUE(instance.await(SessionState::connected));
  publish(0, 10);
  ASSERT_TRUE(instance.await_messages(10));
  EXPECT_THAT(instance.logger.lines("mqtt_session_lost"), Not(IsEmpty()));
}

TEST_P(Mosquitto, retained_messages_come_marked_or_not_at_all) {
  start_broker();
  MqttPublisher publisher = this->publisher();
  ASSERT_TRUE(publisher.publish("city/r", "old", {.retain = true}));
  ASSERT_TRUE(publisher.drain());
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(instance.await(SessionState::connected));
  ASSERT_TRUE(publisher.publish("city/r", "new", {.retain = true}));
  ASSERT_TRUE(publisher.drain());
  ASSERT_TRUE(eventually([&] {
    instance.read();
    return !instance.messages.empty() && instance.messages.back().payload == "new";
  }));
  if (GetParam() == 5) {
    ASSERT_EQ(instance.messages.size(), 1u);
  } else {
    ASSERT_EQ(instance.messages.size(), 2u);
    EXPECT_EQ(instance.messages[0].payload, "old");
    EXPECT_TRUE(instance.messages[0].retained);
  }
  EXPECT_FALSE(instance.messages.back().retained);
}

TEST_P(Mosquitto, full_journal_disconnects_and_loses_nothing) {
  start_broker();
  JournalSettings small;
  small.max_bytes = 1 << 20;
  small.segment_bytes = 64 << 10;
  small.reserve_bytes = 1 << 20;
  Instance instance(directory, settings, filters, small);
  ASSERT_TRUE(instance.await(SessionState::connected));
  MqttPublisher publisher = this->publisher();
  constexpr int count = 5000;  // about 3 MB in the journal
  for (int i = 0; i < count; ++i) {
    std::string payload = std::to_string(i);
    payload.resize(500, ' ');
    ASSERT_TRUE(publisher.publish("city/x", payload));
  }
  ASSERT_TRUE(publisher.drain());
  ASSERT_TRUE(instance.await(SessionState::waiting_for_room));
  EXPECT_LT(instance.journal().used_bytes(), small.max_bytes + small.reserve_bytes / 2);
  EXPECT_EQ(instance.session().trouble(), "the journal is full");
  ASSERT_TRUE(eventually([&] {
    instance.read();
    instance.release();
    std::set<std::string> seen;
    for (const Arrived& message : instance.messages) seen.insert(message.payload);
    return seen.size() == count;
  })) << instance.messages.size();
  std::set<std::string> seen;
  for (const Arrived& message : instance.messages) {
    EXPECT_TRUE(seen.insert(message.payload).second || message.duplicate);
  }
  EXPECT_GE(instance.session().metrics().full_disconnects.value(), 1u);
}

TEST_P(Mosquitto, filters_of_removed_routes_stop_arriving) {
  start_broker();
  filters = {{"city/#", 1}, {"old/#", 1}};
  {
    Instance instance(directory, settings, filters);
    ASSERT_TRUE(instance.await(SessionState::connected));
  }
  filters = {{"city/#", 1}};
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(instance.await(SessionState::connected));
  // The broker knows of no subscription any more when the UNSUBACK has settled the note.
  ASSERT_TRUE(eventually([&] {
    MqttPublisher publisher = this->publisher();
    const std::size_t before = instance.messages.size();
    EXPECT_TRUE(publisher.publish("old/1", "x"));
    EXPECT_TRUE(publisher.publish("city/1", "x"));
    EXPECT_TRUE(publisher.drain());
    EXPECT_TRUE(instance.await_messages(before + 1));
    return instance.messages.size() == before + 1 && instance.messages.back().topic == "city/1";
  }));
}

TEST_P(Mosquitto, routes_change_while_connected) {
  start_broker();
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(instance.await(SessionState::connected));
  const std::vector<Subscription> after{{"lab/#", 1}, {"city/#", 1}};
  ASSERT_EQ(instance.receiver().reconfigure(
                std::make_shared<const RouteTable>(Instance::routes_for(after)), {1, 2}),
            Append::done);
  instance.session().subscribe_to(after);
  ASSERT_TRUE(eventually([&] {
    MqttPublisher publisher = this->publisher();
    EXPECT_TRUE(publisher.publish("lab/1", "x"));
    EXPECT_TRUE(publisher.drain());
    instance.read();
    return !instance.messages.empty();
  }));
  EXPECT_EQ(instance.messages[0].route.value, 0);
  EXPECT_THAT(instance.kinds, Contains(RecordKind::configuration));
}

TEST_P(Mosquitto, tls_with_a_ca_of_our_own) {
  start_broker({.tls = true});
  settings.url = "mqtts://localhost:" + std::to_string(server->port());
  settings.tls.ca = server->ca_file();
  Instance instance(directory, settings, filters);
  EXPECT_TRUE(instance.await(SessionState::connected)) << instance.session().trouble();
}

TEST_P(Mosquitto, broker_with_a_certificate_of_an_unknown_ca_is_not_trusted) {
  start_broker({.tls = true});
  settings.url = "mqtts://localhost:" + std::to_string(server->port());  // the system's CAs
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(eventually([&] { return !instance.logger.lines("mqtt_connect_failed").empty(); }));
  EXPECT_THAT(instance.logger.lines("mqtt_connect_failed").at(0),
              HasSubstr("certificate verify failed"));
  EXPECT_FALSE(instance.session().link_up());
}

TEST_P(Mosquitto, broker_whose_certificate_names_another_host_is_not_trusted) {
  start_broker({.tls = true});
  settings.url = "mqtts://127.0.0.1:" + std::to_string(server->port());
  settings.tls.ca = server->ca_file();
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(eventually([&] { return !instance.logger.lines("mqtt_connect_failed").empty(); }));
  EXPECT_FALSE(instance.session().link_up());
}

TEST_P(Mosquitto, wrong_password_is_said_and_not_shown) {
  start_broker({.username = "senne", .password = "right"});
  settings.username = "senne";
  settings.password = "wr0ng-s3cret";
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(eventually([&] { return !instance.logger.lines("mqtt_connect_failed").empty(); }));
  EXPECT_THAT(instance.logger.lines("mqtt_connect_failed").at(0), HasSubstr("not authorised"));
  EXPECT_THAT(instance.logger.lines("mqtt_connect_failed").at(0), HasSubstr("127.0.0.1:"));
  for (const std::string& line : instance.logger.lines()) {
    EXPECT_THAT(line, Not(HasSubstr("wr0ng-s3cret")));
  }
}

TEST_P(Mosquitto, right_password_connects) {
  start_broker({.username = "senne", .password = "right"});
  settings.username = "senne";
  settings.password = "right";
  Instance instance(directory, settings, filters);
  EXPECT_TRUE(instance.await(SessionState::connected)) << instance.session().trouble();
}

TEST_P(Mosquitto, time_passes_in_the_journal_while_connected) {
  start_broker();
  Instance instance(directory, settings, filters);
  ASSERT_TRUE(instance.await(SessionState::connected));
  ASSERT_TRUE(eventually([&] {
    instance.read();
    return std::count(instance.kinds.begin(), instance.kinds.end(), RecordKind::tick) >= 2;
  }));
}

}  // namespace
}  // namespace senne::ingest
