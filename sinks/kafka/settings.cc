#include "sinks/kafka/settings.h"

namespace senne::sinks {
namespace {

constexpr std::array<std::string_view, topic_count> topic_base_names = {
    "urban.observations.v1", "urban.aggregates.v1", "urban.devices.v1", "urban.deadletter.v1"};

std::string prefixed(const KafkaSettings& settings, std::string_view name) {
  std::string result = settings.topic_prefix;
  result.append(name);
  return result;
}

}  // namespace

std::string topic_name(const KafkaSettings& settings, Topic topic) {
  return prefixed(settings, topic_base_names[static_cast<std::size_t>(topic)]);
}

std::string position_topic(const KafkaSettings& settings) {
  return prefixed(settings, "senne.journal");
}

std::string owner_name(const KafkaSettings& settings, std::string_view instance) {
  return prefixed(settings, "senne.").append(instance);
}

}  // namespace senne::sinks
