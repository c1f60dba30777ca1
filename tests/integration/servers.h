// A real mosquitto, a real Apache Kafka and a senne between them: what tests of the whole stand on.
//
// THREAD  one.
// OWNS    the servers: Kafka's serves all tests of a suite, each under a topic prefix of its own.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "tests/integration/senne_process.h"
#include "tests/support/kafka_server.h"
#include "tests/support/mosquitto_server.h"

namespace senne::test {

class Servers : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_kafka({}); }
  static void start_kafka(const KafkaOptions& options) {
    if (KafkaServer::missing()) return;
    auto server = KafkaServer::create(options);
    ASSERT_TRUE(server) << server.error().message;
    kafka_ = std::move(*server);
  }
  static void TearDownTestSuite() { kafka_.reset(); }

  void SetUp() override {
    SENNE_NEEDS_KAFKA();
    SENNE_NEEDS_MOSQUITTO();
    prefix_ = fmt::format("test{}.", ++runs_);
    start_broker({});
    if (!HasFatalFailure()) make_senne();
  }
  void TearDown() override {
    if (!HasFailure() || !senne_) return;
    const std::string log = senne_->log();
    fmt::print("the end of senne's log:\n{}\n",
               log.substr(log.size() - std::min<std::size_t>(log.size(), 4000)));
  }

  // Once the servers are there.
  virtual void make_senne() = 0;

  void start_broker(const senne::testing::MosquittoOptions& options) {
    auto broker = senne::testing::MosquittoServer::start(options);
    ASSERT_TRUE(broker) << broker.error().message;
    broker_ = std::make_unique<senne::testing::MosquittoServer>(std::move(*broker));
  }
  void create_topics() {
    const Ended ended = senne_->command({"topics", "-c", "senne.yaml", "--create"});
    ASSERT_EQ(ended.status, 0) << ended.out << ended.err;
  }
  std::string topic(const std::string& name) const { return prefix_ + name; }

  static inline std::unique_ptr<KafkaServer> kafka_;
  static inline int runs_ = 0;
  std::string prefix_;
  std::unique_ptr<senne::testing::MosquittoServer> broker_;
  std::unique_ptr<SenneProcess> senne_;
};

}  // namespace senne::test
