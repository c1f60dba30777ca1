// A city that publishes without pause, a senne between a real mosquitto and a real Apache Kafka,
// each behind a network that can misbehave, and the account after the fault: what was sent, what is
// missing, what came twice, how long until it flowed again, and how much memory it took.
//
// THREAD  the test's; the memory is watched from one of its own.
// OWNS    the servers, the networks and the process.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/publishing.h"
#include "tests/integration/servers.h"
#include "tests/integration/traffic.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/kafka_reader.h"

namespace senne::test {

// How long a fault lasts: `brief` by default; `full` where SENNE_FAULTS=full asks for the table of
// docs/guarantees.md.
Duration lasting(Duration brief, Duration full);

// The highest anonymous memory of a process, looked at ten times a second.
class MemoryWatch {
 public:
  explicit MemoryWatch(std::function<std::uint64_t()> look_kib);
  ~MemoryWatch();
  std::uint64_t peak_kib() const { return peak_kib_.load(); }

 private:
  std::function<std::uint64_t()> look_kib_;
  std::atomic<std::uint64_t> peak_kib_{0};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

class FaultTest : public Servers {
 protected:
  static void SetUpTestSuite() { start_kafka({.network = true}); }

  void make_senne() override;
  void TearDown() override;

  // What `make_senne` writes; a suite may change it.
  virtual std::map<std::string, std::string> configuration();

  // The city begins to publish `per_second` messages, and senne is ready.
  void begin(double per_second = 500);
  // The city rests, and everything so far is in Kafka; then goes on where it was.
  void rest();
  void go_on(double per_second = 500);
  // The fault is over: waits until what is published from now on comes through, and notes how long
  // that took.
  void expect_flowing_again(Duration patience = std::chrono::seconds{90});
  // The city stops. Everything that it sent is in Kafka once and right, the windows too, so many
  // dead letters by reason, and the account balances. Prints the row of the table.
  struct Expected {
    std::map<std::string, std::uint64_t> dead_letters = {};
    bool windows = true;
    bool ledger = true;
  };
  void expect_all_accounted(const Expected& expected);
  void expect_all_accounted() { expect_all_accounted(Expected{}); }

  bool readiness_says(const std::string& text, Duration patience = std::chrono::seconds{60});
  void sleep(Duration time) { std::this_thread::sleep_for(time); }

  std::unique_ptr<FaultProxy> mqtt_network_;
  std::optional<Traffic> traffic_;
  std::unique_ptr<Publishing> city_;
  std::unique_ptr<MemoryWatch> memory_;
  std::vector<ReadRecord> earlier_;  // observations of a topic that is there no more
  double seconds_to_flow_ = 0;
};

}  // namespace senne::test
