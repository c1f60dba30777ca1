// A real Apache Kafka, one node or two, in a directory of its own on free loopback ports. The jars
// are fetched by tests/kafka/fetch.sh.
//
// THREAD  one.
// OWNS    the processes and their directory; all go with the object.
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
#include "tests/support/fault_proxy.h"
#include "tests/support/kafka_admin.h"
#include "tests/support/temporary_folder.h"

namespace senne::test {

struct KafkaOptions {
  // A second way in, through a network that can misbehave: `network()`.
  bool network = false;
  // On that way in, clients are the account `user` with the password `secret` (SASL PLAIN), whom
  // `deny_writing` concerns.
  bool accounts = false;
  // A second node, which holds a copy of everything and is preferred as the coordinator of
  // transactions and groups. The first is the controller, and must stay.
  bool second_node = false;
};

class KafkaServer {
 public:
  // Why there is no Kafka to start on this machine; nothing when there is.
  static std::optional<std::string> missing();

  // Returns once it answers clients.
  static Result<std::unique_ptr<KafkaServer>> create(const KafkaOptions& options = {});
  KafkaServer(const KafkaServer&) = delete;
  KafkaServer& operator=(const KafkaServer&) = delete;

  // 127.0.0.1:port, the same for as long as the object lives.
  std::string bootstrap() const { return address(port_); }
  // The way in through `network()`.
  std::string bootstrap_by_network() const { return address(network_->port()); }
  FaultProxy& network() { return *network_; }
  static constexpr const char* user = "senne";
  static constexpr const char* secret = "secret";

  // Again on the same port and data; returns once it answers clients.
  Result<void> start();
  void stop();  // SIGTERM, and SIGKILL if that takes over 30 s
  void kill();
  // Freezes and thaws it: connections stay, nothing answers.
  void pause();
  void resume();

  // The second node, under load of the first.
  Result<void> start_second();
  void stop_second();
  void kill_second();
  // The node that coordinates transactions, as the first one says; -1: none does.
  int coordinator() const { return leader_of(bootstrap(), "__transaction_state"); }

  // The same for every server that is made, until it loses its disk.
  std::string cluster_id() const;

  // While stopped: everything it held is gone, and it is another cluster when it starts.
  Result<void> lose_its_disk();

  Result<void> create_topic(const std::string& name, int partitions,
                            const std::map<std::string, std::string>& settings = {}) {
    return test::create_topic(bootstrap(), name, partitions, settings);
  }
  Result<void> delete_topic(const std::string& name) {
    return test::delete_topic(bootstrap(), name);
  }

  // What it printed, for a test that failed.
  std::string log() const { return read_file(folder_.file("log")); }

 private:
  explicit KafkaServer(const KafkaOptions& options) : options_(options) {}
  static std::string address(int port);
  std::string properties() const;
  std::string properties_of_both() const;
  std::string properties_of_second() const;
  Result<void> format(const std::string& file);
  Result<void> wait_until_it_answers(ChildProcess& process, int port);

  const KafkaOptions options_;
  TemporaryFolder folder_;
  int port_ = 0;
  int controller_port_ = 0;
  int network_port_ = 0;  // the listener behind `network_`
  std::unique_ptr<FaultProxy> network_;
  char generation_ = 'd';  // of the cluster id
  std::optional<ChildProcess> process_;
  int second_port_ = 0;
  std::optional<ChildProcess> second_;
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
