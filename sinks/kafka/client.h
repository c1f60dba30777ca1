// One librdkafka handle with what it needs to live: its configuration, its log lines going to our
// logger, the delivery failures it reported.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/logging.h"
#include "core/result.h"
#include "core/sink.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

// Owned C objects.
template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const {
    destroy(object);
  }
};
using KafkaError = std::unique_ptr<rd_kafka_error_t, Destroy<rd_kafka_error_destroy>>;
using KafkaTopic = std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using KafkaPartitions = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                        Destroy<rd_kafka_topic_partition_list_destroy>>;

using ClientProperties = std::vector<std::pair<const char*, std::string>>;

// THREAD  one; log lines come from librdkafka's own threads.
// OWNS    the handle. Destruction does not wait for unsent records: they are purged.
class Client {
 public:
  // The operator's properties, then `own`. The logger must outlive the client.
  // FAILS  ErrorKind::configuration.
  static Result<Client> create(const KafkaSettings& settings, rd_kafka_type_t type,
                               const ClientProperties& own, Logger& logger);
  Client(Client&&) noexcept = default;
  Client& operator=(Client&& other) noexcept;

  rd_kafka_t* get() const { return handle_.get(); }

  // Records that could not be delivered, as far as reports were served; and the first one's reason.
  std::uint64_t failed_deliveries() const { return context_->failed_deliveries; }
  const std::string& first_failure() const { return context_->first_failure; }

 private:
  struct Context {
    Logger* logger = nullptr;
    std::map<std::string, std::string> properties;
    std::uint64_t failed_deliveries = 0;
    std::string first_failure;
  };
  struct Close {
    void operator()(rd_kafka_t* handle) const;
  };
  Client() = default;
  static void on_log(const rd_kafka_t* handle, int level, const char* facility, const char* text);
  static void on_delivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void* opaque);

  // The handle's threads use the context until it is destroyed.
  std::unique_ptr<Context> context_;
  std::unique_ptr<rd_kafka_t, Close> handle_;
};

}  // namespace senne::sinks
