// One Kafka for a test program, and a topic prefix of its own for each test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/logging.h"
#include "core/sink.h"
#include "sinks/kafka/settings.h"
#include "tests/support/kafka_reader.h"
#include "tests/support/kafka_server.h"

namespace senne::sinks {

class KafkaTest : public ::testing::Test {
 protected:
  // Null where there is no Kafka on this machine.
  static test::KafkaServer* server();

  void SetUp() override;

  std::unique_ptr<Sink> make(const std::string& instance = "one");
  // committed, claim, committed, as a shard does it, each until it no longer says `retry`.
  std::unique_ptr<Sink> claimed(const std::string& instance = "one");
  // Calls until the result is no `retry`, for at most `patience`.
  template <class Call>
  static auto patiently(Call&& call, Duration patience = std::chrono::seconds{40}) {
    const auto until = std::chrono::steady_clock::now() + patience;
    auto result = call();
    while (!result && result.error().kind == SinkError::Kind::retry &&
           std::chrono::steady_clock::now() < until) {
      result = call();
    }
    return result;
  }
  static SinkResult<void> write(Sink& sink, std::string_view key, std::string_view value,
                                Topic topic = Topic::observations);
  std::string name(Topic topic) const { return topic_name(settings, topic); }
  // Everything that a consumer of the output topics sees now, as key=value, sorted.
  std::vector<std::string> visible(test::Isolation isolation = test::Isolation::read_committed);

  SilentLogger logger;
  KafkaSettings settings;
};

inline const CommitMetadata some_metadata{{0x0123456789abcdef, 0xfedcba9876543210}, 77, 1};

}  // namespace senne::sinks
