// What an operator may set about Kafka.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <string>

#include "core/sink.h"
#include "core/time.h"

namespace senne::sinks {

enum class Delivery : std::uint8_t { exactly_once, at_least_once };
enum class Encoding : std::uint8_t { protobuf, json };

struct KafkaSettings {
  std::string bootstrap_servers;
  Delivery delivery = Delivery::exactly_once;
  Duration commit_interval = std::chrono::milliseconds{100};
  std::string topic_prefix;                      // before every topic, group and transactional id
  std::array<Encoding, topic_count> encoding{};  // by Topic
  int partitions = 12;
  int replication = 3;
  std::map<std::string, std::string> properties;  // any librdkafka key; may hold secrets
  bool allow_loss = false;                        // admits lossy properties at_least_once
};

// urban.observations.v1 and so on, with the prefix.
std::string topic_name(const KafkaSettings& settings, Topic topic);
// senne.journal, with the prefix: never written, carries the position.
std::string position_topic(const KafkaSettings& settings);
// <prefix>senne.<instance>: consumer group of the position, and transactional id.
std::string owner_name(const KafkaSettings& settings, std::string_view instance);

}  // namespace senne::sinks
