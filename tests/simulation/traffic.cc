#include "tests/simulation/traffic.h"

#include <fmt/format.h>

#include "core/check.h"

namespace senne::simulation {
namespace {

using namespace std::chrono_literals;

std::string topic_of(int device) { return fmt::format("city/{}", device); }

}  // namespace

PipelineConfiguration Traffic::configuration(int variant) {
  auto mapping = std::make_shared<Mapping>();
  mapping->device.pointer = "/id";
  mapping->has_time = true;
  mapping->time.at = "/ts";
  mapping->time.form = TimeForm::epoch_ms;
  mapping->sequence = "/n";
  MappingReading reading;
  reading.at = "/v";
  reading.property = "air_temperature";
  reading.unit = "Cel";
  mapping->readings.push_back(reading);

  Route route;
  route.name = "city";
  route.topic = "city/#";
  route.format = Format::mapping;
  route.provider = "city";
  route.mapping = std::move(mapping);

  PipelineConfiguration configuration;
  configuration.instance = "simulated";
  configuration.routes.push_back(route);
  // The log names routes by their place.
  Route other;
  other.name = "other";
  other.topic = "other/#";
  other.provider = "other";
  configuration.routes.insert(configuration.routes.begin() + 1 - variant % 2, other);
  configuration.newest_accepted += std::chrono::seconds{variant};
  configuration.windows.push_back({"10s", 10s, 2s, 20s, 30s});
  return configuration;
}

MessageId Traffic::publish(Broker& broker, Instant now) {
  const int device = static_cast<int>(chance_.below(counters_.size()));
  // Shortly before this one, so that the device is still known to have said it.
  if (!messages_.empty() && chance_.one_in(20)) {
    Published again = messages_.back();
    if (again.kind == Published::Kind::reading && !again.may_be_missing) {
      again.repeated = true;
      again.acknowledged = false;
      messages_.push_back(again);
      const MessageId id = broker.publish(topic_of(again.device), again.payload);
      SENNE_CHECK(id + 1 == messages_.size());
      return id;
    }
  }
  Published message;
  message.device = device;
  message.counter = ++counters_[static_cast<std::size_t>(device)];
  if (chance_.one_in(25)) {
    message.kind = Published::Kind::rubbish;
    message.payload = fmt::format("{{\"id\":\"dev-{}\",\"n\":{}", device, message.counter);
  } else {
    const Duration age = chance_.one_in(10) ? chance_.between(Duration{0}, Duration{40s})
                                            : chance_.between(Duration{0}, Duration{2s});
    message.time_ms =
        std::chrono::floor<std::chrono::milliseconds>(now - age).time_since_epoch().count();
    message.value = static_cast<double>(chance_.below(400)) / 8 - 10;
    message.payload = fmt::format(R"({{"id":"dev-{}","n":{},"ts":{},"v":{}}})", device,
                                  message.counter, message.time_ms, message.value);
  }
  messages_.push_back(message);
  const MessageId id = broker.publish(topic_of(device), message.payload);
  SENNE_CHECK(id + 1 == messages_.size());
  return id;
}

}  // namespace senne::simulation
