// Configurations for tests without Kafka: one whose servers nobody listens at, with two routes, and
// one with the embedded cluster and a broker that the test plays.
#pragma once

#include <fmt/format.h>

#include <string>

namespace senne::test {

inline std::string configuration_without_servers() {
  // Port 1 is reserved (tcpmux) and free on any machine of today.
  return R"(instance: here
data_dir: "{data_dir}"
shutdown_timeout: 2s
mqtt: {url: "mqtt://127.0.0.1:1", username: u, password: "brokersecret"}
journal: {max_bytes: 256MiB}
kafka: {bootstrap_servers: "127.0.0.1:1", properties: {sasl.password: "clustersecret"}}
routes:
  - {name: lora, topic: v3/+/devices/+/#, format: tts-v3}
  - {name: senml, topic: senml/#, format: senml-json}
http: {listen: "127.0.0.1:0"}
)";
}

// The same with other routes.
inline std::string configuration_with_routes(const std::string& routes) {
  std::string yaml = configuration_without_servers();
  const std::size_t from = yaml.find("  - {name: lora");
  return yaml.replace(from, yaml.find("http:") - from, routes);
}

inline std::string configuration_with_broker(int port) {
  return fmt::format(R"(instance: here
data_dir: "{{data_dir}}"
mqtt: {{url: "mqtt://127.0.0.1:{}"}}
journal: {{max_bytes: 16MiB}}
kafka: {{bootstrap_servers: embedded}}
routes:
  - {{name: one, topic: one/#, format: senml-json}}
http: {{listen: "127.0.0.1:0"}}
)",
                     port);
}

}  // namespace senne::test
