#include "tests/support/kafka_reader.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/check.h"

namespace senne::test {
namespace {

std::string text(const void* bytes, std::size_t size) {
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

rd_kafka_t* make_consumer(const std::string& bootstrap, Isolation isolation) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  std::array<char, 256> why{};
  const auto set = [&](const char* key, const std::string& value) {
    SENNE_CHECK(rd_kafka_conf_set(conf, key, value.c_str(), why.data(), why.size()) ==
                RD_KAFKA_CONF_OK);
  };
  set("bootstrap.servers", bootstrap);
  set("group.id", "a-reader-that-commits-nothing");
  set("enable.auto.commit", "false");
  set("enable.partition.eof", "true");
  set("auto.offset.reset", "earliest");
  set("reconnect.backoff.max.ms", "200");
  set("fetch.wait.max.ms", "20");
  set("log_level", "3");
  set("isolation.level",
      isolation == Isolation::read_committed ? "read_committed" : "read_uncommitted");
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why.data(), why.size());
  SENNE_CHECK(consumer != nullptr);
  rd_kafka_poll_set_consumer(consumer);
  return consumer;
}

int partition_count(rd_kafka_t* consumer, const std::string& topic) {
  rd_kafka_topic_t* handle = rd_kafka_topic_new(consumer, topic.c_str(), nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  SENNE_CHECK(rd_kafka_metadata(consumer, 0, handle, &metadata, 15'000) ==
              RD_KAFKA_RESP_ERR_NO_ERROR);
  SENNE_CHECK(metadata->topic_cnt == 1);
  SENNE_CHECK(metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR);
  const int count = metadata->topics[0].partition_cnt;
  rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(handle);
  return count;
}

}  // namespace

KafkaReader::KafkaReader(const std::string& bootstrap, const std::vector<std::string>& topics,
                         Isolation isolation)
    : consumer_(make_consumer(bootstrap, isolation)) {
  rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(8);
  for (const std::string& topic : topics) {
    const int partitions = partition_count(consumer_, topic);
    for (int i = 0; i < partitions; ++i) {
      rd_kafka_topic_partition_list_add(all, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
      at_end_[{topic, i}] = false;
    }
  }
  SENNE_CHECK(rd_kafka_assign(consumer_, all) == RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_topic_partition_list_destroy(all);
}

KafkaReader::~KafkaReader() {
  rd_kafka_destroy_flags(consumer_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

bool KafkaReader::poll() {
  rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer_, 50);
  if (message == nullptr) return false;
  if (message->rkt != nullptr) {
    const std::string topic = rd_kafka_topic_name(message->rkt);
    const bool at_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    at_end_[{topic, message->partition}] = at_end;
    if (at_end) next_[{topic, message->partition}] = message->offset;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      next_[{topic, message->partition}] = message->offset + 1;
      ReadRecord record{topic,
                        message->partition,
                        message->offset,
                        text(message->key, message->key_len),
                        text(message->payload, message->len),
                        {}};
      rd_kafka_headers_t* headers = nullptr;
      const char* name = nullptr;
      const void* value = nullptr;
      std::size_t size = 0;
      if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
                                RD_KAFKA_RESP_ERR_NO_ERROR;
             ++i) {
          record.headers[name] = text(value, size);
        }
      }
      records_.push_back(std::move(record));
    }
  }
  rd_kafka_message_destroy(message);
  return true;
}

bool KafkaReader::read_until(const std::function<bool(const std::vector<ReadRecord>&)>& done,
                             Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::size_t polled = 0;
  while (true) {
    const bool more = poll();
    if ((!more || ++polled % 1000 == 0) && done(records_)) return true;
    if (std::chrono::steady_clock::now() >= until) return done(records_);
  }
}

bool KafkaReader::read_count(std::size_t count, Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (records_.size() < count && std::chrono::steady_clock::now() < until) poll();
  return records_.size() >= count;
}

bool KafkaReader::read_to_end(Duration patience) {
  // An end seen earlier is no end now: each partition is asked anew from where it stands.
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  SENNE_CHECK(rd_kafka_assignment(consumer_, &assigned) == RD_KAFKA_RESP_ERR_NO_ERROR);
  for (int i = 0; i < assigned->cnt; ++i) {
    rd_kafka_topic_partition_t& partition = assigned->elems[i];
    // Not rd_kafka_position, which knows nothing of a partition that gave nothing since it was
    // assigned.
    const auto next = next_.find({partition.topic, partition.partition});
    partition.offset = next == next_.end() ? RD_KAFKA_OFFSET_BEGINNING : next->second;
    at_end_[{partition.topic, partition.partition}] = false;
  }
  SENNE_CHECK(rd_kafka_assign(consumer_, assigned) == RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_topic_partition_list_destroy(assigned);
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto all_at_end = [this] {
    return std::all_of(at_end_.begin(), at_end_.end(), [](const auto& p) { return p.second; });
  };
  while (!all_at_end() && std::chrono::steady_clock::now() < until) poll();
  return all_at_end();
}

}  // namespace senne::test
