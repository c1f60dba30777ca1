// Sends uplinks to one broker, at a rate or as many as there are.
//
// THREAD  one.
// FAILS   as the publisher does: the connection breaks, or the broker does not acknowledge for 10
// s.
#pragma once

#include <cstdint>

#include "bench/traffic/uplinks.h"
#include "core/result.h"
#include "core/time.h"
#include "tests/support/mqtt_publisher.h"

namespace senne::bench {

struct Published {
  std::uint64_t messages = 0;
  Duration took{};
  double per_second() const {
    return static_cast<double>(messages) / std::chrono::duration<double>(took).count();
  }
};

class UplinkPublisher {
 public:
  static Result<UplinkPublisher> connect(int mqtt_port);

  // Spread evenly: one by one up to 4,000 a second, above that a few every 250 us.
  Result<Published> at_rate(double per_second, Duration length);
  // As fast as the broker takes them.
  Result<Published> all(std::uint64_t messages);

 private:
  explicit UplinkPublisher(testing::MqttPublisher publisher) : publisher_(std::move(publisher)) {}
  Result<void> publish_one();

  Uplinks uplinks_;
  testing::MqttPublisher publisher_;
};

}  // namespace senne::bench
