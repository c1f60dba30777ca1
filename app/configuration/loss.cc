// Settings that lose messages, all in one place: docs/guarantees.md promises that they are refused.
#include <fmt/format.h>

#include "app/configuration/sections.h"
#include "sinks/kafka/client_settings.h"

namespace senne::app {
namespace {

constexpr std::string_view admitted_by = "; `allow_loss: true` admits it";

// Each property by itself, so that the error stands where the property does.
Result<void> check_properties(const Node& root, const Configuration& configuration) {
  const Node* given = root.find("kafka")->find("properties");
  if (given == nullptr) return {};
  for (const Entry& entry : given->entries) {
    sinks::KafkaSettings alone = configuration.kafka;
    alone.properties = {{entry.key, entry.value.text}};
    if (auto done = sinks::check_properties(alone); !done) {
      return fail_at(entry.mark, sinks::without_secrets(done.error().message, alone.properties));
    }
  }
  return {};
}

}  // namespace

Result<void> check_loss(const Node& root, const Configuration& configuration) {
  if (auto done = check_properties(root, configuration); !done) return done;
  if (configuration.allow_loss) return {};
  const auto refuse = [](const Node& node, const std::string& path, std::string_view why) {
    return fail_in(node, path, fmt::format("{}{}", why, admitted_by));
  };
  const Node& mqtt = *root.find("mqtt");
  if (configuration.mqtt.clean_start) {
    return refuse(*mqtt.find("clean_start"), "mqtt.clean_start",
                  "a clean start loses what waits at the broker");
  }
  if (configuration.mqtt.session_expiry == Duration{0}) {
    return refuse(*mqtt.find("session_expiry"), "mqtt.session_expiry",
                  "without a session what arrives while Senne is away is lost");
  }
  if (const Node* id = mqtt.find("client_id"); id != nullptr && id->text.empty()) {
    return refuse(*id, "mqtt.client_id", "a random client id never finds its session again");
  }
  const auto& routes = configuration.pipeline.routes;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (routes[i].qos != 2) continue;
    return refuse(*root.find("routes")->items[i].find("qos"), fmt::format("routes[{}].qos", i),
                  "QoS 2 has a loss of its own and no gain over 1");
  }
  return {};
}

}  // namespace senne::app
