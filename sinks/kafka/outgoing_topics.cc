#include "sinks/kafka/outgoing_topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "core/check.h"

namespace senne::sinks {
namespace {

constexpr Duration queue_patience = std::chrono::seconds{15};
constexpr int poll_ms = 5;

rd_kafka_vu_t argument(rd_kafka_vtype_t type) {
  rd_kafka_vu_t result{};
  result.vtype = type;
  return result;
}

// librdkafka takes a non-const pointer and copies (RD_KAFKA_MSG_F_COPY).
rd_kafka_vu_t bytes(rd_kafka_vtype_t type, std::string_view text) {
  rd_kafka_vu_t result = argument(type);
  result.u.mem.ptr = const_cast<char*>(text.data() != nullptr ? text.data() : "");
  result.u.mem.size = text.size();
  return result;
}

}  // namespace

OutgoingTopics::OutgoingTopics(const Client& producer, const KafkaSettings& settings) {
  for (std::size_t i = 0; i < topic_count; ++i) {
    const std::string name = topic_name(settings, static_cast<Topic>(i));
    topics_[i].reset(rd_kafka_topic_new(producer.get(), name.c_str(), nullptr));
    SENNE_CHECK(topics_[i] != nullptr);
  }
}

SinkResult<void> OutgoingTopics::produce(const Client& producer, Topic topic, std::string_view key,
                                         std::string_view value, std::span<const Header> headers,
                                         const WaitListener& tell) const {
  rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
  for (const Header& header : headers) {
    rd_kafka_header_add(list, header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  }
  std::array<rd_kafka_vu_t, 6> arguments = {
      argument(RD_KAFKA_VTYPE_RKT),       argument(RD_KAFKA_VTYPE_PARTITION),
      argument(RD_KAFKA_VTYPE_MSGFLAGS),  bytes(RD_KAFKA_VTYPE_KEY, key),
      bytes(RD_KAFKA_VTYPE_VALUE, value), argument(RD_KAFKA_VTYPE_HEADERS),
  };
  arguments[0].u.rkt = topics_[static_cast<std::size_t>(topic)].get();
  // Always the partitioner: produceva with headers to a partition that does not exist frees them
  // twice.
  arguments[1].u.i32 = RD_KAFKA_PARTITION_UA;
  arguments[2].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[5].u.headers = list;

  const auto until = std::chrono::steady_clock::now() + queue_patience;
  std::optional<Wait> wait;
  while (true) {
    // On success the headers are the producer's.
    const KafkaError error(rd_kafka_produceva(producer.get(), arguments.data(), arguments.size()));
    if (error == nullptr) return {};
    if (rd_kafka_error_code(error.get()) != RD_KAFKA_RESP_ERR__QUEUE_FULL ||
        std::chrono::steady_clock::now() > until) {
      rd_kafka_headers_destroy(list);
      return tl::unexpected(
          SinkError{SinkError::Kind::restart,
                    fmt::format("cannot produce to {}: {}",
                                rd_kafka_topic_name(topics_[static_cast<std::size_t>(topic)].get()),
                                rd_kafka_error_string(error.get()))});
    }
    if (!wait) wait.emplace(tell);
    rd_kafka_poll(producer.get(), poll_ms);
  }
}

ProducerSizes producer_sizes(const KafkaSettings& settings,
                             const std::array<std::size_t, topic_count>& limits) {
  const auto [smallest, largest] = std::minmax_element(limits.begin(), limits.end());
  std::size_t batch = 1'000'000;
  if (const auto set = settings.properties.find("batch.size"); set != settings.properties.end()) {
    std::from_chars(set->second.data(), set->second.data() + set->second.size(), batch);
  }
  // A broker applies a topic's max.message.bytes to whole batches, and librdkafka has one batch
  // size for all topics.
  return {std::min<std::size_t>(*largest + framing_bytes, 1'000'000'000),
          std::min(batch, *smallest)};
}

}  // namespace senne::sinks
