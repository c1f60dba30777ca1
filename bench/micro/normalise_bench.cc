// What normalising and deduplicating a report costs, beside the parts that have a budget of their
// own.
#include <benchmark/benchmark.h>

#include <string>

#include "pipeline/normalise/dedupe.h"
#include "pipeline/normalise/normalise.h"

namespace senne::normalise {
namespace {

using std::chrono::milliseconds;

// The payload of a The-Things-Stack uplink has about this size.
constexpr std::size_t payload_bytes = 1200;
constexpr std::size_t device_count = 1000;

// Uplinks of a thousand registered devices, each message with a counter and a time.
struct Traffic {
  PipelineConfiguration configuration;
  std::vector<std::string> ids;
  std::string payload = std::string(payload_bytes, 'x');
  Decoded decoded;
  Record record;
  Report report;
  std::string sequence = "000000000";
  std::uint64_t sent = 0;

  explicit Traffic(std::size_t readings) {
    configuration.instance = "brussels-1";
    Route route;
    route.name = "lora";
    route.provider = "environment";
    configuration.routes.push_back(route);
    for (std::size_t i = 0; i < device_count; ++i) {
      std::string id = "70b3d57ed0000000";
      id.replace(16 - std::to_string(i).size(), std::string::npos, std::to_string(i));
      Device device;
      device.id = id;
      device.provider = "environment";
      device.location = Location{50.85, 4.35, std::nullopt};
      configuration.devices.push_back(device);
      ids.push_back(id);
    }
    record.message.topic = "v3/app@ttn/devices/eui-70b3d57ed0000000/up";
    record.message.route = RouteIndex{0};
    record.receive_time = Instant{std::chrono::seconds{1'795'334'400}};
    static constexpr std::string_view names[] = {"temperature", "humidity", "pressure", "co2",
                                                 "battery",     "pm2_5",    "pm10",     "noise"};
    for (std::size_t i = 0; i < readings; ++i) {
      RawReading reading;
      reading.name = names[i % std::size(names)];
      reading.value = 21.5;
      decoded.readings.push_back(reading);
    }
    report.reading_count = readings;
  }

  void next() {
    ++sent;
    record.position = Position{sent * 2048};
    record.receive_time += milliseconds{1};
    for (std::size_t i = 0, rest = sent; i < 9; ++i, rest /= 10) {
      sequence[8 - i] = static_cast<char>('0' + rest % 10);
    }
    payload.replace(600, sequence.size(), sequence);
    record.message.payload = payload;
    record.message.payload_length = payload.size();
    report.device = ids[(sent * 7919) % device_count];
    report.sequence = sequence;
    report.time.start = record.receive_time - milliseconds{200};
  }
};

void whole_stage(benchmark::State& state) {
  Traffic traffic(static_cast<std::size_t>(state.range(0)));
  Normaliser normaliser(traffic.configuration);
  ReportIdentity identities;
  Deduplicator dedupe;
  NormalisedReport out;
  for (auto _ : state) {
    traffic.next();
    const Id128 fingerprint = message_fingerprint(traffic.record.message);
    if (!normaliser.normalise(traffic.record, traffic.report, traffic.decoded, out)) std::abort();
    const auto identity = identities.dedupe(traffic.record, fingerprint, traffic.report,
                                            traffic.decoded, out.device_key);
    if (dedupe.seen(identity)) std::abort();
    benchmark::DoNotOptimize(
        emission_id(traffic.record, {1, 2}, fingerprint, traffic.report, traffic.decoded, 0));
  }
}
BENCHMARK(whole_stage)->Arg(1)->Arg(2)->Arg(8);

void normalise_alone(benchmark::State& state) {
  Traffic traffic(static_cast<std::size_t>(state.range(0)));
  Normaliser normaliser(traffic.configuration);
  NormalisedReport out;
  for (auto _ : state) {
    traffic.next();
    if (!normaliser.normalise(traffic.record, traffic.report, traffic.decoded, out)) std::abort();
  }
}
BENCHMARK(normalise_alone)->Arg(1)->Arg(8);

void dedupe_alone(benchmark::State& state) {
  Traffic traffic(1);
  ReportIdentity identities;
  Deduplicator dedupe;
  for (auto _ : state) {
    traffic.next();
    const Id128 key = device_key("environment", traffic.report.device);
    if (dedupe.seen(identities.dedupe(traffic.record, message_fingerprint(traffic.record.message),
                                      traffic.report, traffic.decoded, key))) {
      std::abort();
    }
  }
}
BENCHMARK(dedupe_alone);

void the_traffic_itself(benchmark::State& state) {
  Traffic traffic(1);
  for (auto _ : state) traffic.next();
}
BENCHMARK(the_traffic_itself);

void look_up_an_alias(benchmark::State& state) {
  static constexpr std::string_view names[] = {"temperature", "relativeHumidity", "PM2.5",
                                               "unknown_name"};
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(find_alias(names[i++ % std::size(names)]));
}
BENCHMARK(look_up_an_alias);

}  // namespace
}  // namespace senne::normalise
