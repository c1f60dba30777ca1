// The session's half that brings the broker's subscriptions in line with the routes.
#include <algorithm>

#include "ingest/mqtt/reason_code.h"
#include "ingest/mqtt/session.h"

namespace senne::ingest {

void Session::subscribe() {
  asked_ = wanted_filters_;
  unsubscribing_ = false;
  enter(SessionState::subscribing);
  // To subscribe again is free with MQTT 5 (Retain Handling 2). With 3.1.1 the broker would send
  // every retained message again, so a session that is known to hold the filters is left alone.
  const bool held = ledger_.settled_on(asked_);
  if (asked_.empty() || (held && settings_.version != 5)) return confirm();
  report(ledger_.note(asked_));
  const Result<void> sent = parts_.transport.subscribe(asked_);
  if (sent) return;
  parts_.logger.write(Severity::warning, "mqtt_subscribe_failed",
                      "Cannot send the subscription; trying again",
                      {{"reason", std::string_view(sent.error().message)}});
  set_trouble("subscription failed: " + sent.error().message);
  disconnect(SessionState::backing_off);
}

void Session::handle_subscribed(const std::vector<int>& granted) {
  if (state() != SessionState::subscribing) return;
  bool refused = granted.size() != asked_.size();
  for (std::size_t i = 0; i < std::min(granted.size(), asked_.size()); ++i) {
    const Subscription& asked = asked_[i];
    if (granted[i] >= first_refusal) {
      refused = true;
      metrics_.subscriptions_refused.add();
      const std::string reason = describe_reason(granted[i]);
      set_trouble("the broker refuses to subscribe \"" + asked.filter + "\": " + reason);
      parts_.logger.write(
          Severity::error, "mqtt_subscription_refused", "The broker refuses a subscription",
          {{"filter", std::string_view(asked.filter)}, {"reason", std::string_view(reason)}});
    } else if (granted[i] < asked.qos) {
      parts_.logger.write(
          Severity::warning, "mqtt_qos_reduced",
          "The broker grants a lower QoS than asked: its messages can be lost on the way to us",
          {{"filter", std::string_view(asked.filter)},
           {"asked", std::int64_t{asked.qos}},
           {"granted", std::int64_t{granted[i]}}});
    }
  }
  // Half a set of subscriptions would be silent loss: all of them, or not connected.
  if (refused) return disconnect(SessionState::backing_off);
  confirm();
}

void Session::confirm() {
  const std::vector<std::string> surplus = ledger_.surplus(asked_);
  if (surplus.empty()) {
    report(ledger_.settle(asked_));
  } else if (const Result<void> sent = parts_.transport.unsubscribe(surplus); sent) {
    unsubscribing_ = true;
  }
  set_trouble("");
  parts_.logger.write(Severity::info, "mqtt_connected", "Connected and subscribed",
                      {{"broker", parts_.transport.address()},
                       {"client_id", std::string_view(settings_.client_id)},
                       {"session_present", session_present_},
                       {"filters", std::uint64_t{asked_.size()}}});
  enter(SessionState::connected);
}

}  // namespace senne::ingest
