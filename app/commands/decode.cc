// senne decode: what one message would become. Touches no network and no disk.

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

#include "app/commands/command.h"
#include "app/trial.h"
#include "core/clock.h"
#include "core/user_properties.h"
#include "ingest/route_table.h"
#include "pipeline/decode/time_text.h"

namespace senne::app {
namespace {

struct DecodeOptions {
  std::string path;
  std::string topic;
  std::vector<std::string> user_properties;
  std::string received;
  std::string payload = "-";
  bool explain = false;
};

int usage(const std::string& message) { return report({ErrorKind::configuration, message}); }

int decode(const DecodeOptions& options) {
  auto configuration = load_configuration(options.path);
  if (!configuration) return report(configuration.error());

  TrialMessage message;
  message.topic = options.topic;
  message.payload = options.payload;
  if (options.payload == "-") message.payload.assign(std::istreambuf_iterator<char>(std::cin), {});
  message.received = SystemClock().wall();
  if (!options.received.empty()) {
    const auto parsed = decode::parse_rfc3339(options.received);
    if (!parsed) {
      return usage(fmt::format("--received {}: expected a time such as 2026-11-22T08:00:00Z",
                               options.received));
    }
    message.received = *parsed;
  }
  for (const std::string& property : options.user_properties) {
    const std::size_t sign = property.find('=');
    if (sign == std::string::npos) {
      return usage(fmt::format("--user-property {}: expected KEY=VALUE", property));
    }
    append_user_property(message.user_properties, property.substr(0, sign),
                         property.substr(sign + 1));
  }
  const ingest::RouteTable routes(configuration->pipeline.routes);
  if (routes.find(message.topic).value == RouteIndex::none) {
    return usage(fmt::format("no route of {} matches topic {}", options.path, message.topic));
  }
  const auto outcome = Trial(*configuration).put(message);
  if (!outcome) return report(outcome.error());
  if (options.explain) fmt::print("{}\n", outcome->explanation);
  fmt::print("{}", outcome->records);
  // A message that yields no record must not pass in silence.
  if (outcome->suppressed) {
    fmt::print("{{\"suppressed\":{{\"reason\":\"{}\"}}}}\n", *outcome->suppressed);
  }
  if (options.explain) fmt::print("{}", outcome->commands);
  return 0;
}

}  // namespace

Command decode_command() {
  auto options = std::make_shared<DecodeOptions>();
  return {.name = "decode",
          .help = "what one message would become, as JSON lines",
          .options = {configuration_option(options->path),
                      {.names = "--topic",
                       .into = &options->topic,
                       .help = "the MQTT topic",
                       .value = "T",
                       .required = true},
                      {.names = "--user-property",
                       .into = &options->user_properties,
                       .help = "an MQTT 5 user property",
                       .value = "K=V"},
                      {.names = "--received",
                       .into = &options->received,
                       .help = "when it was received; default now",
                       .value = "TIME"},
                      {.names = "--explain",
                       .into = &options->explain,
                       .help = "first a line that says why it becomes that"},
                      {.names = "payload",
                       .into = &options->payload,
                       .help = "the payload; - or none reads it from standard input",
                       .value = "[PAYLOAD|-]"}},
          .action = [options] { return decode(*options); }};
}

}  // namespace senne::app
