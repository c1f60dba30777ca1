#include "tests/integration/publishing.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "tests/support/mqtt_publisher.h"

namespace senne::test {

using namespace std::chrono_literals;
using senne::testing::MqttPublisher;

Publishing::Publishing(int port, const Traffic& traffic, std::uint64_t at_most, double per_second,
                       std::uint64_t first)
    : traffic_(traffic), published_(first), thread_([this, port, at_most, per_second, first] {
        work(port, at_most, per_second, first);
      }) {}

void Publishing::join() {
  if (thread_.joinable()) thread_.join();
}

std::uint64_t Publishing::finish() {
  finishing_.store(true);
  join();
  return published_.load();
}

void Publishing::work(int port, std::uint64_t at_most, double per_second, std::uint64_t first) {
  const auto begun = std::chrono::steady_clock::now();
  const auto burst = static_cast<std::uint64_t>(std::max(1.0, std::round(per_second)));
  std::uint64_t end = first + at_most;
  std::uint64_t acknowledged = first;  // all before it, by this connection and earlier ones
  for (int connection = 0; acknowledged < end; ++connection) {
    auto publisher =
        MqttPublisher::connect(port, fmt::format("publisher-{}-{}", first, connection));
    if (!publisher) {
      std::this_thread::sleep_for(50ms);
      continue;
    }
    const std::uint64_t base = acknowledged;
    bool connected = true;
    for (std::uint64_t n = base; n < end && connected; ++n) {
      // What an earlier connection has published comes out in any case: the broker may have it.
      if (finishing_.load() && n >= published_.load()) {
        end = n;
        break;
      }
      const TrafficMessage message = traffic_.message(n);
      connected = publisher->publish(message.topic, message.payload).has_value();
      published_.store(std::max(published_.load(), n + 1));
      // A queue before the journal, if there were one, would fill within a burst.
      if (per_second > 0 && (n - first) % burst == 0) {
        const std::chrono::duration<double> due(static_cast<double>(n - first) / per_second);
        while (connected && !finishing_.load() && std::chrono::steady_clock::now() < begun + due) {
          std::this_thread::sleep_for(10ms);
        }
      }
    }
    if (connected) connected = publisher->drain().has_value();
    acknowledged = base + publisher->acknowledged();
  }
}

}  // namespace senne::test
