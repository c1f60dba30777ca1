#include "sinks/kafka/consumer.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "sinks/kafka/client.h"
#include "sinks/kafka/topic_facts.h"

namespace senne::sinks {
namespace {

constexpr Duration patience = std::chrono::seconds{10};
constexpr int poll_ms = 100;

using KafkaMessage = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;

std::string_view text_of(const void* bytes, std::size_t size) {
  return bytes == nullptr ? std::string_view()
                          : std::string_view(static_cast<const char*>(bytes), size);
}

tl::unexpected<Error> failed(const KafkaSettings& settings, const std::string& topic,
                             rd_kafka_resp_err_t code) {
  return fail(ErrorKind::failed, fmt::format("cannot read topic {} at Kafka {}: {}", topic,
                                             settings.bootstrap_servers, rd_kafka_err2str(code)));
}

// Where to begin in each partition.
Result<std::vector<std::int64_t>> offsets(const KafkaSettings& settings, const Client& client,
                                          const std::string& topic, int partitions,
                                          const ReadFrom& from) {
  const auto count = static_cast<std::size_t>(partitions);
  if (std::holds_alternative<FromBeginning>(from)) {
    return std::vector<std::int64_t>(count, RD_KAFKA_OFFSET_BEGINNING);
  }
  std::vector<std::int64_t> result(count, RD_KAFKA_OFFSET_END);
  const auto* instant = std::get_if<Instant>(&from);
  if (instant == nullptr) return result;
  const KafkaPartitions times(rd_kafka_topic_partition_list_new(partitions));
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(instant->time_since_epoch()).count();
  for (int i = 0; i < partitions; ++i) {
    rd_kafka_topic_partition_list_add(times.get(), topic.c_str(), i)->offset = ms;
  }
  const auto code = rd_kafka_offsets_for_times(client.get(), times.get(), milliseconds(patience));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(settings, topic, code);
  for (int i = 0; i < partitions; ++i) {
    const std::int64_t offset = times->elems[i].offset;
    if (offset >= 0) result[static_cast<std::size_t>(i)] = offset;
  }
  return result;
}

void hand_out(const rd_kafka_message_t& message, std::string_view topic,
              std::vector<Header>& headers,
              const std::function<void(const ConsumedRecord&)>& on_record) {
  headers.clear();
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(&message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      headers.push_back({name, text_of(value, size)});
    }
  }
  ConsumedRecord record;
  record.topic = topic;
  record.partition = message.partition;
  record.offset = message.offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.timestamp =
      Instant{std::chrono::milliseconds{rd_kafka_message_timestamp(&message, &type)}};
  record.key = text_of(message.key, message.key_len);
  record.value = text_of(message.payload, message.len);
  record.headers = headers;
  on_record(record);
}

// Starts the partitions on one queue and stops them again.
class Reading {
 public:
  Reading(const Client& client, const std::string& topic)
      : topic_(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr)),
        queue_(rd_kafka_queue_new(client.get())) {}
  ~Reading() {
    for (std::int32_t i = 0; i < started_; ++i) rd_kafka_consume_stop(topic_.get(), i);
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  rd_kafka_resp_err_t start(const std::vector<std::int64_t>& from) {
    for (const std::int64_t offset : from) {
      if (rd_kafka_consume_start_queue(topic_.get(), started_, offset, queue_.get()) != 0) {
        return rd_kafka_last_error();
      }
      ++started_;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  KafkaMessage next() { return KafkaMessage(rd_kafka_consume_queue(queue_.get(), poll_ms)); }

 private:
  KafkaTopic topic_;
  KafkaQueue queue_;
  std::int32_t started_ = 0;
};

// What passes by itself: the cluster is away, or elects a leader.
bool passes(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__PARTITION_EOF || code == RD_KAFKA_RESP_ERR__TRANSPORT ||
         code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
         code == RD_KAFKA_RESP_ERR__RESOLVE;
}

}  // namespace

Result<void> read_topic(const KafkaSettings& settings, const std::string& topic, ReadFrom from,
                        const std::function<void(const ConsumedRecord&)>& on_record,
                        const std::function<bool()>& go_on, Logger& logger) {
  const auto client = Client::create(settings, RD_KAFKA_CONSUMER,
                                     {{"isolation.level", "read_committed"},
                                      {"allow.auto.create.topics", "false"},
                                      {"auto.offset.reset", "earliest"}},
                                     logger);
  if (!client) return tl::unexpected(client.error());
  const auto facts = topic_facts(*client, topic, patience);
  if (!facts) return failed(settings, topic, facts.error().code);
  if (facts->failure.code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    return fail(ErrorKind::not_found, fmt::format("topic {} does not exist at Kafka {}", topic,
                                                  settings.bootstrap_servers));
  }
  if (facts->failure.code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failed(settings, topic, facts->failure.code);
  }
  const auto begin = offsets(settings, *client, topic, facts->partitions, from);
  if (!begin) return tl::unexpected(begin.error());
  Reading reading(*client, topic);
  if (const auto code = reading.start(*begin); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failed(settings, topic, code);
  }
  std::vector<Header> headers;
  while (go_on()) {
    const KafkaMessage message = reading.next();
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      hand_out(*message, topic, headers, on_record);
    } else if (!passes(message->err)) {
      return failed(settings, topic, message->err);
    }
  }
  return {};
}

}  // namespace senne::sinks
