// What the journal costs a message: append (receive thread), poll with verification (shard), start.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/crc32c.h"
#include "core/posix_storage.h"
#include "ingest/journal/journal.h"

namespace senne::ingest {
namespace {

// In SENNE_BENCH_DIR, else /dev/shm: the cost of the processor, not of the disk.
class JournalBench {
 public:
  explicit JournalBench(std::uint64_t max_bytes) {
    const char* const base = std::getenv("SENNE_BENCH_DIR");
    path_ = std::string(base != nullptr ? base : "/dev/shm") + "/senne-bench-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
    storage_ = PosixStorage::open(path_).value();
    settings_.max_bytes = max_bytes;
    settings_.reserve_bytes = 0;
    reopen();
  }
  ~JournalBench() {
    journal_.reset();
    std::filesystem::remove_all(path_);
  }
  void reopen() {
    journal_.reset();
    journal_ = Journal::open(*storage_, settings_, clock_).value();
  }
  Journal& journal() { return *journal_; }

 private:
  std::string path_;
  SystemClock clock_;
  JournalSettings settings_;
  std::unique_ptr<PosixStorage> storage_;
  std::unique_ptr<Journal> journal_;
};

Message message_of(const std::string& payload) {
  Message message;
  message.route = RouteIndex{1};
  message.topic = "v3/city@ttn/devices/70b3d57ed0001a2b/up";
  message.payload = payload;
  message.payload_length = payload.size();
  return message;
}

// On recycled, resident segments: a round before has gone through all of them.
void append(benchmark::State& state) {
  JournalBench bench(256ull << 20);
  Journal& journal = bench.journal();
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  const Message message = message_of(payload);
  const auto turn_over = [&journal] {
    journal.release(journal.end());
    journal.housekeep();
  };
  constexpr int batch = 5000;
  for (int i = 0; i < 100 * batch; ++i) {
    (void)journal.append_message(message);
    if (i % batch == 0) turn_over();
  }
  int in_batch = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(journal.append_message(message));
    if (++in_batch < batch) continue;
    in_batch = 0;
    state.PauseTiming();
    turn_over();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(append)->Arg(128)->Arg(1200);

// One iteration is 1000 records.
void poll_and_verify(benchmark::State& state) {
  JournalBench bench(256ull << 20);
  Journal& journal = bench.journal();
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  const Message message = message_of(payload);
  for (int i = 0; i < 100'000; ++i) (void)journal.append_message(message);
  Position at = journal.begin();
  constexpr std::size_t limit = 1000;
  for (auto _ : state) {
    const auto records = journal.poll(at, limit);
    benchmark::DoNotOptimize(records->data());
    at = records->size() < limit ? journal.begin() : records->back().next;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(limit));
}
BENCHMARK(poll_and_verify)->Arg(128)->Arg(1200);

// A start on 256 MiB: maps, verifies every record, finds the end.
void start(benchmark::State& state) {
  JournalBench bench(512ull << 20);
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  const Message message = message_of(payload);
  while (bench.journal().used_bytes() < (256ull << 20))
    (void)bench.journal().append_message(message);
  for (auto _ : state) bench.reopen();
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bench.journal().recovery().bytes));
}
BENCHMARK(start)->Arg(128)->Arg(1200)->Unit(benchmark::kMillisecond);

void checksum(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(0, bytes.data(), bytes.size()));
}
BENCHMARK(checksum)->Arg(128)->Arg(1024);

}  // namespace
}  // namespace senne::ingest
