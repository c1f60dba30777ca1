// The topics that Senne writes: what they should be like, what they are like, and how they are
// made.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/logging.h"
#include "core/result.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

struct TopicState {
  std::string name;
  bool exists = false;
  bool created = false;  // just now
  int partitions = 0;
  int replication = 0;
  std::string cleanup_policy;                // delete | compact | ...
  std::optional<std::int64_t> retention_ms;  // -1: for ever
  std::optional<std::int64_t> max_message_bytes;
  // What is not as expected, each as a sentence: `retention.ms is 1000, expected 604800000`. Other
  // numbers of partitions and replicas than configured are named too; an operator may want them.
  std::vector<std::string> differences;
};

// The output topics by Topic, then the position topic.
// FAILS  ErrorKind::failed: the cluster does not answer or refuses; the message names it and the
//        topic.
Result<std::vector<TopicState>> check_topics(const KafkaSettings& settings, Logger& logger);

// Creates what is missing, changes nothing that exists, then checks.
Result<std::vector<TopicState>> create_topics(const KafkaSettings& settings, Logger& logger);

}  // namespace senne::sinks
