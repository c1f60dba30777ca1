// senne check: validates a configuration, and with --connect what it points to.

#include <fmt/format.h>

#include <memory>

#include "app/broker_check.h"
#include "app/commands/command.h"
#include "sinks/kafka/topics.h"

namespace senne::app {
namespace {

int check_kafka(const Configuration& configuration, Logger& logger) {
  if (configuration.embedded()) {
    fmt::print("kafka: embedded, inside the process of `senne run`\n");
    return 0;
  }
  const auto topics = sinks::check_topics(configuration.kafka, logger);
  if (!topics) return report(topics.error());
  int status = 0;
  for (const sinks::TopicState& topic : *topics) {
    if (!topic.exists) {
      fmt::print(stderr, "kafka topic {}: missing; create it with senne topics --create\n",
                 topic.name);
      status = 1;
      continue;
    }
    fmt::print("kafka topic {}: {} partitions, {} replicas, {}\n", topic.name, topic.partitions,
               topic.replication, topic.cleanup_policy);
    for (const std::string& difference : topic.differences) {
      fmt::print("kafka topic {}: {}\n", topic.name, difference);
    }
  }
  return status;
}

// How long Kafka may be away before MQTT is left, at some rates.
void print_outages(const Configuration& configuration) {
  // A typical uplink with its topic, user properties and record header.
  constexpr double record_bytes = 750;
  const double hours_at_one_per_s =
      static_cast<double>(configuration.journal.max_bytes) / record_bytes / 3600;
  fmt::print("journal: holds a Kafka outage of");
  const char* separator = "";
  for (const int rate : {60, 600, 4000}) {
    fmt::print("{} {:.1f} h at {}/s", separator, hours_at_one_per_s / rate, rate);
    separator = ",";
  }
  fmt::print(" (messages of 600 bytes)\n");
}

int check(const std::string& path, bool connect) {
  auto configuration = load_configuration(path);
  if (!configuration) return report(configuration.error());
  // A city's registry would hide the rest.
  constexpr std::size_t devices_printed_max = 20;
  const std::size_t devices = configuration->pipeline.devices.size();
  if (devices > devices_printed_max) {
    configuration->pipeline.devices.clear();
    configuration->notes.push_back(fmt::format("{} devices, not printed", devices));
  }
  for (ZoneLayer& layer : configuration->pipeline.zones) {
    configuration->notes.push_back(
        fmt::format("zones: {} with {} zones, not printed", layer.name, layer.zones.size()));
  }
  configuration->pipeline.zones.clear();
  fmt::print("{}\n", describe(*configuration));
  for (const std::string& note : configuration->notes) fmt::print("note: {}\n", note);
  if (!connect) {
    fmt::print("{}: valid\n", path);
    return 0;
  }
  SilentLogger logger;
  int status = check_broker(*configuration);
  status = std::max(status, check_kafka(*configuration, logger));
  print_outages(*configuration);
  return status;
}

}  // namespace

Command check_command() {
  struct Options {
    std::string path;
    bool connect = false;
  };
  auto options = std::make_shared<Options>();
  return {.name = "check",
          .help = "validates a configuration; with --connect also what it reaches",
          .options = {configuration_option(options->path),
                      {.names = "--connect",
                       .into = &options->connect,
                       .help = "reach the MQTT broker, Kafka and its topics"}},
          .action = [options] { return check(options->path, options->connect); }};
}

}  // namespace senne::app
