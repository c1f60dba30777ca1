// The MQTT session: wants a connection, or not; reconnects with back-off; subscribes what the
// routes need; stays away while the log is filling up; gives up when another client took the
// session over.
//
// It also tells devices what the pipeline wants to tell them: while it is connected, and soon after
// it was asked for, or not at all.
//
// An agent, so that a test steps it by hand with a transport of its own. Messages do not pass
// through the agent: they go straight from the transport's callback to the receiver.
//
// THREAD  `do_work`, `on_close`: the agent's. `want`, `subscribe_to`, `send` and the queries: any.
// OWNS    nothing; everything it is given outlives it, and the transport must be destroyed before
//         it.
// FAILS   never; what goes wrong is logged and tried again, only a session taken over is final.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/agent.h"
#include "core/clock.h"
#include "core/logging.h"
#include "core/metrics.h"
#include "core/operator.h"
#include "core/storage.h"
#include "core/topic_filter.h"
#include "ingest/appender.h"
#include "ingest/mqtt/backoff.h"
#include "ingest/mqtt/outbox.h"
#include "ingest/mqtt/settings.h"
#include "ingest/mqtt/subscription_ledger.h"
#include "ingest/mqtt/transport.h"
#include "ingest/receiver.h"

namespace senne::ingest {

enum class SessionState : std::uint8_t {
  off,               // not wanted
  waiting_for_room,  // the log is half full or more, or its disk is full
  backing_off,
  connecting,
  subscribing,
  connected,  // and everything is subscribed
  disconnecting,
  taken_over,  // another client connected with our id: final
};
std::string_view name(SessionState state);

// THREAD  written by the agent; `value` from any.
struct SessionMetrics {
  Gauge connected;  // 1 while connected and subscribed
  Counter connections;
  Counter connect_failures;
  Counter connections_lost;
  Counter subscriptions_refused;
  Counter sessions_lost;  // the broker did not remember us although it had before
  Counter full_disconnects;
  Counter commands_sent;
};

class Session final : public Agent, private MqttListener {
 public:
  struct Parts {
    MqttTransport& transport;
    Receiver& receiver;
    const Appender& log;
    Storage& storage;
    const Clock& clock;
    Logger& logger;
  };

  // `wanted`: the routes' filters with their QoS. `seed`: of the back-off's jitter.
  Session(const MqttSettings& settings, const Parts& parts, std::vector<Subscription> wanted,
          std::uint64_t seed);

  // Whether to be connected; off at the start. Off keeps the session at the broker.
  void want(bool connection);
  // The routes' filters after a reload.
  void subscribe_to(std::vector<Subscription> wanted);

  // Publishes it soon, if there is a connection and room for it; otherwise it is let go.
  void send(const DeviceCommand& command);

  // Ends the agent's idle wait; called from any thread. Set before the first `do_work`.
  void on_event(std::function<void()> wake) { wake_ = std::move(wake); }
  // Called once, from the agent, when the session is taken over. Set before the first `do_work`.
  void on_taken_over(std::function<void()> taken_over) { taken_over_ = std::move(taken_over); }

  SessionState state() const { return state_.load(std::memory_order_relaxed); }
  // Between the broker's acceptance and the end of the connection: while this holds, time passes.
  // Acquire: who sees it hold sees `connected` in the log.
  bool link_up() const { return link_up_.load(std::memory_order_acquire); }
  // Why there is no connection, for a person; empty while there is one.
  std::string trouble() const;
  const SessionMetrics& metrics() const { return metrics_; }

  Duration do_work() override;
  // Disconnects and waits for the end of it, at most 5 s.
  void on_close() override;

 private:
  enum class EventKind : std::uint8_t {
    connected,
    connect_failed,
    subscribed,
    subscribe_failed,
    unsubscribed,
    lost,
    disconnected,
    full,
  };
  struct Event {
    EventKind kind;
    bool session_present = false;
    EndReason reason{};
    std::vector<int> granted{};
  };

  // MqttListener, on the transport's thread.
  void connected(bool session_present) override;
  void connect_failed(EndReason reason) override;
  void subscribed(std::span<const int> granted) override;
  void subscribe_failed(EndReason reason) override;
  void unsubscribed() override;
  void connection_lost(EndReason reason) override;
  void disconnected() override;
  Received message(const Delivery& delivery) noexcept override;
  void leave_when_full(Received received) noexcept;
  void post(Event event);

  // The agent.
  void take_events();
  void handle(const Event& event);
  void handle_connected(bool session_present);
  void handle_subscribed(const std::vector<int>& granted);
  void handle_full();
  void handle_end(const EndReason& reason);
  Duration step();
  void step_with_answer_due();
  void publish_commands();
  void try_to_connect();
  void fail_to_connect(const std::string& reason);
  void subscribe();
  void confirm();
  void back_off();
  void disconnect(SessionState afterwards);
  void request_disconnect() noexcept;
  void enter(SessionState state);
  void set_trouble(std::string trouble);
  std::string why_no_room() const;
  Duration in_state() const { return parts_.clock.monotonic() - since_; }
  void report(const Result<void>& stored);

  const MqttSettings settings_;
  const Parts parts_;
  SubscriptionLedger ledger_;
  Backoff backoff_;
  std::function<void()> wake_ = [] {};
  std::function<void()> taken_over_ = [] {};
  SessionMetrics metrics_;
  Outbox outbox_;

  // The agent's.
  std::vector<Subscription> wanted_filters_;  // the routes' filters, less those inside another
  std::vector<Subscription> asked_;           // in the last SUBSCRIBE of this connection
  SessionState after_disconnect_ = SessionState::off;
  bool session_present_ = false;
  bool unsubscribing_ = false;
  Duration since_{};     // monotonic, when the state was entered
  Duration retry_at_{};  // monotonic, in backing_off

  // Relaxed, both: nothing is read through them. The wake-up orders what is wanted.
  std::atomic<SessionState> state_{SessionState::off};
  std::atomic<bool> wanted_{false};
  std::atomic<bool> link_up_{false};
  // A disconnect was asked for on this connection: by the callback or the agent, whoever is first.
  std::atomic<bool> leaving_{false};

  mutable std::mutex mutex_;
  std::condition_variable event_posted_;
  std::vector<Event> events_;                             // under mutex_
  std::optional<std::vector<Subscription>> new_filters_;  // under mutex_
  std::string trouble_;                                   // under mutex_
};

}  // namespace senne::ingest
