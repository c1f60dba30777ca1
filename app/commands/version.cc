// senne version: what this build is, and what it runs on.

#include <MQTTAsync.h>
#include <fmt/format.h>
#include <google/protobuf/stubs/common.h>
#include <librdkafka/rdkafka.h>

#include "app/commands/command.h"
#include "app/version.h"

namespace senne::app {
namespace {

std::string paho_version() {
  for (const MQTTAsync_nameValue* entry = MQTTAsync_getVersionInfo(); entry->name != nullptr;
       ++entry) {
    if (std::string_view(entry->name) == "Version") return entry->value;
  }
  return "unknown";
}

int print_version() {
  fmt::print("senne {} ({}, {})\n", version, build_type, compiler);
  fmt::print("librdkafka {}\n", rd_kafka_version_str());
  fmt::print("Paho MQTT C {}\n", paho_version());
  fmt::print("protobuf {}\n", google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION));
  return 0;
}

}  // namespace

Command version_command() {
  return {.name = "version", .help = "version, build, libraries", .action = print_version};
}

}  // namespace senne::app
