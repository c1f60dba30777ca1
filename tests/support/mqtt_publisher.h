// A fast QoS 1 publisher for tests: keeps a window of messages in flight and counts what the broker
// acknowledged.
//
// THREAD  one.
// OWNS    its connection; the session is clean.
// FAILS   a broken connection, or a broker that does not answer for 10 s, is an error naming how
//         much was acknowledged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "tests/support/mqtt_wire.h"

namespace senne::testing {

struct PublishOptions {
  int qos = 1;
  bool retain = false;
  std::vector<std::pair<std::string, std::string>> user_properties{};
};

class MqttPublisher {
 public:
  static Result<MqttPublisher> connect(int port, const std::string& client_id,
                                       const std::string& username = {},
                                       const std::string& password = {});

  // Waits only while the window is used up.
  Result<void> publish(std::string_view topic, std::string_view payload,
                       const PublishOptions& options = {});
  // Returns once everything published with QoS 1 is acknowledged.
  Result<void> drain();

  std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  explicit MqttPublisher(MqttSocket socket) : socket_(std::move(socket)) {}
  Result<void> flush();
  Result<void> await_acknowledgements(std::uint64_t in_flight_max);

  MqttSocket socket_;
  std::string unsent_;
  std::uint64_t published_ = 0;  // with QoS 1
  std::uint64_t acknowledged_ = 0;
};

}  // namespace senne::testing
