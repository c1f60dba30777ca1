// A real Apache Kafka, one node, in a directory of its own on free loopback ports. The jars are
// fetched by tests/kafka/fetch.sh.
//
// THREAD  one.
// OWNS    the process and its directory; both go with the object.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/child_process.h"
#include "core/result.h"
#include "tests/support/temporary_folder.h"

namespace senne::test {

class KafkaServer {
 public:
  // Why there is no Kafka to start on this machine; nothing when there is.
  static std::optional<std::string> missing();

  // Returns once it answers clients.
  static Result<std::unique_ptr<KafkaServer>> create();
  KafkaServer(const KafkaServer&) = delete;
  KafkaServer& operator=(const KafkaServer&) = delete;

  // 127.0.0.1:port, the same for as long as the object lives.
  std::string bootstrap() const;

  // Again on the same port and data; returns once it answers clients.
  Result<void> start();
  void stop();  // SIGTERM, and SIGKILL if that takes over 30 s
  void kill();
  // Freezes and thaws it: connections stay, nothing answers.
  void pause();
  void resume();

  // Creates a topic and returns once clients see it; `settings` as in max.message.bytes.
  Result<void> create_topic(const std::string& name, int partitions,
                            const std::map<std::string, std::string>& settings = {});
  Result<void> delete_topic(const std::string& name);

  // What it printed, for a test that failed.
  std::string log() const { return read_file(folder_.file("log")); }

 private:
  KafkaServer(int port, int controller_port) : port_(port), controller_port_(controller_port) {}
  Result<void> format();
  Result<void> wait_until_it_answers();

  TemporaryFolder folder_;
  int port_;
  int controller_port_;
  std::optional<ChildProcess> process_;
};

// First line of a test that needs a Kafka: skips it where there is none, unless
// SENNE_REQUIRE_SERVERS=1, which makes that a failure.
#define SENNE_NEEDS_KAFKA()                                                         \
  do {                                                                              \
    if (const auto why = ::senne::test::KafkaServer::missing()) {                   \
      const char* required = std::getenv("SENNE_REQUIRE_SERVERS");                  \
      if (required != nullptr && std::string_view(required) == "1") FAIL() << *why; \
      GTEST_SKIP() << *why;                                                         \
    }                                                                               \
  } while (false)

}  // namespace senne::test
