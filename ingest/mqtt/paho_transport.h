// The MQTT connection over Eclipse Paho C++ 1.2.0 on Paho C 1.3.12.
//
// What is relied on, each pinned by a test: Paho sends the PUBACK of a QoS 1 message after the
// message callback returned; it calls back for the broker's CONNACK before it reads the first
// message of the connection, from the same thread; `disconnect` from within a callback leaves at
// once, keeps the session, and loses nothing.
//
// What is avoided: Paho's consumer queue (a queue in RAM behind the PUBACK), its own reconnect (the
// back-off is the session's), its persistence (what we publish is of QoS 0), `disable_callbacks`
// and `stop_consuming` (they acknowledge what nobody took).
//
// THREAD  As MqttTransport says. Callbacks run on Paho's receive thread under Paho's one lock per
//         process: what blocks there stalls every connection of the process, pings included.
// FAILS   No exception leaves a callback: our code there throws none, and one out of Paho's C++
//         layer (no memory for a message) ends the process before the PUBACK.
#pragma once

#include <memory>

#include "core/result.h"
#include "ingest/mqtt/settings.h"
#include "ingest/mqtt/transport.h"

namespace senne::ingest {

class PahoTransport final : public MqttTransport {
 public:
  // ErrorKind::configuration when the settings cannot be used.
  static Result<std::unique_ptr<PahoTransport>> create(const MqttSettings& settings);
  // Without a `disconnect` before, the broker sees the connection break.
  ~PahoTransport() override;

  void listen(MqttListener& listener) override;
  Result<void> connect() override;
  Result<void> subscribe(std::span<const Subscription> subscriptions) override;
  Result<void> unsubscribe(std::span<const std::string> filters) override;
  Result<void> publish(std::string_view topic, std::string_view payload) override;
  void disconnect() override;
  std::string address() const override;

 private:
  class Connection;
  explicit PahoTransport(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace senne::ingest
