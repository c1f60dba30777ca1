// What windows cost: a reading, a tick, a snapshot.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "pipeline/aggregate/windows.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr Instant epoch = instant_from_nanos(1'795'334'400'000'000'000);

class DiscardingCollector : public Collector {
 public:
  Accepted observations(const Emission&, const v1::ObservationCollection&) override {
    return Accepted::yes;
  }
  Accepted window(const Emission&, const v1::WindowResult&) override { return Accepted::yes; }
  void device(const Emission&, const v1::DeviceStatus&) override {}
  void dead_letter(const Emission&, const v1::DeadLetter&) override {}
};

std::vector<std::string> datastreams(std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) {
    char name[64];
    std::snprintf(name, sizeof name, "70b3d57ed%07llx/air_temperature",
                  static_cast<unsigned long long>(i));
    names.emplace_back(name);
  }
  return names;
}

std::vector<WindowDefinition> definitions(std::int64_t count) {
  std::vector<WindowDefinition> result;
  for (std::int64_t i = 0; i < count; ++i) {
    result.push_back({"w" + std::to_string(i), 10min * (i + 1), 5min, 30min, 10min});
  }
  return result;
}

void offer_all(Windows& windows, const std::vector<std::string>& names, Instant now) {
  for (const std::string& name : names) {
    windows.offer(name, "air_temperature", "Cel", 60s, 20.5, now, now);
  }
}

// Arguments: datastreams, window definitions. Each round is a minute of readings in turn, with its
// tick (in the time), so that windows open, emit and close as they do live.
void offer(benchmark::State& state) {
  const auto names = datastreams(state.range(0));
  Windows windows;
  windows.configure(definitions(state.range(1)), epoch);
  DiscardingCollector out;
  Instant now = epoch;
  offer_all(windows, names, now);
  std::size_t i = 0;
  for (auto _ : state) {
    if (i == names.size()) {
      i = 0;
      state.PauseTiming();
      now += 60s;
      windows.tick(now, out);
      state.ResumeTiming();
    }
    benchmark::DoNotOptimize(
        windows.offer(names[i++], "air_temperature", "Cel", 60s, 20.5, now, now));
  }
  state.counters["bytes/datastream"] =
      static_cast<double>(windows.bytes()) / static_cast<double>(names.size());
}
BENCHMARK(offer)->Args({100, 1})->Args({10'000, 1})->Args({10'000, 3})->Args({1'000'000, 1});

// Every datastream has one result to emit.
void tick_with_all_due(benchmark::State& state) {
  const auto names = datastreams(state.range(0));
  Windows windows;
  windows.configure(definitions(1), epoch);
  DiscardingCollector out;
  Instant now = epoch;
  offer_all(windows, names, now);
  for (auto _ : state) {
    state.PauseTiming();
    now += 10min;
    offer_all(windows, names, now);
    windows.tick(now, out);
    now += 5min;
    offer_all(windows, names, now);
    state.ResumeTiming();
    windows.tick(now, out);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(tick_with_all_due)->Arg(10'000)->Unit(benchmark::kMillisecond);

void tick_with_nothing_due(benchmark::State& state) {
  Windows windows;
  windows.configure(definitions(1), epoch);
  offer_all(windows, datastreams(state.range(0)), epoch);
  DiscardingCollector out;
  for (auto _ : state) windows.tick(epoch, out);
}
BENCHMARK(tick_with_nothing_due)->Arg(100)->Arg(10'000)->Arg(1'000'000);

void snapshot(benchmark::State& state) {
  Windows windows;
  windows.configure(definitions(1), epoch);
  offer_all(windows, datastreams(state.range(0)), epoch);
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    windows.snapshot(bytes);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(snapshot)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void restore(benchmark::State& state) {
  std::string bytes;
  {
    Windows windows;
    windows.configure(definitions(1), epoch);
    offer_all(windows, datastreams(state.range(0)), epoch);
    windows.snapshot(bytes);
  }
  Windows windows;
  for (auto _ : state) {
    if (!windows.restore(bytes)) state.SkipWithError("the snapshot does not restore");
  }
}
BENCHMARK(restore)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace senne::pipeline
