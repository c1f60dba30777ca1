#include "app/broker_check.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "core/topic_filter.h"
#include "ingest/mqtt/paho_transport.h"
#include "ingest/mqtt/reason_code.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

// Keeps what the broker answered.
class Answers final : public ingest::MqttListener {
 public:
  void connected(bool) override {
    set([this] { connected_ = true; });
  }
  void connect_failed(ingest::EndReason reason) override { fail(reason.text); }
  void subscribed(std::span<const int> granted) override {
    set([&] { granted_.assign(granted.begin(), granted.end()); });
  }
  void subscribe_failed(ingest::EndReason reason) override { fail(reason.text); }
  void unsubscribed() override {}
  void connection_lost(ingest::EndReason reason) override { fail(reason.text); }
  void disconnected() override {
    set([this] { disconnected_ = true; });
  }
  // The session is our own and a clean one: what arrives here is a copy.
  ingest::Received message(const ingest::Delivery&) noexcept override {
    return ingest::Received::done;
  }

  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return failure_ || condition(); }) && !failure_;
  }
  bool wait_connected() {
    return wait([this] { return connected_; });
  }
  bool wait_subscribed() {
    return wait([this] { return !granted_.empty(); });
  }
  void wait_disconnected() {
    wait([this] { return disconnected_; });
  }
  std::string failure() const { return failure_.value_or("no answer within 10 s"); }
  const std::vector<int>& granted() const { return granted_; }

 private:
  template <class Change>
  void set(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  void fail(const std::string& text) {
    set([&] { failure_ = text; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool connected_ = false;
  bool disconnected_ = false;
  std::optional<std::string> failure_;
  std::vector<int> granted_;
};

int print_grants(const std::vector<Subscription>& asked, const std::vector<int>& granted) {
  int status = 0;
  for (std::size_t i = 0; i < asked.size() && i < granted.size(); ++i) {
    if (granted[i] > 2) {
      fmt::print(stderr, "mqtt filter {}: refused: {}\n", asked[i].filter,
                 ingest::describe_reason(granted[i]));
      status = 1;
    } else if (granted[i] < asked[i].qos) {
      fmt::print("mqtt filter {}: QoS {} granted, {} asked: its messages can be lost on the way\n",
                 asked[i].filter, granted[i], asked[i].qos);
    } else {
      fmt::print("mqtt filter {}: QoS {} granted\n", asked[i].filter, granted[i]);
    }
  }
  return status;
}

}  // namespace

int check_broker(const Configuration& configuration) {
  ingest::MqttSettings settings = configuration.mqtt;
  settings.client_id += "-check";
  settings.clean_start = true;
  settings.session_expiry = Duration::zero();
  Answers answers;
  auto transport = ingest::PahoTransport::create(settings);
  if (!transport) {
    fmt::print(stderr, "mqtt.url: {}\n", transport.error().message);
    return 2;
  }
  const auto unreachable = [&] {
    fmt::print(stderr, "mqtt broker {}: {}\n", (*transport)->address(), answers.failure());
    return 1;
  };
  (*transport)->listen(answers);
  if (auto begun = (*transport)->connect(); !begun || !answers.wait_connected())
    return unreachable();
  fmt::print("mqtt broker {}: connected\n", (*transport)->address());

  std::vector<Subscription> filters;
  for (const Route& route : configuration.pipeline.routes)
    filters.push_back({route.topic, route.qos});
  filters = subscriptions(filters);
  if (auto begun = (*transport)->subscribe(filters); !begun || !answers.wait_subscribed()) {
    return unreachable();
  }
  const int status = print_grants(filters, answers.granted());
  fmt::print(
      "mqtt session: kept for {:.1f} h without us, if the broker grants it; how many messages it "
      "queues meanwhile is its own setting\n",
      std::chrono::duration<double, std::ratio<3600>>(configuration.mqtt.session_expiry).count());
  (*transport)->disconnect();
  answers.wait_disconnected();
  return status;
}

}  // namespace senne::app
