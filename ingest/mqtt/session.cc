#include "ingest/mqtt/session.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "ingest/mqtt/reason_code.h"

namespace senne::ingest {
namespace {

constexpr Duration idle_pause = std::chrono::seconds{1};  // `wake_` ends it early
constexpr Duration room_poll = std::chrono::milliseconds{100};
// A transport that owes an answer for this long has forgotten us.
constexpr Duration answer_patience = std::chrono::seconds{60};
// A connection that lasted this long was a good one, and the next back-off starts small again.
// Without it a broker that accepts and drops us would be asked again without pause.
constexpr Duration stable_after = std::chrono::seconds{10};
constexpr std::chrono::seconds close_patience{5};

constexpr const char* disk_is_full = "the disk of data_dir is full";
constexpr const char* journal_is_full = "the journal is full";

constexpr std::array<std::string_view, 8> state_names = {
    "off",         "waiting_for_room", "backing_off",   "connecting",
    "subscribing", "connected",        "disconnecting", "taken_over"};

constexpr bool has_link(SessionState state) {
  return state == SessionState::subscribing || state == SessionState::connected;
}

}  // namespace

std::string_view name(SessionState state) { return state_names[static_cast<std::size_t>(state)]; }

Session::Session(const MqttSettings& settings, const Parts& parts, std::vector<Subscription> wanted,
                 std::uint64_t seed)
    : settings_(settings),
      parts_(parts),
      ledger_(parts.storage, fmt::format("{} {}", parts.transport.address(), settings.client_id)),
      backoff_(seed),
      wanted_filters_(subscriptions(wanted)) {
  parts_.transport.listen(*this);
}

void Session::want(bool connection) {
  wanted_.store(connection, std::memory_order_relaxed);
  wake_();
}

void Session::subscribe_to(std::vector<Subscription> wanted) {
  {
    const std::lock_guard lock(mutex_);
    new_filters_ = subscriptions(wanted);
  }
  wake_();
}

std::string Session::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Session::set_trouble(std::string trouble) {
  const std::lock_guard lock(mutex_);
  trouble_ = std::move(trouble);
}

void Session::enter(SessionState state) {
  since_ = parts_.clock.monotonic();
  metrics_.connected.set(state == SessionState::connected ? 1 : 0);
  state_.store(state, std::memory_order_relaxed);
}

Duration Session::do_work() {
  take_events();
  return step();
}

void Session::on_close() {
  wanted_.store(false, std::memory_order_relaxed);
  const auto until = std::chrono::steady_clock::now() + close_patience;
  take_events();
  step();
  while (state() == SessionState::disconnecting) {
    std::unique_lock lock(mutex_);
    if (!event_posted_.wait_until(lock, until, [this] { return !events_.empty(); })) return;
    lock.unlock();
    take_events();
  }
}

void Session::take_events() {
  std::vector<Event> events;
  {
    const std::lock_guard lock(mutex_);
    events.swap(events_);
    if (new_filters_) wanted_filters_ = std::move(*new_filters_);
    new_filters_.reset();
  }
  for (const Event& event : events) handle(event);
}

void Session::handle(const Event& event) {
  if (state() == SessionState::taken_over) return;
  switch (event.kind) {
    case EventKind::connected:
      return handle_connected(event.session_present);
    case EventKind::connect_failed:
      if (state() == SessionState::connecting) fail_to_connect(event.reason.text);
      return;
    case EventKind::subscribed:
      return handle_subscribed(event.granted);
    case EventKind::subscribe_failed:
      if (state() != SessionState::subscribing) return;
      parts_.logger.write(Severity::error, "mqtt_subscribe_failed",
                          "The broker answered the subscription with an error; trying again",
                          {{"reason", event.reason.text}});
      set_trouble("subscription failed: " + event.reason.text);
      return disconnect(SessionState::backing_off);
    case EventKind::unsubscribed:
      if (state() == SessionState::connected && unsubscribing_) report(ledger_.settle(asked_));
      unsubscribing_ = false;
      return;
    case EventKind::lost:
    case EventKind::disconnected:
      return handle_end(event.reason);
    case EventKind::full:
      return handle_full();
  }
}

void Session::handle_connected(bool session_present) {
  if (!wanted_.load(std::memory_order_relaxed)) return disconnect(SessionState::off);
  metrics_.connections.add();
  session_present_ = session_present;
  if (!session_present) {
    if (ledger_.settled()) {
      metrics_.sessions_lost.add();
      parts_.logger.write(Severity::warning, "mqtt_session_lost",
                          "The broker has forgotten our session: what it had queued for us is gone",
                          {{"broker", parts_.transport.address()},
                           {"client_id", std::string_view(settings_.client_id)}});
    }
    ledger_.forget();
  }
  enter(SessionState::subscribing);
  // A full log ends this connection; its event is next.
  if (!leaving_.load(std::memory_order_relaxed)) subscribe();
}

void Session::handle_full() {
  metrics_.full_disconnects.add();
  const std::string reason = parts_.log.disk_full() ? disk_is_full : journal_is_full;
  parts_.logger.write(
      Severity::warning, "mqtt_log_full",
      "The journal takes no more: disconnected, the broker's session holds the rest",
      {{"reason", std::string_view(reason)},
       {"used_bytes", parts_.log.used_bytes()},
       {"capacity_bytes", parts_.log.capacity_bytes()}});
  set_trouble(reason);
  after_disconnect_ = SessionState::waiting_for_room;
  if (has_link(state()) || state() == SessionState::connecting) enter(SessionState::disconnecting);
}

void Session::handle_end(const EndReason& reason) {
  if (reason.code == session_taken_over) {
    parts_.logger.write(Severity::error, "mqtt_taken_over",
                        "Another client connected with our client id: giving way for good",
                        {{"broker", parts_.transport.address()},
                         {"client_id", std::string_view(settings_.client_id)}});
    set_trouble("taken over by another client with the same client id");
    enter(SessionState::taken_over);
    taken_over_();
    return;
  }
  if (state() == SessionState::connected && in_state() >= stable_after) backoff_.reset();
  if (state() == SessionState::disconnecting) {
    if (after_disconnect_ == SessionState::backing_off) return back_off();
    return enter(after_disconnect_);
  }
  if (!has_link(state()) && state() != SessionState::connecting) return;
  metrics_.connections_lost.add();
  set_trouble("connection lost: " + reason.text);
  back_off();
  parts_.logger.write(
      Severity::warning, "mqtt_disconnected", "The connection to the broker ended",
      {{"broker", parts_.transport.address()}, {"reason", std::string_view(reason.text)}});
}

Duration Session::step() {
  const bool wanted = wanted_.load(std::memory_order_relaxed);
  switch (state()) {
    case SessionState::off:
      if (wanted) try_to_connect();
      break;
    case SessionState::waiting_for_room:
    case SessionState::backing_off:
      if (!wanted) {
        enter(SessionState::off);
      } else if (state() == SessionState::waiting_for_room ||
                 parts_.clock.monotonic() >= retry_at_) {
        try_to_connect();
      }
      break;
    case SessionState::connecting:
    case SessionState::subscribing:
    case SessionState::disconnecting:
      step_with_answer_due();
      break;
    case SessionState::connected:
      if (!wanted) {
        disconnect(SessionState::off);
      } else if (asked_ != wanted_filters_) {
        subscribe();
      } else {
        publish_commands();
      }
      break;
    case SessionState::taken_over:
      break;
  }
  if (state() == SessionState::waiting_for_room) return room_poll;
  if (state() == SessionState::backing_off) {
    return std::max(retry_at_ - parts_.clock.monotonic(), Duration{1});
  }
  return idle_pause;
}

void Session::send(const DeviceCommand& command) {
  outbox_.put(command);
  wake_();
}

void Session::publish_commands() {
  for (const Outbox::Letter& letter : outbox_.take(parts_.clock.wall())) {
    if (parts_.transport.publish(letter.topic, letter.payload)) metrics_.commands_sent.add();
  }
}

void Session::step_with_answer_due() {
  if (state() == SessionState::disconnecting) {
    if (in_state() >= answer_patience) handle_end({.code = 0, .text = "no answer"});
    return;
  }
  if (!wanted_.load(std::memory_order_relaxed)) return disconnect(SessionState::off);
  if (in_state() < answer_patience) return;
  set_trouble("the broker does not answer");
  disconnect(SessionState::backing_off);
}

void Session::try_to_connect() {
  if (!parts_.log.has_room()) {
    set_trouble(why_no_room());
    if (state() != SessionState::waiting_for_room) enter(SessionState::waiting_for_room);
    return;
  }
  enter(SessionState::connecting);
  leaving_.store(false, std::memory_order_relaxed);
  const Result<void> started = parts_.transport.connect();
  if (!started) fail_to_connect(started.error().message);
}

std::string Session::why_no_room() const {
  if (parts_.log.disk_full()) return disk_is_full;
  const bool full = parts_.log.used_bytes() >= parts_.log.capacity_bytes();
  return full ? journal_is_full : "the journal is half full or more";
}

void Session::fail_to_connect(const std::string& reason) {
  metrics_.connect_failures.add();
  set_trouble("cannot connect: " + reason);
  back_off();
  const Duration pause = retry_at_ - parts_.clock.monotonic();
  parts_.logger.write(
      Severity::warning, "mqtt_connect_failed", "Cannot connect to the broker; trying again",
      {{"broker", parts_.transport.address()},
       {"reason", std::string_view(reason)},
       {"retry_ms", std::chrono::duration_cast<std::chrono::milliseconds>(pause).count()}});
}

void Session::back_off() {
  retry_at_ = parts_.clock.monotonic() + backoff_.next();
  enter(SessionState::backing_off);
}

void Session::disconnect(SessionState afterwards) {
  after_disconnect_ = afterwards;
  enter(SessionState::disconnecting);
  request_disconnect();
}

void Session::report(const Result<void>& stored) {
  if (stored) return;
  parts_.logger.write(Severity::warning, "mqtt_subscriptions_not_stored",
                      "Cannot note what is subscribed: a filter removed later may stay subscribed",
                      {{"reason", std::string_view(stored.error().message)}});
}

}  // namespace senne::ingest
