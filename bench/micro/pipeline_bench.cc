// What Senne adds between its two clients, whole: append, poll and verify, decode, normalise,
// deduplicate, windows, encode. The argument is the number of readings in a message.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "bench/micro/discarding_sink.h"
#include "bench/traffic/uplinks.h"
#include "core/logging.h"
#include "core/posix_storage.h"
#include "ingest/journal/journal.h"
#include "ingest/receiver.h"
#include "pipeline/pipeline.h"
#include "sinks/encoder.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr Id128 configuration_hash{1, 2};
constexpr Id128 journal_id{3, 4};

class OneConfiguration final : public ConfigurationSource {
 public:
  OneConfiguration() {
    Route route;
    route.name = "lora";
    route.topic = "v3/+/devices/+/up";
    route.format = Format::tts_v3;
    route.provider = "brussels-environment";
    configuration_->instance = "brussels-1";
    configuration_->routes.push_back(route);
    configuration_->windows.push_back({"10min", 10min, 5min, 30min, 10min});
  }
  Result<std::shared_ptr<const PipelineConfiguration>> load(Id128) override {
    return configuration_;
  }
  const std::vector<Route>& routes() const { return configuration_->routes; }

 private:
  std::shared_ptr<PipelineConfiguration> configuration_ = std::make_shared<PipelineConfiguration>();
};

// A thousand uplinks, one a device, made anew for each batch.
class Batch {
 public:
  explicit Batch(std::size_t readings) : uplinks_(readings) { renew(); }
  void renew() {
    const Instant now = std::chrono::system_clock::now();
    for (auto& [topic, payload] : messages_) {
      uplinks_.next(now);
      topic = uplinks_.topic();
      payload = uplinks_.payload();
    }
  }
  std::size_t size() const { return messages_.size(); }
  std::size_t payload_bytes() const { return messages_[0].second.size(); }
  ingest::Delivery delivery(std::size_t i) const {
    ingest::Delivery delivery;
    delivery.topic = messages_[i].first;
    delivery.payload = messages_[i].second;
    return delivery;
  }

 private:
  bench::Uplinks uplinks_;
  std::vector<std::pair<std::string, std::string>> messages_{bench::uplink_devices};
};

// In SENNE_BENCH_DIR, else /dev/shm: the cost of the processor, not of the disk.
class JournalInMemory {
 public:
  JournalInMemory() {
    const char* const base = std::getenv("SENNE_BENCH_DIR");
    path_ = std::string(base != nullptr ? base : "/dev/shm") + "/senne-bench-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
    storage_ = PosixStorage::open(path_).value();
    ingest::JournalSettings settings;
    settings.max_bytes = 256ull << 20;
    settings.reserve_bytes = 0;
    journal_ = ingest::Journal::open(*storage_, settings, clock_).value();
  }
  ~JournalInMemory() {
    journal_.reset();
    std::filesystem::remove_all(path_);
  }
  ingest::Journal& journal() { return *journal_; }

 private:
  std::string path_;
  SystemClock clock_;
  std::unique_ptr<PosixStorage> storage_;
  std::unique_ptr<ingest::Journal> journal_;
};

// One iteration is a batch of a thousand messages.
void message_path(benchmark::State& state) {
  Batch batch(static_cast<std::size_t>(state.range(0)));
  JournalInMemory memory;
  ingest::Journal& journal = memory.journal();
  OneConfiguration configurations;
  ingest::Receiver receiver(
      journal, std::make_shared<const ingest::RouteTable>(configurations.routes()), [] {});
  bench::DiscardingSink sink;
  sinks::Encoder encoder("brussels-1", {});
  Pipeline pipeline(configurations, configuration_hash, journal_id);
  encoder.set_sink(&sink);
  Position position = journal.begin();

  const auto receive_batch = [&] {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      benchmark::DoNotOptimize(receiver.receive(batch.delivery(i)));
    }
  };
  const auto process_batch = [&] {
    const auto records = journal.poll(position, 2 * batch.size());
    if (!records) return;
    for (const Record& record : *records) {
      pipeline.process(record, encoder);
      position = record.next;
    }
  };
  const auto turn_over = [&] {
    encoder.committed();
    journal.release(position);
    journal.housekeep();
    batch.renew();
  };
  // Every segment has been used once, and every device has been seen often.
  for (int i = 0; i < 200; ++i) {
    receive_batch();
    process_batch();
    turn_over();
  }
  for (auto _ : state) {
    receive_batch();
    process_batch();
    state.PauseTiming();
    turn_over();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch.size()));
  PipelineFigures figures;
  pipeline.figures(figures);
  const RouteAccount& account = figures.routes.at(0);
  if (account.observations != account.readings) state.SkipWithError("not every reading came out");
  state.counters["payload_bytes"] = static_cast<double>(batch.payload_bytes());
}
BENCHMARK(message_path)->Arg(1)->Arg(2)->Arg(8);

}  // namespace
}  // namespace senne::pipeline
