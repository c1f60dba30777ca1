#include "tests/sinks/kafka_fixture.h"

#include <unistd.h>

#include <algorithm>

#include "sinks/kafka/kafka_sink.h"
#include "sinks/kafka/topics.h"

namespace senne::sinks {
namespace {

// Ends the server when the program does.
class SharedServer final : public ::testing::Environment {
 public:
  void TearDown() override { server.reset(); }
  std::unique_ptr<test::KafkaServer> server;
};

SharedServer* shared() {
  static auto* environment =
      static_cast<SharedServer*>(::testing::AddGlobalTestEnvironment(new SharedServer));
  return environment;
}
// Environments are added before the tests run.
[[maybe_unused]] SharedServer* const registered = shared();

}  // namespace

test::KafkaServer* KafkaTest::server() {
  if (shared()->server == nullptr && !test::KafkaServer::missing()) {
    auto created = test::KafkaServer::create();
    if (created) {
      shared()->server = std::move(*created);
    } else {
      ADD_FAILURE() << created.error().message;
    }
  }
  return shared()->server.get();
}

void KafkaTest::SetUp() {
  SENNE_NEEDS_KAFKA();
  ASSERT_NE(server(), nullptr);
  static int tests = 0;
  settings.bootstrap_servers = server()->bootstrap();
  settings.topic_prefix = "t" + std::to_string(++tests) + "-";
  settings.partitions = 3;
  settings.replication = 1;
  const auto topics = create_topics(settings, logger);
  ASSERT_TRUE(topics) << topics.error().message;
}

std::unique_ptr<Sink> KafkaTest::make(const std::string& instance) {
  return make_kafka_sink_factory(settings, instance, logger)();
}

std::unique_ptr<Sink> KafkaTest::claimed(const std::string& instance) {
  auto sink = make(instance);
  const auto before = patiently([&] { return sink->committed(); });
  EXPECT_TRUE(before) << before.error().message;
  const auto claim = patiently([&] { return sink->claim(); });
  EXPECT_TRUE(claim) << claim.error().message;
  const auto after = patiently([&] { return sink->committed(); });
  EXPECT_TRUE(after) << after.error().message;
  return sink;
}

SinkResult<void> KafkaTest::write(Sink& sink, std::string_view key, std::string_view value,
                                  Topic topic) {
  const std::vector<Header> headers = {{"ce_type", "test"}, {"empty", ""}};
  return sink.emit(topic, key, value, headers);
}

std::vector<std::string> KafkaTest::visible(test::Isolation isolation) {
  std::vector<std::string> topics;
  for (std::size_t i = 0; i < topic_count; ++i) topics.push_back(name(static_cast<Topic>(i)));
  test::KafkaReader reader(settings.bootstrap_servers, topics, isolation);
  EXPECT_TRUE(reader.read_to_end(std::chrono::seconds{30}));
  std::vector<std::string> found;
  for (const test::ReadRecord& record : reader.records()) {
    found.push_back(record.key + "=" + record.value);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace senne::sinks
