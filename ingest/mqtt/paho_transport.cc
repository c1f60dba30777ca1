#include "ingest/mqtt/paho_transport.h"

#include <MQTTAsync.h>
#include <fmt/format.h>
#include <mqtt/async_client.h>

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "core/check.h"
#include "ingest/mqtt/broker_address.h"
#include "ingest/mqtt/paho_options.h"
#include "ingest/mqtt/reason_code.h"

namespace senne::ingest {
namespace {

constexpr int disconnect_timeout_ms = 1000;

// What Paho tells about one operation, as a callback without state of its own.
class Outcome final : public mqtt::iaction_listener {
 public:
  using Handler = std::function<void(const mqtt::token&)>;
  Outcome(Handler success, Handler failure)
      : success_(std::move(success)), failure_(std::move(failure)) {}
  void on_success(const mqtt::token& token) override { success_(token); }
  void on_failure(const mqtt::token& token) override { failure_(token); }

 private:
  Handler success_;
  Handler failure_;
};

// Gathers the answers to the SUBSCRIBEs of one round. Answers to an earlier round, which Paho may
// send out late over a new connection, are told apart by their context.
class SubscribeAnswers {
 public:
  static void* context(std::uint32_t round, std::size_t index) {
    // A number that Paho carries along and hands back; nobody follows it.
    return reinterpret_cast<void*>(  // NOLINT(performance-no-int-to-ptr)
        (std::uintptr_t{round} << 32) | index);
  }

  std::uint32_t begin(std::size_t count) {
    const std::lock_guard lock(mutex_);
    granted_.assign(count, 0);
    missing_ = count;
    return ++round_;
  }
  // True when it was the last one missing.
  bool note(const void* context, int code) {
    const auto value = reinterpret_cast<std::uintptr_t>(context);
    const std::lock_guard lock(mutex_);
    if (value >> 32 != round_) return false;
    granted_.at(value & 0xFFFF'FFFF) = code;
    return --missing_ == 0;
  }
  std::vector<int> granted() const {
    const std::lock_guard lock(mutex_);
    return granted_;
  }

 private:
  mutable std::mutex mutex_;
  std::uint32_t round_ = 0;
  std::size_t missing_ = 0;
  std::vector<int> granted_;
};

Error error_of(const mqtt::exception& error) { return {ErrorKind::failed, error.to_string()}; }

}  // namespace

class PahoTransport::Connection {
 public:
  Connection(const MqttSettings& settings, BrokerAddress address)
      : settings_(settings),
        address_(std::move(address)),
        client_(address_.uri, settings.client_id,
                mqtt::create_options(settings.version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1)) {
    // The default level builds trace strings for every packet and costs 12-30 %; FATAL is ignored.
    MQTTAsync_setTraceLevel(MQTTASYNC_TRACE_ERROR);
    // Before `connect`: a message that finds no callback is acknowledged and gone.
    client_.set_message_callback(
        [this](const mqtt::const_message_ptr& message) noexcept { take(*message); });
    client_.set_connection_lost_handler([this](const std::string& cause) {
      listener_->connection_lost({0, cause.empty() ? "the broker closed it or is silent" : cause});
    });
    client_.set_disconnected_handler([this](const mqtt::properties&, mqtt::ReasonCode code) {
      listener_->connection_lost({code, describe_reason(code)});
    });
  }

  void listen(MqttListener& listener) { listener_ = &listener; }
  const BrokerAddress& address() const { return address_; }

  Result<void> connect() {
    SENNE_CHECK(listener_ != nullptr);
    note_tls_error("");
    return attempt([this] {
      const auto on_tls_error = [this](const std::string& text) { note_tls_error(text); };
      client_.connect(connect_options(settings_, address_, on_tls_error), nullptr, connecting_);
    });
  }

  // One SUBSCRIBE a filter: Paho C++ 1.2.0 crashes on options for several, and throws into the
  // callback when the first of several is refused.
  Result<void> subscribe(std::span<const Subscription> subscriptions) {
    const std::uint32_t round = answers_.begin(subscriptions.size());
    const mqtt::subscribe_options options(/*noLocal=*/false, /*retainAsPublished=*/false,
                                          mqtt::subscribe_options::DONT_SEND_RETAINED);
    for (std::size_t i = 0; i < subscriptions.size(); ++i) {
      Result<void> sent = attempt([&] {
        client_.subscribe(subscriptions[i].filter, subscriptions[i].qos,
                          SubscribeAnswers::context(round, i), subscribing_,
                          settings_.version == 5 ? options : mqtt::subscribe_options());
      });
      if (!sent) return sent;
    }
    return {};
  }

  Result<void> unsubscribe(std::span<const std::string> filters) {
    auto collection = std::make_shared<mqtt::string_collection>();
    for (const std::string& filter : filters) collection->push_back(filter);
    return attempt([&] { client_.unsubscribe(collection, nullptr, unsubscribing_); });
  }

  Result<void> publish(std::string_view topic, std::string_view payload) {
    return attempt([&] {
      client_.publish(std::string(topic), payload.data(), payload.size(), /*qos=*/0,
                      /*retained=*/false);
    });
  }

  void disconnect() {
    const Result<void> asked =
        attempt([this] { client_.disconnect(disconnect_timeout_ms, nullptr, disconnecting_); });
    if (!asked) listener_->disconnected();  // there was no connection
  }

