// What the transactional sink costs against a real Kafka on this machine: processor time of this
// process a record, and how long a commit takes when one is made every 100 ms.
//
// usage: kafka_sink_bench [records a batch = 2000] [batches = 50] [linger.ms]
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "sinks/kafka/kafka_sink.h"
#include "sinks/kafka/topics.h"
#include "tests/support/kafka_server.h"

namespace senne::sinks {
namespace {

using Clock = std::chrono::steady_clock;

double processor_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

int run(int records, int batches, const char* linger_ms) {
  if (const auto why = test::KafkaServer::missing()) {
    fmt::print(stderr, "{}\n", *why);
    return 1;
  }
  auto server = test::KafkaServer::create();
  if (!server) {
    fmt::print(stderr, "{}\n", server.error().message);
    return 1;
  }
  SilentLogger logger;
  KafkaSettings settings;
  settings.bootstrap_servers = (*server)->bootstrap();
  settings.replication = 1;
  if (linger_ms != nullptr) settings.properties["linger.ms"] = linger_ms;
  auto sink = make_kafka_sink_factory(settings, "bench", logger)();
  if (!create_topics(settings, logger) || !sink->claim()) return 1;

  const std::string value(150, 'v');
  const std::vector<Header> headers = {{"ce_specversion", "1.0"},
                                       {"ce_id", "0123456789abcdeffedcba9876543210"},
                                       {"ce_type", "senne.observations.v1"},
                                       {"ce_source", "//senne/brussels-1"},
                                       {"ce_time", "2026-11-22T08:00:01.200Z"},
                                       {"ce_subject", "70b3d57ed0001a2b"},
                                       {"content-type", "application/protobuf"}};
  std::vector<double> commits_ms;
  double used_us = 0;
  double emit_ms = 0;
  for (int batch = -5; batch < batches; ++batch) {
    const auto begin = Clock::now();
    const double before_us = processor_us();
    if (!sink->begin()) return 1;
    for (int i = 0; i < records; ++i) {
      if (!sink->emit(Topic::observations, std::to_string(i), value, headers)) return 1;
    }
    const double emitted_ms = milliseconds_since(begin);
    const auto commit_began = Clock::now();
    if (!sink->commit({static_cast<std::uint64_t>(batch + 10)}, {})) return 1;
    if (batch >= 0) {  // the first ones pay for what a producer's life begins with
      commits_ms.push_back(milliseconds_since(commit_began));
      emit_ms += emitted_ms;
      used_us += processor_us() - before_us;
    }
    std::this_thread::sleep_until(begin + std::chrono::milliseconds{100});
  }
  std::sort(commits_ms.begin(), commits_ms.end());
  const double total = static_cast<double>(records) * batches;
  fmt::print(
      "{} records of 150 bytes every 100 ms: {:.2f} us of processor a record, {:.2f} us to "
      "emit one, commit p50 {:.1f} ms p99 {:.1f} ms\n",
      records, used_us / total, emit_ms * 1000 / total, commits_ms[commits_ms.size() / 2],
      commits_ms[commits_ms.size() * 99 / 100]);
  return 0;
}

}  // namespace
}  // namespace senne::sinks

int main(int argc, char** argv) {
  return senne::sinks::run(argc > 1 ? std::atoi(argv[1]) : 2000, argc > 2 ? std::atoi(argv[2]) : 50,
                           argc > 3 ? argv[3] : nullptr);
}
