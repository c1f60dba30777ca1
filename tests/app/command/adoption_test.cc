// A journal that Kafka's position does not match: refused with the numbers, and each way of going
// on.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/app/command/operation.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using senne::testing::MosquittoOptions;
using senne::testing::MosquittoServer;
using senne::testing::MqttPublisher;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Kafka forgot the position (its offset expired, its topic was made anew): an operator decides.
class Adoption : public Operation {
 protected:
  // Messages 0 to 9 are committed, 10 to 19 are only in the journal, and Kafka knows no position.
  void part() {
    create_topics();
    start_ready();
    publish("first", 0, 10);
    ASSERT_TRUE(wait_settled(10));
    kafka_->pause();
    publish("first", 10, 10);
    ASSERT_TRUE(wait_received(20));
    senne_->kill();
    kafka_->resume();
    ASSERT_TRUE(
        eventually([this] { return kafka_->delete_topic(topic("senne.journal")).has_value(); }));
    create_topics();
    const Ended refused = senne_->command({"run", "-c", "senne.yaml"});
    EXPECT_EQ(refused.status, 1);
    const std::string last =
        refused.err.substr(refused.err.rfind('\n', refused.err.size() - 2) + 1);
    EXPECT_THAT(last, HasSubstr("has committed before, but Kafka has no position of it any more"));
    EXPECT_THAT(last, HasSubstr("senne journal adopt --from-start | --from POSITION | --discard"));
  }
  Ended adopt(const std::vector<std::string>& how) {
    std::vector<std::string> arguments = {"journal", "-c", "senne.yaml", "adopt"};
    arguments.insert(arguments.end(), how.begin(), how.end());
    return senne_->command(arguments);
  }
  void go_on(int next) {
    start_ready();
    publish("first", next, 5);
    ASSERT_TRUE(wait_settled(static_cast<std::uint64_t>(5)));
    EXPECT_EQ(senne_->stop(), 0);
  }
};

TEST_F(Adoption, from_the_start_sends_everything_again) {
  part();
  const Ended adopted = adopt({"--from-start"});
  EXPECT_EQ(adopted.status, 0) << adopted.err;
  EXPECT_EQ(adopted.out, "the next start goes on at position 0\n");
  go_on(20);
  const auto devices = seen(35);
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(devices.at(fmt::format("urn:dev:ops:d-{}", i)), i < 10 ? 2 : 1) << i;
  }
}

TEST_F(Adoption, from_a_position_sends_what_lies_behind_it) {
  part();
  std::string position;
  for (const json& line :
       lines_of(senne_->command({"journal", "-c", "senne.yaml", "export"}).out)) {
    if (line["kind"] == "message" && line["sequence"] == 11) position = line["position"].dump();
  }
  ASSERT_FALSE(position.empty());
  const Ended outside = adopt({"--from", "99999999999"});
  EXPECT_EQ(outside.status, 2);
  EXPECT_THAT(outside.err, HasSubstr("--from 99999999999: the journal holds 0 to "));
  const Ended within = adopt({"--from", std::to_string(std::stoull(position) + 8)});
  EXPECT_EQ(within.status, 2) << "no record begins there";
  EXPECT_EQ(adopt({"--from", position}).status, 0);
  go_on(20);
  expect_each_once(25);
}

TEST_F(Adoption, discard_sends_nothing_of_it) {
  part();
  EXPECT_EQ(adopt({"--discard"}).status, 0);
  go_on(20);
  const auto devices = seen(15);
  EXPECT_EQ(devices.size(), 15u);
  EXPECT_FALSE(devices.contains("urn:dev:ops:d-12"));
}

}  // namespace
}  // namespace senne::test
