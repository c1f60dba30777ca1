// The Kafka cluster: killed, frozen, with a topic gone, a permission withdrawn, a limit lowered,
// its disk lost; and a second senne of the same name.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/faults/fault_test.h"
#include "tests/support/eventually.h"
#include "tests/support/kafka_admin.h"
#include "tests/support/mqtt_publisher.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using senne::testing::MqttPublisher;
using ::testing::HasSubstr;

class KafkaFaults : public FaultTest {
 protected:
  static void SetUpTestSuite() { start_kafka({.network = true, .accounts = true}); }

  std::map<std::string, std::string> configuration() override {
    return Traffic::configuration(
        {.mqtt_port = mqtt_network_->port(),
         .bootstrap = kafka_->bootstrap_by_network(),
         .prefix = prefix_,
         .kafka_properties =
             fmt::format("{{security.protocol: SASL_PLAINTEXT, sasl.mechanisms: PLAIN, "
                         "sasl.username: {}, sasl.password: {}}}",
                         KafkaServer::user, KafkaServer::secret)});
  }
};

TEST_F(KafkaFaults, kafka_killed_under_load) {
  ASSERT_NO_FATAL_FAILURE(begin());
  kafka_->kill();
  sleep(lasting(8s, 120s));
  ASSERT_TRUE(kafka_->start());
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

// Longer than the transaction's time-out.
TEST_F(KafkaFaults, kafka_frozen) {
  ASSERT_NO_FATAL_FAILURE(begin());
  kafka_->pause();
  sleep(lasting(20s, 120s));
  EXPECT_TRUE(readiness_says("[-] kafka"));
  kafka_->resume();
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

TEST_F(KafkaFaults, topic_deleted) {
  ASSERT_NO_FATAL_FAILURE(begin());
  ASSERT_NO_FATAL_FAILURE(rest());
  {
    // Gone before the topic is: librdkafka 2.0.2 does not end a consumer of a deleted topic.
    KafkaReader before(kafka_->bootstrap(), {topic("urban.observations.v1")});
    ASSERT_TRUE(before.read_to_end(30s));
    earlier_ = before.records();
  }
  ASSERT_TRUE(kafka_->delete_topic(topic("urban.observations.v1")));
  ASSERT_NO_FATAL_FAILURE(go_on());
  EXPECT_TRUE(readiness_says("senne topics --create")) << senne_->get("/readyz?verbose");
  sleep(lasting(2s, 30s));
  create_topics();
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

TEST_F(KafkaFaults, authorisation_withdrawn) {
  ASSERT_NO_FATAL_FAILURE(begin());
  const std::string observations = topic("urban.observations.v1");
  const auto denied = deny_writing(kafka_->bootstrap(), KafkaServer::user, observations);
  ASSERT_TRUE(denied) << denied.error().message;
  EXPECT_TRUE(readiness_says("authorization")) << senne_->get("/readyz?verbose");
  EXPECT_TRUE(senne_->running());
  sleep(lasting(8s, 60s));
  const auto lifted = lift_denials(kafka_->bootstrap(), KafkaServer::user, observations);
  ASSERT_TRUE(lifted) << lifted.error().message;
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

TEST_F(KafkaFaults, message_max_bytes_lowered) {
  ASSERT_NO_FATAL_FAILURE(begin());
  const auto set = set_topic(kafka_->bootstrap(), topic("urban.observations.v1"),
                             {{"max.message.bytes", "10000"}});
  ASSERT_TRUE(set) << set.error().message;
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  // One message of 400 readings: what becomes of it is too large now.
  std::string large = R"([{"bn":"urn:dev:mac:ffffffffffff:","bt":1790000000)";
  for (int i = 0; i < 400; ++i) large += fmt::format(R"(}},{{"n":"a_long_name_{}","v":{})", i, i);
  large += "}]";
  auto publisher = MqttPublisher::connect(broker_->port(), "large");
  ASSERT_TRUE(publisher);
  ASSERT_TRUE(publisher->publish("senml/large", large));
  ASSERT_TRUE(publisher->drain());
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted({.dead_letters = {{"too_large", 1}}});
}

TEST_F(KafkaFaults, cluster_comes_back_with_an_empty_disk) {
  ASSERT_NO_FATAL_FAILURE(begin());
  ASSERT_NO_FATAL_FAILURE(rest());
  kafka_->stop();
  ASSERT_TRUE(kafka_->lose_its_disk());
  ASSERT_TRUE(kafka_->start());
  create_topics();
  EXPECT_TRUE(eventually([this] { return !senne_->running(); }));
  EXPECT_THAT(senne_->log(), HasSubstr("this is cluster"));
  const Ended again = senne_->command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("senne journal adopt"));
  // The journal still holds everything: it is sent again, to the new cluster.
  const Ended adopted = senne_->command({"journal", "-c", "senne.yaml", "adopt", "--from-start"});
  EXPECT_EQ(adopted.status, 0) << adopted.err;
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  ASSERT_NO_FATAL_FAILURE(go_on());
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

// As after a machine was replaced while the old one still runs: the new one takes the name over,
// and what the old one has acknowledged and not committed is in its journal.
TEST_F(KafkaFaults, second_instance_takes_over_and_the_first_journal_is_drained) {
  ASSERT_NO_FATAL_FAILURE(begin());
  // The first one cannot commit what it takes now.
  kafka_->network().set({.silent = true});
  sleep(3s);
  city_->finish();
  // What is in flight when the connection ends, the broker gives to both.
  sleep(1s);
  mqtt_network_->set({.down = true});
  SenneProcess& first = *senne_;
  auto files = configuration();
  std::string& yaml = files["senne.yaml"];
  // By another way than the first one's, which is cut off.
  const auto direct = [&yaml](const std::string& from, const std::string& to) {
    for (auto at = yaml.find(from); at != std::string::npos; at = yaml.find(from)) {
      yaml.replace(at, from.size(), to);
    }
  };
  direct(kafka_->bootstrap_by_network(), kafka_->bootstrap());
  direct(fmt::format(":{}\"", mqtt_network_->port()), fmt::format(":{}\"", broker_->port()));
  yaml.erase(yaml.find("  properties: "),
             yaml.find('\n', yaml.find("  properties: ")) + 1 - yaml.find("  properties: "));
  SenneProcess second(files);
  second.start();
  ASSERT_TRUE(second.wait_ready(60s)) << second.get("/readyz?verbose") << second.log();
  kafka_->network().heal();
  EXPECT_TRUE(eventually([&first] { return !first.running(); })) << first.log();
  EXPECT_THAT(first.log(), HasSubstr("taken over: Kafka's position belongs to journal"));
  mqtt_network_->heal();
  const Ended refused = first.command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("senne journal drain"));

  const Ended itself = first.command({"journal", "-c", "senne.yaml", "drain", "--as", "test"});
  EXPECT_EQ(itself.status, 2) << itself.err;
  const Ended drained = first.command({"journal", "-c", "senne.yaml", "drain", "--as", "test-old"});
  EXPECT_EQ(drained.status, 0) << drained.err;
  EXPECT_THAT(drained.out, HasSubstr("\"until\":"));
  // There is nothing left, and doing it again sends nothing.
  const Ended again = first.command({"journal", "-c", "senne.yaml", "drain", "--as", "test-old"});
  EXPECT_EQ(again.status, 0) << again.err;

  const std::uint64_t sent = city_->published();
  KafkaReader reader(kafka_->bootstrap(), {topic("urban.observations.v1")});
  const Verdict verdict(*traffic_, sent);
  EXPECT_TRUE(eventually([&] {
    reader.read_to_end(20s);
    return verdict.count(reader.records()).missing == 0;
  })) << verdict.count(reader.records()).missing;
  const Verdict::Count count = verdict.count(reader.records());
  EXPECT_EQ(count.twice, 0u);
  fmt::print(
      "| second_instance_takes_over_and_the_first_journal_is_drained | {} | {} | {} | 0 | | |\n",
      sent, count.missing, count.twice);
}

// Two nodes; the one that goes coordinates the transactions and leads some of the partitions.
class CoordinatorFaults : public FaultTest {
 protected:
  static void SetUpTestSuite() { start_kafka({.network = true, .second_node = true}); }

  std::map<std::string, std::string> configuration() override {
    return Traffic::configuration({.mqtt_port = mqtt_network_->port(),
                                   .bootstrap = kafka_->bootstrap(),
                                   .prefix = prefix_,
                                   .replication = 2});
  }
  bool coordinated_by(int node) {
    return eventually([node] { return kafka_->coordinator() == node; }, 60s);
  }
};

TEST_F(CoordinatorFaults, transaction_coordinator_moves_to_another_node_and_back) {
  ASSERT_NO_FATAL_FAILURE(begin());
  ASSERT_TRUE(coordinated_by(2));
  kafka_->kill_second();
  ASSERT_TRUE(coordinated_by(1));
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  sleep(lasting(2s, 60s));
  ASSERT_TRUE(kafka_->start_second());
  ASSERT_TRUE(coordinated_by(2)) << "it comes back to the preferred node";
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  sleep(lasting(2s, 60s));
  kafka_->stop_second();  // which hands its partitions over first
  ASSERT_TRUE(coordinated_by(1));
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

}  // namespace
}  // namespace senne::test
