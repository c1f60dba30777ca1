#include "ingest/receiver.h"

#include <algorithm>
#include <thread>

#include "core/check.h"
#include "core/user_properties.h"

namespace senne::ingest {
namespace {

constexpr std::size_t property_header_bytes = 4;

class Claim {
 public:
  // Acquire: the routes and counters that the last holder left are seen. Release: what this holder
  // leaves is seen by the next.
  explicit Claim(std::atomic<bool>& claimed) : claimed_(claimed) {
    while (claimed_.exchange(true, std::memory_order_acquire)) std::this_thread::yield();
  }
  ~Claim() { claimed_.store(false, std::memory_order_release); }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

 private:
  std::atomic<bool>& claimed_;
};

}  // namespace

Receiver::Receiver(Appender& log, std::shared_ptr<const RouteTable> routes,
                   std::function<void()> on_exhausted)
    : log_(log), on_exhausted_(std::move(on_exhausted)), routes_(std::move(routes)) {
  SENNE_CHECK(routes_ != nullptr);
  SENNE_CHECK(on_exhausted_ != nullptr);
  encoded_.reserve(user_properties_bytes_max);
  of_routes_ = counters_of(*routes_);
}

Received Receiver::receive(const Delivery& delivery) noexcept {
  const Claim claim(claimed_);
  const RouteIndex route = routes_->find(delivery.topic);
  const bool routed = route.value != RouteIndex::none;
  const std::size_t limit = routed ? routes_->payload_limit(route) : kept_prefix_bytes;
  const std::size_t size = delivery.payload.size();
  encode(delivery.user_properties);

  Message message;
  message.route = route;
  message.duplicate = delivery.duplicate;
  message.retained = delivery.retained;
  message.topic = delivery.topic;
  message.payload = delivery.payload.substr(0, kept_bytes(size, limit));
  message.payload_length = size;
  message.user_properties = encoded_;
  const Append append = log_.append_message(message);
  if (append != Append::exhausted) {
    RouteCounters& counters = *of_routes_[routed ? route.value : routes_->size()];
    counters.messages.add();
    counters.bytes.add(size);
  }
  return outcome(append);
}

Received Receiver::connected() noexcept {
  const Claim claim(claimed_);
  return outcome(log_.append_connected());
}

Received Receiver::outcome(Append append) noexcept {
  switch (append) {
    case Append::done:
      return Received::done;
    case Append::full:
      return Received::disconnect;
    case Append::exhausted:
      break;
  }
  on_exhausted_();
  return Received::refused;
}

void Receiver::encode(std::span<const UserProperty> properties) noexcept {
  encoded_.clear();
  for (const UserProperty& property : properties) {
    const std::size_t bytes = property_header_bytes + property.key.size() + property.value.size();
    if (encoded_.size() + bytes > user_properties_bytes_max) {
      user_properties_cut_.add();
      return;
    }
    append_user_property(encoded_, property.key, property.value);
  }
}

Append Receiver::reconfigure(std::shared_ptr<const RouteTable> routes, Id128 configuration) {
  SENNE_CHECK(routes != nullptr);
  std::vector<RouteCounters*> of_routes = counters_of(*routes);
  Append append;
  {
    const Claim claim(claimed_);
    append = log_.append_configuration(configuration);
    if (append == Append::exhausted) return append;
    routes_.swap(routes);
    of_routes_.swap(of_routes);
  }
  // The routes of before die here, outside the claim.
  return append;
}

std::vector<Receiver::RouteCounters*> Receiver::counters_of(const RouteTable& routes) {
  const std::lock_guard lock(names_);
  std::vector<RouteCounters*> of_routes;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    of_routes.push_back(counters(routes.name({static_cast<std::uint16_t>(i)})));
  }
  of_routes.push_back(counters(std::string(no_route_name)));
  return of_routes;
}

Receiver::RouteCounters* Receiver::counters(const std::string& name) {
  std::unique_ptr<RouteCounters>& place = by_name_[name];
  if (place == nullptr) place = std::make_unique<RouteCounters>();
  return place.get();
}

void Receiver::restore_counts(const std::map<std::string, RouteCounts>& counts) {
  const Claim claim(claimed_);
  const std::lock_guard lock(names_);
  for (const auto& [name, count] : counts) {
    RouteCounters& place = *counters(name);
    place.messages.set(count.messages);
    place.bytes.set(count.bytes);
  }
}

std::map<std::string, RouteCounts> Receiver::counts() const {
  const std::lock_guard lock(names_);
  std::map<std::string, RouteCounts> counts;
  for (const auto& [name, place] : by_name_) {
    counts[name] = {place->messages.value(), place->bytes.value()};
  }
  return counts;
}

}  // namespace senne::ingest
