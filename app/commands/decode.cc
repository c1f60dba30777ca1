// senne decode: what one message would become. Touches no network and no disk.

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

#include "app/commands/command.h"
#include "app/json_text.h"
#include "core/clock.h"
#include "core/user_properties.h"
#include "ingest/receiver.h"
#include "pipeline/decode/time_text.h"
#include "pipeline/pipeline.h"
#include "sinks/encoder.h"
#include "sinks/stdout_sink.h"

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

// The one configuration that there is.
class Fixed final : public ConfigurationSource {
 public:
  explicit Fixed(const PipelineConfiguration& configuration)
      : configuration_(std::make_shared<PipelineConfiguration>(configuration)) {}
  Result<std::shared_ptr<const PipelineConfiguration>> load(Id128) override {
    return configuration_;
  }

 private:
  std::shared_ptr<const PipelineConfiguration> configuration_;
};

int usage(const std::string& message) { return report({ErrorKind::configuration, message}); }

// A message that yields no record must not pass in silence.
void print_suppressed(const pipeline::Ledger& ledger) {
  for (const pipeline::RouteAccount& account : ledger.accounts()) {
    for (std::size_t i = 0; i < account.suppressed.size(); ++i) {
      if (account.suppressed[i] == 0) continue;
      fmt::print("{{\"suppressed\":{{\"reason\":\"{}\"}}}}\n", suppressed_reason_names[i]);
    }
  }
}

// What would be said to a device.
void print_command(const DeviceCommand& command) {
  const std::string payload =
      absl::Base64Escape(absl::string_view(command.payload.data(), command.payload.size()));
  fmt::print("{{\"command\":{{\"mqttTopic\":{},\"payload\":\"{}\"}}}}\n",
             json_string(command.topic), payload);
}

int decode(const DecodeOptions& options) {
  if (options.explain) return usage("senne decode --explain: not in this version");
  auto configuration = load_configuration(options.path);
  if (!configuration) return report(configuration.error());

  std::string payload = options.payload;
  if (payload == "-") payload.assign(std::istreambuf_iterator<char>(std::cin), {});
  Instant received = SystemClock().wall();
  if (!options.received.empty()) {
    const auto parsed = decode::parse_rfc3339(options.received);
    if (!parsed) {
      return usage(fmt::format("--received {}: expected a time such as 2026-11-22T08:00:00Z",
                               options.received));
    }
    received = *parsed;
  }
  std::string user_properties;
  for (const std::string& property : options.user_properties) {
    const std::size_t sign = property.find('=');
    if (sign == std::string::npos) {
      return usage(fmt::format("--user-property {}: expected KEY=VALUE", property));
    }
    append_user_property(user_properties, property.substr(0, sign), property.substr(sign + 1));
  }
  const ingest::RouteTable routes(configuration->pipeline.routes);
  const RouteIndex route = routes.find(options.topic);
  if (route.value == RouteIndex::none) {
    return usage(fmt::format("no route of {} matches topic {}", options.path, options.topic));
  }

  Record record;
  record.kind = RecordKind::message;
  record.sequence = Sequence{1};
  record.receive_time = received;
  record.message.route = route;
  record.message.topic = options.topic;
  record.message.payload_length = payload.size();
  const std::size_t kept = ingest::kept_bytes(payload.size(), routes.payload_limit(route));
  payload.resize(payload.size() + payload_padding);
  record.message.payload = std::string_view(payload).substr(0, kept);
  record.message.user_properties = user_properties;

  std::array<sinks::Encoding, topic_count> json;
  json.fill(sinks::Encoding::json);
  std::array<std::string, topic_count> names;
  for (std::size_t i = 0; i < topic_count; ++i) {
    names[i] = sinks::topic_name(configuration->kafka, static_cast<Topic>(i));
  }
  Fixed source(configuration->pipeline);
  sinks::StdoutSink sink(stdout, names);
  sinks::Encoder encoder(configuration->instance, json);
  encoder.set_sink(&sink);
  encoder.on_command(print_command);
  pipeline::Pipeline pipeline(source, Id128{}, Id128{});
  pipeline.process(record, encoder);
  if (encoder.open()) {
    if (const auto written = sink.commit(Position{}, {}); !written) {
      return report({ErrorKind::failed, written.error().message});
    }
  }
  print_suppressed(pipeline.ledger());
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
                       .help = "why it became that (not in this version)"},
                      {.names = "payload",
                       .into = &options->payload,
                       .help = "the payload; - or none reads it from standard input",
                       .value = "[PAYLOAD|-]"}},
          .action = [options] { return decode(*options); }};
}

}  // namespace senne::app
