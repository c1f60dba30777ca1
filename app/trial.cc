#include "app/trial.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "app/explain.h"
#include "app/json_text.h"
#include "core/check.h"
#include "ingest/receiver.h"

namespace senne::app {
namespace {

std::array<sinks::Encoding, topic_count> all_json() {
  std::array<sinks::Encoding, topic_count> encoding;
  encoding.fill(sinks::Encoding::json);
  return encoding;
}

// What kept back the message that lies between the two accounts, if anything did. A message of
// which every report was seen before is a duplicate.
std::optional<std::string_view> kept_back_for(const std::vector<pipeline::RouteAccount>& before,
                                              const std::vector<pipeline::RouteAccount>& after) {
  SENNE_CHECK(before.size() == after.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    const pipeline::RouteAccount& then = before[i];
    const pipeline::RouteAccount& now = after[i];
    for (std::size_t reason = 0; reason < suppressed_reason_names.size(); ++reason) {
      if (now.suppressed[reason] != then.suppressed[reason]) return suppressed_reason_names[reason];
    }
    if (now.duplicates != then.duplicates && now.observations == then.observations &&
        now.readings_dead_lettered == then.readings_dead_lettered) {
      return name(SuppressedReason::duplicate);
    }
  }
  return std::nullopt;
}

std::string line_of(const DeviceCommand& command) {
  const std::string payload =
      absl::Base64Escape(absl::string_view(command.payload.data(), command.payload.size()));
  return fmt::format("{{\"command\":{{\"mqttTopic\":{},\"payload\":\"{}\"}}}}\n",
                     json_string(command.topic), payload);
}

}  // namespace

std::array<std::string, topic_count> topic_names(const sinks::KafkaSettings& kafka) {
  std::array<std::string, topic_count> names;
  for (std::size_t i = 0; i < topic_count; ++i) {
    names[i] = sinks::topic_name(kafka, static_cast<Topic>(i));
  }
  return names;
}

Trial::Written::Written() : stream_(open_memstream(&bytes_, &size_)) {
  SENNE_CHECK(stream_ != nullptr);
}

Trial::Written::~Written() {
  std::fclose(stream_);
  std::free(bytes_);
}

std::string Trial::Written::take() {
  SENNE_CHECK(std::fflush(stream_) == 0);
  std::string text(bytes_, size_);
  std::rewind(stream_);
  return text;
}

Trial::Trial(const Configuration& configuration)
    : routes_(configuration.pipeline.routes),
      source_(configuration.pipeline),
      sink_(written_.stream(), topic_names(configuration.kafka)),
      encoder_(configuration.instance, all_json()),
      pipeline_(source_, Id128{}, Id128{}) {
  encoder_.set_sink(&sink_);
  encoder_.on_command([this](const DeviceCommand& command) { commands_ += line_of(command); });
}

Result<TrialOutcome> Trial::put(const TrialMessage& message) {
  Record record;
  record.kind = RecordKind::message;
  record.position = Position{messages_};
  record.sequence = Sequence{++messages_};
  record.next = Position{messages_};
  record.receive_time = message.received;
  record.message.route = routes_.find(message.topic);
  record.message.retained = message.retained;
  record.message.topic = message.topic;
  record.message.user_properties = message.user_properties;
  const std::size_t size = message.payload.size();
  const bool routed = record.message.route.value != RouteIndex::none;
  const std::size_t kept =
      routed ? ingest::kept_bytes(size, routes_.payload_limit(record.message.route)) : size;
  std::string payload = message.payload;
  payload.resize(size + payload_padding);
  record.message.payload = std::string_view(payload).substr(0, kept);
  record.message.payload_length = size;

  const auto before = pipeline_.ledger().accounts();
  commands_.clear();
  pipeline_.process(record, encoder_);
  TrialOutcome outcome;
  outcome.commands = commands_;
  if (encoder_.open()) {
    if (const auto written = sink_.commit(record.next, {}); !written) {
      return fail(ErrorKind::failed, written.error().message);
    }
    encoder_.committed();
    outcome.records = written_.take();
  }
  outcome.suppressed = kept_back_for(before, pipeline_.ledger().accounts());
  if (routed) {
    outcome.explanation =
        explain(*source_.load({}).value(), pipeline_.registry(), record, pipeline_.decoded());
  }
  return outcome;
}

}  // namespace senne::app
