// The session's half that runs on the transport's thread. `connected` stands in the log before the
// first message of its connection, because the transport delivers both from one thread, in this
// order.
#include <utility>

#include "ingest/mqtt/session.h"

namespace senne::ingest {

void Session::connected(bool session_present) {
  leaving_.store(false, std::memory_order_relaxed);
  const Received received = parts_.receiver.connected();
  // Release: pairs with `link_up`. No tick may come before the record that says since when.
  link_up_.store(true, std::memory_order_release);
  post({.kind = EventKind::connected, .session_present = session_present});
  leave_when_full(received);
}

Received Session::message(const Delivery& delivery) noexcept {
  const Received received = parts_.receiver.receive(delivery);
  if (received == Received::disconnect) leave_when_full(received);
  return received;
}

void Session::leave_when_full(Received received) noexcept {
  if (received != Received::disconnect || leaving_.load(std::memory_order_relaxed)) return;
  post({.kind = EventKind::full});
  // From within the callback: asked from another thread it would wait for the transport's lock
  // while callback after callback holds it.
  request_disconnect();
}

void Session::request_disconnect() noexcept {
  if (!leaving_.exchange(true, std::memory_order_relaxed)) parts_.transport.disconnect();
}

void Session::connect_failed(EndReason reason) {
  post({.kind = EventKind::connect_failed, .reason = std::move(reason)});
}

void Session::subscribed(std::span<const int> granted) {
  post({.kind = EventKind::subscribed, .granted = {granted.begin(), granted.end()}});
}

void Session::subscribe_failed(EndReason reason) {
  post({.kind = EventKind::subscribe_failed, .reason = std::move(reason)});
}

void Session::unsubscribed() { post({.kind = EventKind::unsubscribed}); }

void Session::connection_lost(EndReason reason) {
  link_up_.store(false, std::memory_order_relaxed);
  post({.kind = EventKind::lost, .reason = std::move(reason)});
}

void Session::disconnected() {
  link_up_.store(false, std::memory_order_relaxed);
  post({.kind = EventKind::disconnected});
}

void Session::post(Event event) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  event_posted_.notify_one();
  wake_();
}

}  // namespace senne::ingest
