// senne topics: creates or checks the Kafka topics and their settings.

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "app/commands/command.h"
#include "app/logging/json_logger.h"
#include "sinks/kafka/topics.h"

namespace senne::app {
namespace {

int topics(const std::string& path, bool create) {
  const auto configuration = load_configuration(path);
  if (!configuration) return report(configuration.error());
  if (configuration->embedded()) {
    fmt::print(stderr,
               "kafka.bootstrap_servers is embedded: its topics exist only inside senne run\n");
    return 2;
  }
  const SystemClock clock;
  JsonLogger logger(STDERR_FILENO, clock, Severity::warning);
  const auto states = create ? sinks::create_topics(configuration->kafka, logger)
                             : sinks::check_topics(configuration->kafka, logger);
  if (!states) return report(states.error());
  std::vector<std::string> missing;
  for (const sinks::TopicState& topic : *states) {
    if (!topic.exists) {
      fmt::print("{}: missing\n", topic.name);
      missing.push_back(topic.name);
      continue;
    }
    fmt::print("{}: {}, {} partitions, {} replicas, {}\n", topic.name,
               topic.created ? "created" : "exists", topic.partitions, topic.replication,
               topic.cleanup_policy);
    for (const std::string& difference : topic.differences) {
      fmt::print("{}: {}\n", topic.name, difference);
    }
  }
  if (missing.empty()) return 0;
  return report({ErrorKind::failed, fmt::format("missing at Kafka: {}; create with senne topics "
                                                "--create",
                                                fmt::join(missing, ", "))});
}

}  // namespace

Command topics_command() {
  struct Options {
    std::string path;
    bool create = false;
  };
  auto options = std::make_shared<Options>();
  return {.name = "topics",
          .help = "creates or checks the Kafka topics",
          .options = {configuration_option(options->path),
                      {.names = "--create",
                       .into = &options->create,
                       .help = "create what is missing"}},
          .action = [options] { return topics(options->path, options->create); }};
}

}  // namespace senne::app
