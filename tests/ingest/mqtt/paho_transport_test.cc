// What the guarantees rest on in Paho, seen from the other end of the wire, byte by byte. A release
// of Paho that behaves otherwise fails here.
#include "ingest/mqtt/paho_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "core/child_process.h"
#include "ingest/mqtt/reason_code.h"
#include "tests/support/raw_broker.h"
#include "tests/support/temporary_folder.h"

namespace senne::ingest {
namespace {

using senne::testing::Packet;
using senne::testing::packet_id_at;
using senne::testing::PacketType;
using senne::testing::RawBroker;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds silence{300};
constexpr int exit_status_in_callback = 42;

// Notes what happens, in order, as text.
class Witness : public MqttListener {
 public:
  void connected(bool session_present) override {
    note(session_present ? "connected, session present" : "connected");
  }
  void connect_failed(EndReason reason) override { note("connect failed: " + reason.text); }
  void subscribed(std::span<const int> granted) override {
    std::string codes;
    for (const int code : granted) codes += " " + std::to_string(code);
    note("subscribed" + codes);
  }
  void subscribe_failed(EndReason reason) override { note("subscribe failed: " + reason.text); }
  void unsubscribed() override { note("unsubscribed"); }
  void connection_lost(EndReason reason) override {
    note("lost " + std::to_string(reason.code) + " " + reason.text);
  }
  void disconnected() override { note("disconnected"); }
  Received message(const Delivery& delivery) noexcept override {
    note(std::string(delivery.duplicate ? "again " : "") + std::string(delivery.topic) + "=" +
         std::string(delivery.payload));
    return Received::done;
  }

