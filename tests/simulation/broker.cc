#include "tests/simulation/broker.h"

#include <algorithm>
#include <utility>

namespace senne::simulation {

class Broker::Client final : public ingest::MqttTransport {
 public:
  explicit Client(Broker& broker) : broker_(broker) { broker_.client_ = this; }
  ~Client() override {
    if (broker_.client_ == this) broker_.client_died();
  }

  void listen(ingest::MqttListener& listener) override { listener_ = &listener; }
  Result<void> connect() override {
    if (mine()) broker_.link_ = Link::asked;
    return {};
  }
  Result<void> subscribe(std::span<const Subscription> subscriptions) override {
    subscribing_ = subscriptions.size();
    return {};
  }
  Result<void> unsubscribe(std::span<const std::string>) override {
    unsubscribing_ = true;
    return {};
  }
  Result<void> publish(std::string_view, std::string_view) override { return {}; }
  void disconnect() override {
    if (mine() && broker_.delivering_) {
      // What is on the way still comes.
      broker_.leave_after_ = broker_.chance_.between(1, 150);
      return;
    }
    if (mine()) broker_.end_connection(true);
    listener_->disconnected();
  }
  std::string address() const override { return "broker:1883"; }

  bool mine() const { return broker_.client_ == this; }
  ingest::MqttListener& listener() { return *listener_; }

  // Answers one call that waits for it.
  bool answer() {
    if (subscribing_ > 0) {
      const std::vector<int> granted(std::exchange(subscribing_, 0), 1);
      broker_.session_ = broker_.subscribed_ = true;
      listener_->subscribed(granted);
      return true;
    }
    if (!std::exchange(unsubscribing_, false)) return false;
    listener_->unsubscribed();
    return true;
  }
  void forget_calls() {
    subscribing_ = 0;
    unsubscribing_ = false;
  }

 private:
  Broker& broker_;
  ingest::MqttListener* listener_ = nullptr;
  std::size_t subscribing_ = 0;
  bool unsubscribing_ = false;
};

MessageId Broker::publish(std::string topic, std::string payload) {
  const MessageId id = next_id_++;
  queue_.push_back({id, std::move(topic), std::move(payload)});
  return id;
}

std::unique_ptr<ingest::MqttTransport> Broker::connect_client() {
  return std::make_unique<Client>(*this);
}

void Broker::client_died() {
  end_connection(true);
  client_ = nullptr;
}

void Broker::end_connection(bool at_clients_wish) {
  const bool was_up = link_ == Link::up;
  const bool was_asked = link_ == Link::asked;
  link_ = Link::none;
  leave_after_ = 0;
  for (Message& message : in_flight_) {
    message.duplicate = message.due = true;
    message.acknowledged = false;
  }
  if (client_ == nullptr) return;
  client_->forget_calls();
  if (at_clients_wish) return;
  if (was_up) client_->listener().connection_lost({0, "cut"});
  if (was_asked) client_->listener().connect_failed({0, "away"});
}

void Broker::set_away(bool away) {
  away_ = away;
  if (away) end_connection(false);
}

void Broker::cut() { end_connection(false); }

std::vector<MessageId> Broker::lose_session() {
  end_connection(false);
  std::vector<MessageId> lost;
  for (const auto* messages : {&in_flight_, &queue_}) {
    for (const Message& message : *messages) lost.push_back(message.id);
  }
  in_flight_.clear();
  queue_.clear();
  session_ = subscribed_ = false;
  return lost;
}

void Broker::step(const std::function<bool(MessageId)>& acknowledged) {
  if (client_ == nullptr) return;
  if (link_ == Link::asked) {
    if (away_ || chance_.one_in(16)) return end_connection(false);
    link_ = Link::up;
    ++connections_;
    return client_->listener().connected(session_);
  }
  if (link_ != Link::up) return;
  if (leave_after_ > 0 && --leave_after_ == 0) {
    end_connection(true);
    return client_->listener().disconnected();
  }
  if (client_->answer()) return;
  // Acknowledgements lag behind deliveries, by as much as the window allows.
  if (chance_.one_in(3) && take_acknowledgement()) return;
  if (subscribed_) deliver(acknowledged);
}

bool Broker::take_acknowledgement() {
  const auto first = std::find_if(in_flight_.begin(), in_flight_.end(),
                                  [](const Message& message) { return message.acknowledged; });
  if (first == in_flight_.end()) return false;
  if (lose_one_in_ > 0 && chance_.one_in(lose_one_in_)) {
    end_connection(false);
  } else {
    in_flight_.erase(first);
  }
  return true;
}

void Broker::deliver(const std::function<bool(MessageId)>& acknowledged) {
  auto next = std::find_if(in_flight_.begin(), in_flight_.end(),
                           [](const Message& message) { return message.due; });
  if (next == in_flight_.end()) {
    if (queue_.empty() || in_flight_.size() >= in_flight_max_) {
      take_acknowledgement();
      return;
    }
    in_flight_.push_back(std::move(queue_.front()));
    queue_.pop_front();
    next = std::prev(in_flight_.end());
  }
  next->due = false;
  const Message message = *next;
  ingest::Delivery delivery;
  delivery.topic = message.topic;
  delivery.payload = message.payload;
  delivery.duplicate = message.duplicate;
  delivering_ = true;
  const ingest::Received received = client_->listener().message(delivery);
  delivering_ = false;
  if (received == ingest::Received::refused || !acknowledged(message.id)) return;
  // By name and only if it was not put back: the callback may have ended the connection.
  for (Message& one : in_flight_) {
    if (one.id == message.id) one.acknowledged = !one.due;
  }
}

}  // namespace senne::simulation
