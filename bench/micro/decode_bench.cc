// Nanoseconds per message and per reading of each format, on the fixtures of the tests.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "pipeline/decode/decoders.h"
#include "pipeline/decode/time_text.h"
#include "tests/pipeline/decode/fixtures.h"

namespace senne::decode {
namespace {

void decode_message(benchmark::State& state, const Fixture& fixture) {
  std::vector<char> payload(fixture.payload.size() + payload_padding);
  std::memcpy(payload.data(), fixture.payload.data(), fixture.payload.size());
  const auto decoder = make_decoder(fixture.route, fixture.codecs.get());
  Decoded decoded;
  Message message;
  message.topic = fixture.topic;
  message.payload = {payload.data(), fixture.payload.size()};
  message.payload_length = message.payload.size();
  const Instant received = instant_from_nanos(1'795'000'000'000'000'000);
  for (auto _ : state) {
    decoded.clear();
    const auto result = decoder->decode(message, received, decoded);
    if (!result) state.SkipWithError("the fixture does not decode");
    benchmark::DoNotOptimize(decoded.readings.data());
  }
  const auto readings = static_cast<double>(decoded.readings.size());
  state.counters["readings"] = readings;
  state.counters["time_per_reading"] = benchmark::Counter(
      readings, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(fixture.payload.size()));
}

void parse_rfc3339_nanoseconds(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_rfc3339("2026-11-18T11:06:39.641841782Z"));
}
BENCHMARK(parse_rfc3339_nanoseconds);

}  // namespace

void register_benchmarks() {
  for (const auto& fixture : all_fixtures()) {
    benchmark::RegisterBenchmark(
        ("decode/" + fixture.name).c_str(),
        [fixture](benchmark::State& state) { decode_message(state, fixture); });
  }
}

}  // namespace senne::decode

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  senne::decode::register_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
}
