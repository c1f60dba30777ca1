// A process under test that carries messages from a broker of its own to Kafka: Senne, or the bare
// loop beside it. Both stay up for the whole run, idle while the other is measured, so that no
// start is part of a measurement.
//
// THREAD  the main one: its children die with the thread that starts them.
// OWNS    the process, its broker, its files.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bench/end_to_end/publishing.h"
#include "bench/floor/progress.h"
#include "core/child_process.h"
#include "core/result.h"
#include "tests/integration/senne_process.h"
#include "tests/support/mosquitto_server.h"
#include "tests/support/temporary_folder.h"

namespace senne::bench {

class Subject {
 public:
  virtual ~Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  virtual pid_t pid() const = 0;
  // Messages since its start that Kafka has acknowledged. Asking costs Senne a scrape.
  virtual std::uint64_t delivered() const = 0;

  UplinkPublisher& publisher() { return publisher_; }

 protected:
  Subject(testing::MosquittoServer broker, UplinkPublisher publisher)
      : broker_(std::move(broker)), publisher_(std::move(publisher)) {}
  std::string mqtt_url() const;

 private:
  testing::MosquittoServer broker_;
  UplinkPublisher publisher_;
};

class BareLoop final : public Subject {
 public:
  // Returns once it is subscribed. The topic must exist.
  static Result<std::unique_ptr<BareLoop>> start(const std::string& bootstrap_servers,
                                                 const std::string& kafka_topic);
  ~BareLoop() override;
  pid_t pid() const override { return process_->pid(); }
  std::uint64_t delivered() const override;

 private:
  using Subject::Subject;
  test::TemporaryFolder folder_;
  std::optional<ChildProcess> process_;
  const Progress* progress_ = nullptr;
};

class Senne final : public Subject {
 public:
  // Creates its topics and returns once it is ready.
  static Result<std::unique_ptr<Senne>> start(const std::string& bootstrap_servers);
  pid_t pid() const override { return process_->pid(); }
  std::uint64_t delivered() const override;

  // An end by SIGTERM, with what the journal holds left in it where Kafka is away.
  Result<void> stop();
  void launch();  // starts the process again and returns at once
  // Messages in the journal, by the account of /metrics.
  std::uint64_t received() const;
  // What is not an observation: a run with any of it measured something else.
  std::uint64_t mishaps() const;

 private:
  using Subject::Subject;
  std::unique_ptr<test::SenneProcess> process_;
};

}  // namespace senne::bench
