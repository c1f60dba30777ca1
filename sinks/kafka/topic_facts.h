// What a cluster says about topics: whether they exist, and their settings.
//
// THREAD  the client's.
// FAILS   by value; a topic that is missing or may not be seen has an error of its own.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/time.h"
#include "sinks/kafka/client.h"

namespace senne::sinks {

struct KafkaFailure {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;
};
template <class T>
using KafkaResult = tl::expected<T, KafkaFailure>;

struct TopicFacts {
  std::string name;
  KafkaFailure failure;  // UNKNOWN_TOPIC_OR_PART: it does not exist
  int partitions = 0;
  int replication = 0;
};
// Never creates a topic.
KafkaResult<TopicFacts> topic_facts(const Client& client, const std::string& topic,
                                    Duration patience);

struct TopicConfigs {
  std::string name;
  KafkaFailure failure;
  std::map<std::string, std::string> values;  // cleanup.policy and so on
};
// In the order of `topics`. _UNSUPPORTED_FEATURE: the cluster cannot tell (the embedded one).
KafkaResult<std::vector<TopicConfigs>> topic_configs(const Client& client,
                                                     std::span<const std::string> topics,
                                                     Duration patience);

// The answer to an admin request, or its failure.
KafkaResult<KafkaEvent> await_answer(rd_kafka_queue_t* queue, Duration patience);

int milliseconds(Duration duration);

}  // namespace senne::sinks
