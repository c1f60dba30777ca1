// One MQTT connection to one broker, as far as the session needs it. The real one is Paho; tests
// and the simulation bring their own.
//
// THREAD  Calls come from one thread, and `disconnect` also from within a callback. Callbacks come
//         one at a time from a thread of the transport's, and must not wait for it.
// OWNS    nothing of the caller's beyond a call.
// FAILS   What is refused at once is an error of the call; what fails later is a callback.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/topic_filter.h"
#include "ingest/receiver.h"

namespace senne::ingest {

// Why a connection did not come about or ended, for a person, with MQTT's code where there is one
// (MQTT 5, section 2.4; 0 when there is none).
struct EndReason {
  int code = 0;
  std::string text;
};

class MqttListener {
 public:
  virtual ~MqttListener() = default;

  // The broker accepted. No message of this connection was delivered before.
  virtual void connected(bool session_present) = 0;
  virtual void connect_failed(EndReason reason) = 0;

  // One granted code for each subscription, in the order asked: 0..2 is the QoS, 0x80 and above a
  // refusal.
  virtual void subscribed(std::span<const int> granted) = 0;
  virtual void subscribe_failed(EndReason reason) = 0;
  virtual void unsubscribed() = 0;

  // The connection is gone, not at our wish.
  virtual void connection_lost(EndReason reason) = 0;
  // The end of a `disconnect`.
  virtual void disconnected() = 0;

  // The transport acknowledges a QoS 1 message when this returns, and not before.
  virtual Received message(const Delivery& delivery) noexcept = 0;
};

class MqttTransport {
 public:
  virtual ~MqttTransport() = default;

  // Before the first `connect`; the listener outlives the transport's last callback.
  virtual void listen(MqttListener& listener) = 0;

  // Ends in `connected` or `connect_failed`.
  virtual Result<void> connect() = 0;
  // Ends in `subscribed` or `subscribe_failed`.
  virtual Result<void> subscribe(std::span<const Subscription> subscriptions) = 0;
  // Ends in `unsubscribed`, also when the broker refused.
  virtual Result<void> unsubscribe(std::span<const std::string> filters) = 0;
  // QoS 0, not retained: it arrives once or not at all, and nobody hears which.
  virtual Result<void> publish(std::string_view topic, std::string_view payload) = 0;
  // Keeps the session at the broker. Ends in `disconnected`, or in `connection_lost` when the
  // connection went first; without a connection, in `disconnected` too.
  virtual void disconnect() = 0;

  // `host:port`, for log lines.
  virtual std::string address() const = 0;
};

}  // namespace senne::ingest
