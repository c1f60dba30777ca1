#include "bench/end_to_end/publishing.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace senne::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Duration step_min = std::chrono::microseconds{250};

}  // namespace

Result<UplinkPublisher> UplinkPublisher::connect(int mqtt_port) {
  auto publisher = testing::MqttPublisher::connect(mqtt_port, "sensors");
  if (!publisher) return tl::unexpected(publisher.error());
  return UplinkPublisher(std::move(*publisher));
}

Result<void> UplinkPublisher::publish_one() {
  uplinks_.next(std::chrono::system_clock::now());
  return publisher_.publish(uplinks_.topic(), uplinks_.payload());
}

Result<Published> UplinkPublisher::at_rate(double per_second, Duration length) {
  const Duration interval{static_cast<std::int64_t>(1e9 / per_second)};
  const Duration step = std::max(interval, step_min);
  const auto begin = Clock::now();
  std::uint64_t sent = 0;
  while (true) {
    const Duration elapsed = Clock::now() - begin;
    if (elapsed >= length) return Published{sent, elapsed};
    for (const auto due = static_cast<std::uint64_t>(elapsed / interval) + 1; sent < due; ++sent) {
      if (auto published = publish_one(); !published) return tl::unexpected(published.error());
    }
    if (auto drained = publisher_.drain(); !drained) return tl::unexpected(drained.error());
    const auto next = begin + interval * static_cast<std::int64_t>(sent);
    std::this_thread::sleep_until(std::max(next, begin + elapsed + step));
  }
}

Result<Published> UplinkPublisher::all(std::uint64_t messages) {
  const auto begin = Clock::now();
  for (std::uint64_t sent = 0; sent < messages; ++sent) {
    if (auto published = publish_one(); !published) return tl::unexpected(published.error());
  }
  if (auto drained = publisher_.drain(); !drained) return tl::unexpected(drained.error());
  return Published{messages, Clock::now() - begin};
}

}  // namespace senne::bench
