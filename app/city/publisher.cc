#include "app/city/publisher.h"

#include <MQTTAsync.h>
#include <fmt/format.h>
#include <mqtt/async_client.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "core/ids.h"

namespace senne::city {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::milliseconds reconnect_interval{500};
constexpr auto connect_patience = seconds{10};
constexpr Duration idle_max = milliseconds{50};

std::string paho_url(const std::string& url) {
  for (const auto& [ours, theirs] :
       {std::pair{"mqtts://", "ssl://"}, std::pair{"mqtt://", "tcp://"}}) {
    if (url.starts_with(ours)) return theirs + url.substr(std::string_view(ours).size());
  }
  return url;
}

int paho_version(const ingest::MqttSettings& settings) {
  return settings.version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
}

mqtt::connect_options connect_options(const ingest::MqttSettings& settings, std::size_t window) {
  mqtt::connect_options options;
  options.set_mqtt_version(paho_version(settings));
  // A clean session each time: what was under way fails and is published again by us. Paho 1.3.12
  // itself repeats MQTT 5 messages so that mosquitto calls them malformed, at every connection
  // anew.
  if (settings.version == 5) {
    options.set_clean_start(true);
  } else {
    options.set_clean_session(true);
  }
  options.set_keep_alive_interval(std::chrono::duration_cast<seconds>(settings.keepalive));
  options.set_max_inflight(static_cast<int>(window));
  if (!settings.username.empty()) options.set_user_name(settings.username);
  if (!settings.password.empty()) options.set_password(settings.password);
  if (settings.url.starts_with("mqtts://") || settings.url.starts_with("wss://")) {
    mqtt::ssl_options tls;
    if (!settings.tls.ca.empty()) tls.set_trust_store(settings.tls.ca);
    if (!settings.tls.certificate.empty()) tls.set_key_store(settings.tls.certificate);
    if (!settings.tls.key.empty()) tls.set_private_key(settings.tls.key);
    options.set_ssl(tls);
  }
  return options;
}

class PahoCityPublisher final : public CityPublisher, private mqtt::iaction_listener {
 public:
  PahoCityPublisher(const CityOptions& options, const ingest::MqttSettings& settings,
                    const Clock& clock, std::size_t window)
      : clock_(clock),
        settings_(settings),
        window_(window),
        city_(options, clock.wall()),
        client_(paho_url(settings.url), "senne-city-" + to_hex(random_id()).substr(0, 16),
                mqtt::create_options(paho_version(settings), static_cast<int>(window))) {}

  ~PahoCityPublisher() override { stop(Duration::zero()); }

  Result<void> connect() {
    try {
      const mqtt::token_ptr connecting = client_.connect(connect_options(settings_, window_));
      if (!connecting->wait_for(connect_patience)) {
        return fail(ErrorKind::failed, fmt::format("{}: no answer", settings_.url));
      }
      respect_receive_maximum(*connecting);
    } catch (const mqtt::exception& error) {
      return fail(ErrorKind::failed, fmt::format("{}: {}", settings_.url, error.to_string()));
    }
    thread_ = std::thread([this] { run(); });
    return {};
  }

