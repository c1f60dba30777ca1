// What it costs to turn a result into an outgoing record: encoding, headers, size check.
#include <benchmark/benchmark.h>

#include <string>

#include "bench/micro/discarding_sink.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"
#include "sinks/encoder.h"

namespace senne::sinks {
namespace {

constexpr std::array<Encoding, topic_count> all(Encoding encoding) {
  return {encoding, encoding, encoding, encoding};
}

v1::ObservationCollection collection(int readings) {
  v1::ObservationCollection value;
  value.set_device_id("70b3d57ed0001a2b");
  value.set_provider("brussels-environment");
  value.set_route("lora");
  value.set_sequence("4211");
  value.mutable_phenomenon_time()->set_seconds(1'795'334'400);
  value.mutable_receive_time()->set_seconds(1'795'334'401);
  value.mutable_receive_time()->set_nanos(200'000'000);
  value.mutable_location()->set_latitude(50.8466);
  value.mutable_location()->set_longitude(4.3528);
  for (int i = 0; i < readings; ++i) {
    auto* observation = value.add_observations();
    observation->set_property("air_temperature");
    observation->set_number(21.5 + i);
    observation->set_unit("Cel");
  }
  return value;
}

const Emission emission{"70b3d57ed0001a2b",
                        {0x0123456789abcdef, 0xfedcba9876543210},
                        instant_from_nanos(1'795'334'401'200'000'000),
                        {}};

void observations(benchmark::State& state, Encoding encoding) {
  bench::DiscardingSink sink;
  Encoder encoder("brussels-1", all(encoding));
  encoder.set_sink(&sink);
  const auto value = collection(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    if (encoder.observations(emission, value) != Accepted::yes) state.SkipWithError("too large");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(encoder.batch_bytes()));
}
BENCHMARK_CAPTURE(observations, protobuf, Encoding::protobuf)->Arg(1)->Arg(8);
BENCHMARK_CAPTURE(observations, json, Encoding::json)->Arg(1)->Arg(8);

void window(benchmark::State& state) {
  bench::DiscardingSink sink;
  Encoder encoder("brussels-1", all(Encoding::protobuf));
  encoder.set_sink(&sink);
  v1::WindowResult value;
  value.set_subject_id("70b3d57ed0001a2b/air_temperature");
  value.set_property("air_temperature");
  value.set_window("10min");
  value.set_unit("Cel");
  value.set_count(10);
  for (const char* name : {"mean", "min", "max", "sum", "stddev"}) {
    (*value.mutable_statistics())[name] = 21.5;
  }
  for (auto _ : state) benchmark::DoNotOptimize(encoder.window(emission, value));
}
BENCHMARK(window);

}  // namespace
}  // namespace senne::sinks
