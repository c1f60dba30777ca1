// What our part of the message callback costs, the append itself left out.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "ingest/receiver.h"

namespace senne::ingest {
namespace {

class NoLog final : public Appender {
 public:
  Append append_message(const Message& message) override {
    benchmark::DoNotOptimize(message.payload.data());
    return Append::done;
  }
  Append append_connected() override { return Append::done; }
  Append append_configuration(Id128) override { return Append::done; }
  bool try_append_tick() override { return false; }
  std::uint64_t capacity_bytes() const override { return 1; }
  std::uint64_t used_bytes() const override { return 0; }
  bool disk_full() const override { return false; }
};

std::vector<Route> routes_with(int wildcards) {
  std::vector<Route> routes;
  for (int i = 0; i < wildcards; ++i) {
    Route route;
    route.name = "r" + std::to_string(i);
    route.topic = "v3/tenant-" + std::to_string(i) + "@ttn/devices/+/up";
    routes.push_back(route);
  }
  Route exact;
  exact.name = "exact";
  exact.topic = "station/1/observations";
  routes.push_back(exact);
  return routes;
}

void receive(benchmark::State& state, std::string_view topic, int wildcards,
             std::span<const UserProperty> properties) {
  NoLog log;
  Receiver receiver(log, std::make_shared<const RouteTable>(routes_with(wildcards)), [] {});
  const std::string payload(1200, 'x');
  Delivery delivery;
  delivery.topic = topic;
  delivery.payload = payload;
  delivery.user_properties = properties;
  for (auto _ : state) benchmark::DoNotOptimize(receiver.receive(delivery));
}

void receive_wildcard(benchmark::State& state) {
  const int wildcards = static_cast<int>(state.range(0));
  const std::string topic =
      "v3/tenant-" + std::to_string(wildcards - 1) + "@ttn/devices/eui-70b3d57ed0001a2b/up";
  receive(state, topic, wildcards, {});
}

void receive_exact(benchmark::State& state) {
  receive(state, "station/1/observations", static_cast<int>(state.range(0)), {});
}

void receive_user_properties(benchmark::State& state) {
  const UserProperty properties[] = {
      {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
      {"gateway", "bru-7"}};
  receive(state, "station/1/observations", 1, properties);
}

BENCHMARK(receive_wildcard)->Arg(1)->Arg(10)->Arg(100);
BENCHMARK(receive_exact)->Arg(1)->Arg(100);
BENCHMARK(receive_user_properties);

}  // namespace
}  // namespace senne::ingest
