// The steady state allocates nothing: every operator new of this process is counted.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "pipeline/normalise/dedupe.h"
#include "pipeline/normalise/normalise.h"

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace senne::normalise {
namespace {

using std::chrono::seconds;

TEST(steady_state, allocates_nothing_per_message) {
  PipelineConfiguration configuration;
  configuration.instance = "brussels-1";
  Route route;
  route.name = "lora";
  route.units["humidity"] = "%";
  route.units["temperature_2"] = "K";
  configuration.routes.push_back(route);
  Device registered;
  registered.id = "70b3d57ed0001a2b";
  registered.location = Location{50.85, 4.35, std::nullopt};
  configuration.devices.push_back(registered);

  Normaliser normaliser(configuration);
  ReportIdentity identities;
  Deduplicator dedupe;
  NormalisedReport out;
  Decoded decoded;
  Record record;
  record.message.route = RouteIndex{0};
  record.message.topic = "v3/app@ttn/devices/an-id-longer-than-sixteen-bytes/up";
  record.receive_time = Instant{seconds{1'795'334'400}};

  // Odd and even messages differ in everything optional.
  const auto message = [&](std::uint64_t number) {
    const bool odd = number % 2 == 1;
    record.position = Position{number * 64};
    record.receive_time += seconds{1};
    char payload[32] = {};
    const int size =
        std::snprintf(payload, sizeof payload, "%llu", static_cast<unsigned long long>(number));
    record.message.payload = {payload, static_cast<std::size_t>(size)};
    decoded.clear();
    Report report;
    report.device = odd ? "70B3D57ED0001A2B" : "an-id-longer-than-sixteen-bytes";
    report.sequence = record.message.payload;
    if (odd) report.time = {record.receive_time, record.receive_time, false};
    if (odd) report.result_time = record.receive_time;
    for (int i = 0; i < 6; ++i) {
      RawReading reading;
      reading.name = i < 3 ? "temperature_3" : "a_name_that_nobody_has_ever_heard_of";
      if (i == 2) reading.name = "temperature";
      if (i == 2) reading.channel = "2";
      if (odd) reading.unit = "[degF]";
      reading.unit_system = UnitSystem::ucum;
      reading.value = 21.5;
      if (i == 4) reading.value = std::string_view("a text of more than sixteen bytes");
      if (i == 5) reading.time.start = record.receive_time - seconds{5};
      decoded.readings.push_back(reading);
    }
    report.reading_count = decoded.readings.size();
    ASSERT_TRUE(normaliser.normalise(record, report, decoded, out));
    ASSERT_EQ(out.collection.observations_size(), 6);
    const Id128 fingerprint = message_fingerprint(record.message);
    const auto identity = identities.dedupe(record, fingerprint, report, decoded, out.device_key);
    ASSERT_FALSE(dedupe.seen(identity));
    ASSERT_NE(emission_id(record, Id128{1, 2}, fingerprint, report, decoded, 0), Id128{});
    dedupe.forget_idle(record.receive_time, seconds{3600});
  };

  std::uint64_t number = 1;
  while (number <= 100) message(number++);
  const std::size_t before = allocations.load();
  while (number <= 1100) message(number++);
  EXPECT_EQ(allocations.load() - before, 0U);
}

}  // namespace
}  // namespace senne::normalise
