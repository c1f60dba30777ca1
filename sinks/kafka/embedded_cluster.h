// A Kafka cluster inside the process: librdkafka's mock, for demonstrations and tests. It keeps
// everything in memory, knows no transactions (delivery is at_least_once) and ends with the
// process; each partition keeps its last 5 MiB or so.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <memory>
#include <string>

#include "core/logging.h"
#include "core/result.h"
#include "sinks/kafka/client.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

// THREAD  one; the cluster runs in a thread of its own, and clients reach it over loopback.
// OWNS    the cluster: clients lose it when this object dies.
class EmbeddedCluster {
 public:
  // With the output topics and the position topic of `settings`, of whose partitions it takes at
  // most 3 a topic. The logger must outlive it.
  static Result<std::unique_ptr<EmbeddedCluster>> start(const KafkaSettings& settings,
                                                        Logger& logger);
  ~EmbeddedCluster();
  EmbeddedCluster(const EmbeddedCluster&) = delete;
  EmbeddedCluster& operator=(const EmbeddedCluster&) = delete;

  // host:port on loopback: what `senne tail --bootstrap` takes.
  std::string bootstrap_servers() const;

 private:
  explicit EmbeddedCluster(Client client) : client_(std::move(client)) {}

  Client client_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace senne::sinks
