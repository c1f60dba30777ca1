// An edge node of Sparkplug B whose births came before Senne did: it is asked for them, answers,
// and what it sends by alias alone is understood from then on.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mqtt/async_client.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "pipeline/decode/sparkplug_rebirth.h"
#include "senne/v1/dead_letter.pb.h"
#include "senne/v1/observation.pb.h"
#include "tests/integration/ledger.h"
#include "tests/integration/servers.h"
#include "tests/pipeline/decode/sparkplug_messages.h"
#include "tests/support/eventually.h"
#include "tests/support/kafka_reader.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using decode::bd_seq;
using decode::MetricBytes;
using decode::rebirth_control;
using decode::sparkplug_payload;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Sends what it measures under an alias, and is born again when it is asked.
class EdgeNode {
 public:
  explicit EdgeNode(int port)
      : client_("mqtt://127.0.0.1:" + std::to_string(port), "edge-node",
                mqtt::create_options(MQTTVERSION_5)) {
    client_.set_message_callback([this](const mqtt::const_message_ptr& message) {
      asked_topic_ = message->get_topic();
      asked_payload_ = message->get_payload();
      retained_ = message->is_retained();
      ++asked_;
    });
    client_.connect(mqtt::connect_options_builder().mqtt_version(MQTTVERSION_5).finalize())->wait();
    client_.subscribe("spBv1.0/city/NCMD/gw-1", 1)->wait();
  }
  ~EdgeNode() { client_.disconnect()->wait(); }

  void be_born() {
    seq_ = 0;
    send("spBv1.0/city/NBIRTH/gw-1",
         {bd_seq(1), rebirth_control(),
          MetricBytes("Temperature").alias(1).type(9).unit("Cel").real(10.F)});
    send("spBv1.0/city/DBIRTH/gw-1/mast",
         {MetricBytes("NO2").alias(2).type(9).unit("ug/m3").real(40.F)});
  }
  void measure(float value) {
    send("spBv1.0/city/NDATA/gw-1", {MetricBytes(1).real(value)});
    send("spBv1.0/city/DDATA/gw-1/mast", {MetricBytes(2).real(value)});
  }
  int asked() const { return asked_.load(); }
  // After `asked`.
  const std::string& asked_topic() const { return asked_topic_; }
  const std::string& asked_payload() const { return asked_payload_; }
  bool retained() const { return retained_; }

 private:
  void send(const std::string& topic, const std::vector<MetricBytes>& metrics) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    const std::string payload =
        sparkplug_payload(metrics, seq_++ % 256, static_cast<std::uint64_t>(ms));
    client_.publish(topic, payload.data(), payload.size(), 1, false)->wait();
  }

  mqtt::async_client client_;
  std::uint64_t seq_ = 0;
  std::string asked_topic_;
  std::string asked_payload_;
  bool retained_ = false;
  std::atomic<int> asked_{0};  // its store publishes the rest
};

class Sparkplug : public Servers {
 protected:
  void make_senne() override { make_senne_with(""); }
  void make_senne_with(const std::string& more) {
    senne_ = std::make_unique<SenneProcess>(std::map<std::string, std::string>{
        {"senne.yaml", fmt::format(R"(instance: test
data_dir: {{data_dir}}
mqtt: {{url: "mqtt://127.0.0.1:{}"}}
kafka:
  bootstrap_servers: "{}"
  topic_prefix: {}
  topics: {{partitions: 1, replication: 1}}
journal: {{max_bytes: 32MiB}}
routes:
  - {{name: plant, topic: "spBv1.0/#", format: sparkplug-b{}}}
http: {{listen: "127.0.0.1:0"}}
)",
                                   broker_->port(), kafka_->bootstrap(), prefix_, more)}});
    create_topics();
  }
  // `property@device=value` of all observations, in the order of a topic of one partition.
  std::vector<std::string> observed(std::size_t count) {
    KafkaReader reader(kafka_->bootstrap(), {topic("urban.observations.v1")});
    EXPECT_TRUE(reader.read_count(count, 30s)) << reader.records().size();
    EXPECT_TRUE(reader.read_to_end(30s));
    std::vector<std::string> lines;
    for (const ReadRecord& record : reader.records()) {
      v1::ObservationCollection collection;
      EXPECT_TRUE(collection.ParseFromString(record.value));
      for (const auto& observation : collection.observations()) {
        lines.push_back(fmt::format("{}@{}={}", observation.property(), collection.device_id(),
                                    observation.number()));
      }
    }
    return lines;
  }
};

TEST_F(Sparkplug, a_node_that_was_born_before_is_asked_and_then_understood) {
  EdgeNode node(broker_->port());
  node.be_born();  // nobody hears it
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose") << senne_->log();
  node.measure(11.5F);
  ASSERT_TRUE(eventually([&] { return node.asked() > 0; }, 20s)) << senne_->log();
  EXPECT_EQ(node.asked_topic(), "spBv1.0/city/NCMD/gw-1");
  EXPECT_FALSE(node.retained());
  EXPECT_THAT(node.asked_payload(), HasSubstr("Node Control/Rebirth"));
  node.measure(12.5F);  // within the pause
  node.be_born();
  node.measure(13.5F);
  EXPECT_THAT(observed(4),
              ElementsAre("air_temperature@city/gw-1=10", "no2@city/gw-1/mast=40",
                          "air_temperature@city/gw-1=13.5", "no2@city/gw-1/mast=13.5"));
  EXPECT_EQ(node.asked(), 1) << "once in half a minute";
  KafkaReader letters(kafka_->bootstrap(), {topic("urban.deadletter.v1")});
  ASSERT_TRUE(letters.read_count(4, 20s)) << letters.records().size();
  v1::DeadLetter letter;
  ASSERT_TRUE(letter.ParseFromString(letters.records().front().value));
  EXPECT_EQ(letter.reason(), "no_codec");
  EXPECT_TRUE(eventually(
      [&] {
        return senne_->metric(R"(senne_pipeline_rebirth_requests_total{route="plant"})") == 1;
      },
      10s));

  // What was said at a birth outlives the process, also one that is killed.
  senne_->kill();
  node.measure(14.5F);
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  EXPECT_THAT(observed(6), ::testing::IsSupersetOf(
                               {"air_temperature@city/gw-1=14.5", "no2@city/gw-1/mast=14.5"}));
  EXPECT_EQ(node.asked(), 1);
  const auto account = account_of(*senne_);
  ASSERT_FALSE(account.is_null());
  for (const auto& route : account["routes"]) {
    EXPECT_TRUE(route["balances"].get<bool>()) << route.dump();
  }
  EXPECT_EQ(senne_->stop(), 0);
}

TEST_F(Sparkplug, nobody_is_asked_where_the_route_says_so) {
  make_senne_with(", rebirth_requests: false");
  EdgeNode node(broker_->port());
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  node.measure(11.5F);
  KafkaReader letters(kafka_->bootstrap(), {topic("urban.deadletter.v1")});
  ASSERT_TRUE(letters.read_count(2, 20s)) << letters.records().size();
  node.be_born();
  EXPECT_THAT(observed(2), ElementsAre("air_temperature@city/gw-1=10", "no2@city/gw-1/mast=40"));
  EXPECT_EQ(node.asked(), 0);
  EXPECT_EQ(senne_->stop(), 0);
}

}  // namespace
}  // namespace senne::test
