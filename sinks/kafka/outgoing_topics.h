// The output topics of one producer, ready to be produced to.
//
// THREAD  one.
// OWNS    topic handles; they must go before the producer does.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/sink.h"
#include "sinks/kafka/client.h"

namespace senne::sinks {

class OutgoingTopics {
 public:
  OutgoingTopics() = default;
  OutgoingTopics(const Client& producer, const KafkaSettings& settings);

  // Hands a copy of the record to the producer; the partitioner places it. While the producer's
  // queue is full, waits for room, up to 15 s, and tells so.
  // FAILS  restart: the queue stayed full, or the transaction is lost already.
  SinkResult<void> produce(const Client& producer, Topic topic, std::string_view key,
                           std::string_view value, std::span<const Header> headers,
                           const WaitListener& tell) const;

 private:
  std::array<KafkaTopic, topic_count> topics_;
};

// What a record batch and a record with our headers take beside key, value and headers; generous.
inline constexpr std::size_t framing_bytes = 512;

// The properties both kinds of producer are made with, given what the topics take.
struct ProducerSizes {
  std::size_t message_max_bytes;
  std::size_t batch_bytes;
};
ProducerSizes producer_sizes(const KafkaSettings& settings,
                             const std::array<std::size_t, topic_count>& limits);

}  // namespace senne::sinks