 private:
  template <class Call>
  static Result<void> attempt(Call&& call) {
    try {
      call();
      return {};
    } catch (const mqtt::exception& error) {
      return tl::unexpected<Error>(error_of(error));
    }
  }

  void take(const mqtt::message& message) noexcept {
    properties_.clear();
    const MQTTProperties& properties = message.get_properties().c_struct();
    for (int i = 0; i < properties.count; ++i) {
      const MQTTProperty& property = properties.array[i];
      if (property.identifier != MQTTPROPERTY_CODE_USER_PROPERTY) continue;
      const auto& [key, value] = std::pair(property.value.data, property.value.value);
      properties_.push_back({{key.data, static_cast<std::size_t>(key.len)},
                             {value.data, static_cast<std::size_t>(value.len)}});
    }
    Delivery delivery;
    delivery.topic = message.get_topic();
    delivery.payload = message.get_payload();
    delivery.duplicate = message.is_duplicate();
    delivery.retained = message.is_retained();
    delivery.user_properties = properties_;
    // To return would be to acknowledge; to end here is to have it delivered again.
    SENNE_CHECK(listener_->message(delivery) != Received::refused);
  }

  void report_connected(const mqtt::token& token) {
    listener_->connected(token.get_connect_response().is_session_present());
  }

  void report_not_connected(const mqtt::token& token) {
    listener_->connect_failed(reason_of(token));
  }

  void report_subscribed(const mqtt::token& token) {
    const mqtt::subscribe_response response = token.get_subscribe_response();
    if (answers_.note(token.get_user_context(), response.get_reason_codes().front())) {
      listener_->subscribed(answers_.granted());
    }
  }

  // Paho calls a refusal a failure.
  void report_not_subscribed(const mqtt::token& token) {
    const int code =
        settings_.version == 5 ? int{token.get_reason_code()} : token.get_return_code();
    if (code < first_refusal) return listener_->subscribe_failed(reason_of(token));
    if (answers_.note(token.get_user_context(), code)) listener_->subscribed(answers_.granted());
  }

  EndReason reason_of(const mqtt::token& token) {
    const int returned = token.get_return_code();
    // Of a refused CONNECT the code is found in the one place, of other packets in the other.
    for (const int code : {int{token.get_reason_code()}, returned}) {
      if (code >= first_refusal && code < mqtt::MQTTPP_V3_CODE)
        return {code, describe_reason(code)};
    }
    if (returned > 0) return {0, describe_connect_return_code(returned)};
    const std::lock_guard lock(mutex_);
    if (!tls_error_.empty()) return {0, "TLS: " + tls_error_};
    try {
      token.get_connect_response();  // complete: does not wait, and throws what it knows
    } catch (const mqtt::exception& error) {
      if (!error.get_message().empty()) return {0, error.get_message()};
    } catch (const std::bad_cast&) {
    }
    return {0,
            returned == MQTTASYNC_FAILURE ? "no connection" : mqtt::exception::error_str(returned)};
  }

  void note_tls_error(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const std::lock_guard lock(mutex_);
    tls_error_ = std::move(text);
  }

  const MqttSettings settings_;
  const BrokerAddress address_;
  MqttListener* listener_ = nullptr;
  std::vector<UserProperty> properties_;  // the receive thread's; reused

  SubscribeAnswers answers_;

  std::mutex mutex_;
  std::string tls_error_;  // under mutex_

  Outcome connecting_{[this](const mqtt::token& token) { report_connected(token); },
                      [this](const mqtt::token& token) { report_not_connected(token); }};
  Outcome subscribing_{[this](const mqtt::token& token) { report_subscribed(token); },
                       [this](const mqtt::token& token) { report_not_subscribed(token); }};
  Outcome unsubscribing_{[this](const mqtt::token&) { listener_->unsubscribed(); },
                         [this](const mqtt::token&) { listener_->unsubscribed(); }};
  Outcome disconnecting_{[this](const mqtt::token&) { listener_->disconnected(); },
                         [this](const mqtt::token&) { listener_->disconnected(); }};

  // Last: its destructor may still call back into what stands above.
  mqtt::async_client client_;
};

Result<std::unique_ptr<PahoTransport>> PahoTransport::create(const MqttSettings& settings) {
  Result<BrokerAddress> address = parse_broker_address(settings.url);
  if (!address) return tl::unexpected<Error>(address.error());
  try {
    return std::unique_ptr<PahoTransport>(
        new PahoTransport(std::make_unique<Connection>(settings, std::move(*address))));
  } catch (const mqtt::exception& error) {
    return fail(ErrorKind::configuration,
                fmt::format("mqtt: {} is not usable with client id \"{}\": {}", settings.url,
                            settings.client_id, error.to_string()));
  }
}

PahoTransport::PahoTransport(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
PahoTransport::~PahoTransport() = default;

void PahoTransport::listen(MqttListener& listener) { connection_->listen(listener); }
Result<void> PahoTransport::connect() { return connection_->connect(); }
Result<void> PahoTransport::subscribe(std::span<const Subscription> subscriptions) {
  return connection_->subscribe(subscriptions);
}
Result<void> PahoTransport::unsubscribe(std::span<const std::string> filters) {
  return connection_->unsubscribe(filters);
}
Result<void> PahoTransport::publish(std::string_view topic, std::string_view payload) {
  return connection_->publish(topic, payload);
}
void PahoTransport::disconnect() { connection_->disconnect(); }
std::string PahoTransport::address() const { return connection_->address().endpoint; }

}  // namespace senne::ingest
