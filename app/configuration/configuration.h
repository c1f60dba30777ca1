// The operator's YAML file as typed values, checked once at start: nothing below looks a setting up
// by name. docs/reference.md lists every key; it is generated from the definitions that parse them.
//
// FAILS   ErrorKind::configuration with one line, `file:line:column: what, where, what was
//         expected`, for the first error. Values of secrets and of substitutions never occur in it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/monitor/listen_address.h"
#include "core/configuration.h"
#include "core/result.h"
#include "ingest/journal/settings.h"
#include "ingest/mqtt/settings.h"
#include "sinks/kafka/settings.h"

namespace senne::app {

struct Configuration {
  std::string instance;
  std::string data_dir;  // absolute, or relative to the working directory
  Duration shutdown_timeout = std::chrono::seconds{30};
  bool allow_loss = false;
  ingest::MqttSettings mqtt;
  ingest::JournalSettings journal;
  sinks::KafkaSettings kafka;
  monitor::ListenAddress http;
  PipelineConfiguration pipeline;  // also carries the instance
  // What was decided for the operator and should be said once at start, one sentence each.
  std::vector<std::string> notes;

  // librdkafka's mock cluster inside the process instead of a real one.
  bool embedded() const { return kafka.bootstrap_servers == "embedded"; }
};

using Environment = std::map<std::string, std::string>;
Environment process_environment();

// Relative paths inside the file are taken from the file's own folder.
Result<Configuration> load_configuration(const std::string& path,
                                         const Environment& environment = process_environment());

// `name` is what errors call the text; `base_dir` is where its relative paths begin.
Result<Configuration> parse_configuration(std::string_view text, const std::string& name,
                                          const std::string& base_dir,
                                          const Environment& environment);

// The top-level keys in which `next` differs from what a process runs with and that a reload does
// not put into force.
std::vector<std::string> need_restart(const Configuration& running, const Configuration& next);

// Everything as resolved, defaults included, secrets as `***`: indented JSON.
std::string describe(const Configuration& configuration);

}  // namespace senne::app
