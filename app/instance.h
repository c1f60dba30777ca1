// One running Senne: the only place where the parts are put together.
//
// THREAD  construction, `start` and `stop` from one thread; `metrics`, `failure` from any.
// OWNS    every part and every thread: none runs once `stop` has returned.
// FAILS   `create` and `start` with one line for the operator, nothing half-written; later failures
// by `failure`.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "app/configuration/configuration.h"
#include "app/monitor/metrics_snapshot.h"
#include "core/clock.h"
#include "core/logging.h"
#include "core/result.h"

namespace senne::app {

class Instance {
 public:
  // Takes the data directory, opens the journal, reserves the HTTP port. `clock` and `logger`
  // outlive the instance.
  static Result<std::unique_ptr<Instance>> create(const Configuration& configuration,
                                                  const Clock& clock, Logger& logger);
  // Stops; where `stop` would give up on Kafka, this waits for its answer.
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // Starts the threads and returns. MQTT is connected once the position is owned.
  void start();

  // MQTT off, everything that arrived committed within the shutdown time-out, a snapshot, all
  // threads ended. What is not committed stays in the journal. False: Kafka held a thread for
  // longer; the instance is of no more use, and the process ends best by _Exit, as by a crash.
  bool stop();

  // Puts the routes, windows and devices of `next` into force, through the journal, without losing
  // a message. Other settings need a restart: the log names the keys that differ.
  Result<void> reload(const Configuration& next);

  // Why the instance cannot go on; nothing while it can. The owner calls `stop` then.
  std::optional<Error> failure() const;

  monitor::MetricsSnapshot metrics() const;
  bool ready() const;
  std::string obstacle() const;           // why it is not ready; empty when it is
  std::string http_url() const;           // http://127.0.0.1:9464
  std::string bootstrap_servers() const;  // of the Kafka cluster, the embedded one included

 private:
  class Parts;
  explicit Instance(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace senne::app
