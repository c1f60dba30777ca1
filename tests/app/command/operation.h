// What the tests of the operator's side do to a senne between real servers.
//
// THREAD  one.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/integration/ledger.h"
#include "tests/integration/senne_process.h"
#include "tests/integration/servers.h"
#include "tests/support/eventually.h"
#include "tests/support/kafka_reader.h"
#include "tests/support/mqtt_publisher.h"

namespace senne::test {

inline std::vector<nlohmann::json> lines_of(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(nlohmann::json::parse(line, nullptr, false));
    EXPECT_TRUE(lines.back().is_object()) << line;
  }
  return lines;
}

class Operation : public Servers {
 protected:
  void make_senne() override {
    senne_ = std::make_unique<SenneProcess>(
        std::map<std::string, std::string>{{"senne.yaml", configuration()}});
  }

  std::string configuration(const std::string& more_routes = {}, const std::string& mqtt = {}) {
    return fmt::format(R"(instance: op
data_dir: "{{data_dir}}"
shutdown_timeout: 5s
mqtt: {{url: "mqtt://127.0.0.1:{}"{}}}
journal: {{max_bytes: 256MiB}}
kafka:
  bootstrap_servers: "{}"
  topic_prefix: "{}"
  topics: {{partitions: 2, replication: 1}}
  encoding: json
http: {{listen: "127.0.0.1:0"}}
windows:
  - {{name: 10s, length: 10s, lateness: 0s, max_wait: 1s}}
routes:
  - {{name: first, topic: first/+, format: senml-json, units: {{temperature: Cel}}}}
{})",
                       broker_->port(), mqtt, kafka_->bootstrap(), prefix_, more_routes);
  }
  static std::string route(const std::string& name) {
    return fmt::format("  - {{name: {0}, topic: {0}/+, format: senml-json}}\n", name);
  }
  static std::string message(int number) {
    return fmt::format(R"([{{"bn":"urn:dev:ops:d-{}:","n":"temperature","u":"Cel","v":{}}}])",
                       number, number);
  }
  void start_ready() {
    senne_->start();
    ASSERT_TRUE(senne_->wait_ready(std::chrono::seconds{60}))
        << senne_->get("/readyz?verbose") << senne_->log();
  }
  void publish(const std::string& level, int first, int count) {
    auto publisher = senne::testing::MqttPublisher::connect(broker_->port(), "operation-publisher");
    ASSERT_TRUE(publisher) << publisher.error().message;
    for (int i = first; i < first + count; ++i) {
      ASSERT_TRUE(publisher->publish(level + "/x", message(i)));
    }
    ASSERT_TRUE(publisher->drain());
  }
  // How often each device came out; each message is of a device of its own.
  std::map<std::string, int> seen(std::size_t at_least) {
    KafkaReader reader(kafka_->bootstrap(), {topic("urban.observations.v1")});
    EXPECT_TRUE(reader.read_count(at_least, std::chrono::seconds{30})) << reader.records().size();
    EXPECT_TRUE(reader.read_to_end(std::chrono::seconds{30}));
    std::map<std::string, int> devices;
    for (const ReadRecord& record : reader.records()) ++devices[record.key];
    return devices;
  }
  void expect_each_once(std::size_t count) {
    const auto devices = seen(count);
    EXPECT_EQ(devices.size(), count);
    for (const auto& [device, times] : devices) EXPECT_EQ(times, 1) << device;
  }
  nlohmann::json ledger() {
    const Ended ended = senne_->command({"ledger", "-c", "senne.yaml"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_TRUE(is_one_line(ended.out)) << ended.out;
    return nlohmann::json::parse(ended.out, nullptr, false);
  }
  bool wait_settled(std::uint64_t messages) {
    return test::wait_settled(*senne_, messages, std::chrono::seconds{60});
  }
  // What the publisher was told is only that the broker has it.
  bool wait_received(double count) {
    return eventually(
        [&] { return senne_->metric("senne_ingest_messages_total{route=\"first\"}") >= count; });
  }
  bool readiness_says(const std::string& text) {
    return eventually(
        [&] { return senne_->get("/readyz?verbose").find(text) != std::string::npos; });
  }
};

}  // namespace senne::test
