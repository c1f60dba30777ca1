#include "pipeline/dead_letters.h"

#include "core/user_properties.h"
#include "pipeline/timestamps.h"

namespace senne::pipeline {
namespace {

constexpr std::size_t kept_readings_max = 1024;

}  // namespace

void DeadLetters::send(const Record& record, std::string_view route, const DeadLetterOf& what,
                       Collector& out) {
  const Message& message = record.message;
  const auto text = [](std::string_view view) { return std::string(view); };
  message_.Clear();
  message_.set_reason(text(name(what.reason)));
  message_.set_stage(text(name(what.stage)));
  message_.set_detail(text(what.detail));
  message_.set_mqtt_topic(text(message.topic));
  for_each_user_property(message.user_properties,
                         [&](std::string_view key, std::string_view value) {
                           auto& property = *message_.add_user_properties();
                           property.set_key(text(key));
                           property.set_value(text(value));
                         });
  if (!what.personal) message_.set_payload(message.payload.data(), message.payload.size());
  message_.set_payload_length(message.payload_length);
  set_timestamp(*message_.mutable_receive_time(), record.receive_time);
  message_.set_route(text(route));
  message_.set_device_id(text(what.device));
  for (const normalise::BadReading& bad : what.readings) {
    auto& reading = *message_.add_readings();
    reading.set_property(text(bad.name));
    reading.set_reason(text(name(bad.reason)));
  }

  struct {
    Id128 log;
    std::uint64_t position;
    char kind[8] = {'d', 'e', 'a', 'd'};
  } const identity{log_, record.position.value};
  Emission emission;
  emission.key = what.device.empty() ? message.topic : what.device;
  emission.id = content_hash({reinterpret_cast<const char*>(&identity), sizeof identity});
  emission.time = record.receive_time;
  emission.traceparent = find_user_property(message.user_properties, "traceparent");
  out.dead_letter(emission, message_);
  // What it was filled with would stay with it otherwise.
  if (what.readings.size() > kept_readings_max) message_ = v1::DeadLetter();
}

}  // namespace senne::pipeline