  // True once something that begins like this was noted.
  bool await(const std::string& beginning) {
    std::unique_lock lock(mutex_);
    return noted_.wait_for(lock, patience, [&] {
      return std::any_of(events_.begin(), events_.end(),
                         [&](const std::string& event) { return event.starts_with(beginning); });
    });
  }
  std::vector<std::string> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  void note(std::string event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    noted_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable noted_;
  std::vector<std::string> events_;
};

// Stays in the message callback until released.
class BlockingWitness final : public Witness {
 public:
  Received message(const Delivery& delivery) noexcept override {
    Witness::message(delivery);
    std::unique_lock lock(mutex_);
    released_.wait_for(lock, patience, [this] { return release_; });
    return Received::done;
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      release_ = true;
    }
    released_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  bool release_ = false;
};

// Disconnects from within the message callback.
class LeavingWitness final : public Witness {
 public:
  Received message(const Delivery& delivery) noexcept override {
    Witness::message(delivery);
    transport->disconnect();
    return Received::disconnect;
  }
  MqttTransport* transport = nullptr;
};

class ExitingWitness final : public Witness {
 public:
  Received message(const Delivery&) noexcept override { _exit(exit_status_in_callback); }
};

MqttSettings settings_for(int port) {
  MqttSettings settings;
  settings.url = "mqtt://127.0.0.1:" + std::to_string(port);
  settings.client_id = "senne-pin";
  return settings;
}

std::unique_ptr<PahoTransport> transport_to(int port, MqttListener& listener) {
  Result<std::unique_ptr<PahoTransport>> transport = PahoTransport::create(settings_for(port));
  EXPECT_TRUE(transport);
  (*transport)->listen(listener);
  EXPECT_TRUE((*transport)->connect());
  return std::move(*transport);
}

TEST(PahoPin, acknowledgement_leaves_only_after_the_callback_returned) {
  RawBroker broker;
  BlockingWitness witness;
  const auto transport = transport_to(broker.port(), witness);
  ASSERT_TRUE(broker.accept_client(true));
  broker.send(RawBroker::publish_packet("t", "x", 17));
  ASSERT_TRUE(witness.await("t=x"));
  EXPECT_FALSE(broker.next(silence)) << "something left while the callback was still running";
  witness.release();
  const std::optional<Packet> packet = broker.next(patience);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->type, PacketType::puback);
  EXPECT_EQ(packet_id_at(packet->body, 0), 17);
}

TEST(PahoPin, what_is_published_is_of_qos_0_not_retained_and_costs_no_answer) {
  RawBroker broker;
  Witness witness;
  const auto transport = transport_to(broker.port(), witness);
  ASSERT_TRUE(broker.accept_client(true));
  ASSERT_TRUE(witness.await("connected"));
  ASSERT_TRUE(transport->publish("t", std::string_view("a\0b", 3)));
  ASSERT_TRUE(transport->publish("t", "again"));
  for (const std::string_view payload : {std::string_view("a\0b", 3), std::string_view("again")}) {
    const std::optional<Packet> packet = broker.next(patience);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->type, PacketType::publish);
    EXPECT_EQ(packet->flags, 0);
    // Topic, no packet id, no properties.
    EXPECT_EQ(packet->body, std::string("\0\1t\0", 4) + std::string(payload));
  }
  broker.drop_client();
  ASSERT_TRUE(witness.await("lost"));
  EXPECT_FALSE(transport->publish("t", "nobody listens"));
}

TEST(PahoPin, process_that_exits_in_the_callback_never_acknowledges) {
  RawBroker broker;
  const test::TemporaryFolder folder;
  Result<ChildProcess> child = ChildProcess::start(
      {"/proc/self/exe", "--gtest_filter=PahoPin.DISABLED_exits_in_the_callback",
       "--gtest_also_run_disabled_tests"},
      folder.file("output"), {"SENNE_TEST_BROKER_PORT=" + std::to_string(broker.port())});
  ASSERT_TRUE(child);
  ASSERT_TRUE(broker.accept_client(true));
  broker.send(RawBroker::publish_packet("t", "x", 17));
  EXPECT_FALSE(broker.next(patience));
  EXPECT_TRUE(broker.client_gone());
  const std::optional<int> status = child->wait(patience);
  ASSERT_TRUE(status);
  EXPECT_EQ(WEXITSTATUS(*status), exit_status_in_callback);
}

// The child of the test above.
TEST(PahoPin, DISABLED_exits_in_the_callback) {
  const char* const port = std::getenv("SENNE_TEST_BROKER_PORT");
  if (port == nullptr) GTEST_SKIP() << "started by another test only";
  ExitingWitness witness;
  const auto transport = transport_to(std::atoi(port), witness);
  witness.await("never");
}

TEST(PahoPin, disconnect_within_the_callback_acknowledges_and_leaves) {
  RawBroker broker;
  LeavingWitness witness;
  const auto transport = transport_to(broker.port(), witness);
  witness.transport = transport.get();
  ASSERT_TRUE(broker.accept_client(true));
  broker.send(RawBroker::publish_packet("t", "x", 17));
  const std::optional<Packet> acknowledgement = broker.next(patience);
  ASSERT_TRUE(acknowledgement);
  EXPECT_EQ(acknowledgement->type, PacketType::puback);
  const std::optional<Packet> farewell = broker.next(patience);
  ASSERT_TRUE(farewell);
  EXPECT_EQ(farewell->type, PacketType::disconnect);
  // No session expiry in it: the one of the CONNECT stays in force.
  EXPECT_LE(farewell->body.size(), 2u);
  EXPECT_TRUE(witness.await("disconnected"));
}

TEST(PahoPin, broker_accepts_before_the_first_message_even_in_one_piece) {
  RawBroker broker;
  Witness witness;
  const auto transport = transport_to(broker.port(), witness);
  ASSERT_TRUE(broker.accept_client(
      true, RawBroker::publish_packet("t", "1", 1) + RawBroker::publish_packet("t", "2", 2, true)));
  ASSERT_TRUE(witness.await("again t=2"));
  EXPECT_THAT(witness.events(), ElementsAre("connected, session present", "t=1", "again t=2"));
}

TEST(PahoTransportTest, connect_packet_keeps_the_session_and_sets_no_packet_limit) {
  RawBroker broker;
  Witness witness;
  MqttSettings settings = settings_for(broker.port());
  settings.session_expiry = std::chrono::hours{24 * 365 * 80};  // what Paho would write wrongly
  settings.receive_maximum = 1234;
  auto transport = PahoTransport::create(settings);
  ASSERT_TRUE(transport);
  (*transport)->listen(witness);
  ASSERT_TRUE((*transport)->connect());
  ASSERT_TRUE(broker.accept_client(false));
  const std::string& body = broker.connect_body();
  ASSERT_GT(body.size(), 11u);
  EXPECT_EQ(body.substr(0, 7), std::string("\0\4MQTT\5", 7));
  EXPECT_EQ(body[7] & 0x02, 0) << "clean start";
  EXPECT_EQ(body[9], 60) << "keep alive";
  EXPECT_EQ(body[10], 8) << "bytes of properties: session expiry and receive maximum, no more";
  EXPECT_THAT(body, HasSubstr(std::string("\x11\x7F\xFF\xFF\xFF", 5)));
  EXPECT_THAT(body, HasSubstr(std::string("\x21\x04\xD2", 3)));
}

TEST(PahoTransportTest, subscribes_without_retained_messages) {
  RawBroker broker;
  Witness witness;
  const auto transport = transport_to(broker.port(), witness);
  ASSERT_TRUE(broker.accept_client(false));
  ASSERT_TRUE(witness.await("connected"));
  ASSERT_TRUE(transport->subscribe(std::vector<Subscription>{{"a/#", 1}}));
  ASSERT_TRUE(broker.grant({1}));
  EXPECT_TRUE(witness.await("subscribed 1"));
  // Retain Handling 2, Retain As Published 0, No Local 0, QoS 1 (MQTT 5, section 3.8.3.1).
  EXPECT_THAT(broker.subscribe_body(), HasSubstr(std::string("\0\3a/#\x21", 6)));
}

TEST(PahoTransportTest, answers_to_several_filters_are_reported_together_refusals_included) {
  for (const int refused : {0, 1, 2}) {
    RawBroker broker;
    Witness witness;
    const auto transport = transport_to(broker.port(), witness);
    ASSERT_TRUE(broker.accept_client(false));
    ASSERT_TRUE(witness.await("connected"));
    ASSERT_TRUE(transport->subscribe(std::vector<Subscription>{{"a/#", 1}, {"b", 0}, {"c", 1}}));
    std::string expected = "subscribed";
    for (int i = 0; i < 3; ++i) {
      const int code = i == refused ? 0x87 : 1;
      ASSERT_TRUE(broker.grant({code}));
      expected += " " + std::to_string(code);
    }
    EXPECT_TRUE(witness.await(expected));
  }
}

TEST(PahoTransportTest, unsubscribes) {
  RawBroker broker;
  Witness witness;
  const auto transport = transport_to(broker.port(), witness);
  ASSERT_TRUE(broker.accept_client(true));
  ASSERT_TRUE(witness.await("connected"));
  ASSERT_TRUE(transport->unsubscribe(std::vector<std::string>{"old/#"}));
  const std::optional<Packet> packet = broker.next(patience);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->type, PacketType::unsubscribe);
  EXPECT_THAT(packet->body, HasSubstr("old/#"));
  broker.send(senne::testing::encode(PacketType::unsuback, 0,
                                     packet->body.substr(0, 2) + std::string(2, '\0')));
  EXPECT_TRUE(witness.await("unsubscribed"));
}