  bool stop(Duration patience) override {
    bool all = false;
    {
      std::unique_lock lock(mutex_);
      if (abandoned_) return unacknowledged() == 0;
      stopping_ = true;
      all = changed_.wait_for(lock, patience, [this] { return unacknowledged() == 0; });
      abandoned_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    try {
      // Also while it is trying to reconnect: this ends the attempts.
      client_.disconnect(1000)->wait_for(seconds{5});
    } catch (const mqtt::exception&) {
      // It was not connected: there is nothing to end.
    }
    return all;
  }

  PublisherFigures figures() const override {
    const bool connected = client_.is_connected();
    const std::lock_guard lock(mutex_);
    return {counts_, acknowledged_, in_flight_, connected};
  }

 private:
  void respect_receive_maximum(const mqtt::token& connected) {
    if (settings_.version != 5) return;
    const mqtt::properties properties = connected.get_connect_response().get_properties();
    if (!properties.contains(mqtt::property::RECEIVE_MAXIMUM)) return;
    const auto allowed = mqtt::get<std::uint16_t>(properties, mqtt::property::RECEIVE_MAXIMUM);
    window_ = std::min<std::size_t>(window_, allowed);
  }

  std::size_t unacknowledged() const { return in_flight_ + again_.size(); }

  // The client is called without our lock: its callbacks come under a lock of its own and take
  // ours.
  void run() {
    while (true) {
      const bool connected = client_.is_connected();
      mqtt::const_message_ptr message;
      {
        std::unique_lock lock(mutex_);
        if (abandoned_) return;
        if (connected && in_flight_ < window_) message = next_message();
        if (!connected) {
          lock.unlock();
          reconnect();
          lock.lock();
        }
        if (!message) {
          wait(lock, connected);
          continue;
        }
        ++in_flight_;
      }
      if (publish(message)) continue;
      std::unique_lock lock(mutex_);
      --in_flight_;
      again_.push_front(std::move(message));
      changed_.wait_for(lock, idle_max);
    }
  }

  // By ourselves: Paho's own reconnect now and then gives up for good.
  void reconnect() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_attempt_) return;
    next_attempt_ = now + reconnect_interval;
    try {
      client_.connect(connect_options(settings_, window_))->wait_for(connect_patience);
    } catch (const mqtt::exception&) {
      // Not there yet.
    }
  }

  // Until something may have become due, or room, or the end.
  void wait(std::unique_lock<std::mutex>& lock, bool connected) {
    Duration until = idle_max;
    if (connected && in_flight_ < window_) {
      until = std::clamp(city_.next_due() - clock_.wall(), Duration{milliseconds{1}}, idle_max);
    }
    changed_.wait_for(lock, until);
  }

  // What could not be sent before goes first.
  mqtt::const_message_ptr next_message() {
    if (!again_.empty()) {
      mqtt::const_message_ptr message = std::move(again_.front());
      again_.pop_front();
      return message;
    }
    if (stopping_) return nullptr;
    std::optional<Publication> publication = city_.next(clock_.wall());
    if (!publication) return nullptr;
    counts_ = city_.counts();
    return mqtt::make_message(std::move(publication->topic), std::move(publication->payload),
                              publication->qos, publication->retained);
  }

  bool publish(const mqtt::const_message_ptr& message) {
    try {
      client_.publish(message, nullptr, *this);
      return true;
    } catch (const mqtt::exception&) {
      return false;  // the connection broke meanwhile
    }
  }

  void on_success(const mqtt::token&) override {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    ++acknowledged_;
    changed_.notify_all();
  }

  void on_failure(const mqtt::token& token) override {
    const auto* const delivery = dynamic_cast<const mqtt::delivery_token*>(&token);
    const std::lock_guard lock(mutex_);
    --in_flight_;
    if (delivery != nullptr) again_.push_back(delivery->get_message());
    changed_.notify_all();
  }

  const Clock& clock_;
  const ingest::MqttSettings settings_;
  std::size_t window_;

  mutable std::mutex mutex_;  // of all below but the client, which has locks of its own
  std::condition_variable changed_;
  bool stopping_ = false;   // nothing new is published
  bool abandoned_ = false;  // nor what is left
  City city_;
  CityCounts counts_;
  std::deque<mqtt::const_message_ptr> again_;
  std::uint64_t acknowledged_ = 0;
  std::size_t in_flight_ = 0;

  mqtt::async_client client_;
  std::chrono::steady_clock::time_point next_attempt_{};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<CityPublisher>> CityPublisher::start(const CityOptions& options,
                                                            const ingest::MqttSettings& mqtt,
                                                            const Clock& clock,
                                                            std::size_t window) {
  // The library's default builds trace strings for every packet.
  MQTTAsync_setTraceLevel(MQTTASYNC_TRACE_ERROR);
  auto publisher = std::make_unique<PahoCityPublisher>(options, mqtt, clock, window);
  if (auto connected = publisher->connect(); !connected) {
    return tl::unexpected(connected.error());
  }
  return publisher;
}

}  // namespace senne::city
