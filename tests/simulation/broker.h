// An MQTT broker with one persistent session at QoS 1: it queues, delivers in order within a
// window, delivers again what was not acknowledged, and can be away, cut the connection, lose the
// acknowledgement on the way, and forget the session.
//
// THREAD  one; callbacks run inside `step`.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/mqtt/transport.h"
#include "tests/simulation/chance.h"

namespace senne::simulation {

using MessageId = std::size_t;  // in the order of publishing

class Broker {
 public:
  // `in_flight_max`: how many it delivers before it waits for acknowledgements.
  Broker(Chance chance, std::size_t in_flight_max)
      : chance_(chance), in_flight_max_(in_flight_max) {}

  MessageId publish(std::string topic, std::string payload);

  // The client of a new process; the connection of the one before is gone.
  std::unique_ptr<ingest::MqttTransport> connect_client();
  void client_died();

  // One thing: an answer to the client, a message, or the arrival of an acknowledgement.
  // `acknowledged` is asked once the client's callback has returned: it says whether the client
  // lived to acknowledge.
  void step(const std::function<bool(MessageId)>& acknowledged);

  void set_away(bool away);
  void cut();
  // Of the acknowledgements from now on one in so many is lost with the connection; zero: none.
  void lose_acknowledgements(std::uint64_t one_in) { lose_one_in_ = one_in; }
  // What was queued or not acknowledged is gone.
  std::vector<MessageId> lose_session();

  // How often the client was told that it is connected.
  std::uint64_t connections() const { return connections_; }

  // Nothing is queued, and everything delivered is acknowledged.
  bool idle() const { return queue_.empty() && in_flight_.empty(); }

 private:
  class Client;
  struct Message {
    MessageId id;
    std::string topic;
    std::string payload;
    bool duplicate = false;
    bool due = false;           // in flight: to be delivered on this connection
    bool acknowledged = false;  // in flight: its acknowledgement is on the way
  };
  enum class Link : std::uint8_t { none, asked, up };

  void deliver(const std::function<bool(MessageId)>& acknowledged);
  bool take_acknowledgement();
  void end_connection(bool at_clients_wish);

  Chance chance_;
  const std::size_t in_flight_max_;
  MessageId next_id_ = 0;
  std::deque<Message> queue_;
  std::deque<Message> in_flight_;  // delivered, acknowledgement not seen
  Client* client_ = nullptr;
  Link link_ = Link::none;
  bool session_ = false;
  bool subscribed_ = false;
  bool away_ = false;
  std::uint64_t lose_one_in_ = 0;
  bool delivering_ = false;  // inside the client's callback
  std::uint64_t connections_ = 0;
  std::uint64_t leave_after_ = 0;  // steps, until a disconnect asked for in a callback gets here
};

}  // namespace senne::simulation