TEST(PahoTransportTest, session_taken_over_is_told_by_its_code) {
  RawBroker broker;
  Witness witness;
  const auto transport = transport_to(broker.port(), witness);
  ASSERT_TRUE(broker.accept_client(true));
  ASSERT_TRUE(witness.await("connected"));
  broker.disconnect_client(session_taken_over);
  EXPECT_TRUE(witness.await("lost 142 session taken over"));
}

TEST(PahoTransportTest, broken_connection_can_be_made_again_with_the_same_client) {
  RawBroker broker;
  Witness witness;
  const auto transport = transport_to(broker.port(), witness);
  ASSERT_TRUE(broker.accept_client(false));
  ASSERT_TRUE(witness.await("connected"));
  broker.drop_client();
  ASSERT_TRUE(witness.await("lost 0 "));
  ASSERT_TRUE(transport->connect());
  ASSERT_TRUE(broker.accept_client(true));
  EXPECT_TRUE(witness.await("connected, session present"));
}

TEST(PahoTransportTest, disconnect_without_a_connection_ends_at_once) {
  Witness witness;
  auto transport = PahoTransport::create(settings_for(1));
  ASSERT_TRUE(transport);
  (*transport)->listen(witness);
  (*transport)->disconnect();
  EXPECT_THAT(witness.events(), ElementsAre("disconnected"));
}

TEST(PahoTransportTest, nobody_listening_is_a_failed_connection_with_words) {
  Witness witness;
  const auto transport = transport_to(free_port(), witness);
  EXPECT_TRUE(witness.await("connect failed: "));
  EXPECT_THAT(witness.events().at(0), Not(::testing::StrEq("connect failed: ")));
}

TEST(PahoTransportTest, address_that_cannot_be_used_is_a_configuration_error) {
  MqttSettings settings;
  settings.url = "http://broker";
  const auto transport = PahoTransport::create(settings);
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().kind, ErrorKind::configuration);
}

}  // namespace
}  // namespace senne::ingest
