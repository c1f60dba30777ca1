// Senne beside the bare client loop, in one run on one machine: the same messages from a private
// mosquitto each to one real Kafka, the two measured in turn.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>

#include "bench/end_to_end/report.h"
#include "tests/support/kafka_server.h"

namespace senne::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* bare_loop_topic = "bare.loop";
constexpr int bare_loop_partitions = 12;  // as many as Senne's topic has

struct Options {
  int seconds = 8;  // of each measurement at a rate
  int rounds = 2;
  std::uint64_t flat_out_messages = 80'000;
  std::uint64_t catch_up_messages = 300'000;
  std::vector<double> latency_rates = {20'000, 10'000, 5'000, 2'000};

  void shorten() {
    seconds = 3;
    rounds = 1;
    flat_out_messages = 20'000;
    catch_up_messages = 60'000;
  }
};

void say(const std::string& line) { fmt::print(stderr, "{}\n", line); }

// A failure ends the run: what is half measured is not shown.
template <class T>
T or_exit(Result<T> result) {
  if (!result) {
    say("senne_end_to_end: " + result.error().message);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

template <class Measure>
Load measure(std::string name, double ratio_max, int rounds, BareLoop& bare_loop, Senne& senne,
             Measure&& cost) {
  Load load{std::move(name), ratio_max};
  for (int round = 0; round < rounds; ++round) {
    Pair pair;
    pair.bare_loop = or_exit(cost(bare_loop));
    pair.senne = or_exit(cost(senne));
    say(fmt::format("{}: bare loop {:.1f} us, senne {:.1f} us, ratio {:.2f}", load.name,
                    pair.bare_loop.us, pair.senne.us, pair.ratio()));
    load.rounds.push_back(pair);
  }
  return load;
}

std::vector<Load> measure_loads(const Options& options, BareLoop& bare_loop, Senne& senne) {
  const Duration length = std::chrono::seconds{options.seconds};
  // Connections, first transactions and the journal's first segments are not what is measured.
  for (Subject* subject : std::initializer_list<Subject*>{&bare_loop, &senne}) {
    or_exit(cost_at_rate(*subject, 2'000, 2s));
  }
  const auto at = [&](double per_second) {
    return [=](Subject& subject) { return cost_at_rate(subject, per_second, length); };
  };
  const auto flat_out = [&](Subject& subject) {
    return cost_flat_out(subject, options.flat_out_messages);
  };
  const int rounds = options.rounds;
  std::vector<Load> loads;
  loads.push_back(measure("600/s", 1.10, rounds, bare_loop, senne, at(600)));
  loads.push_back(measure("4,000/s", 1.25, rounds, bare_loop, senne, at(4'000)));
  loads.push_back(measure("flat out", 1.25, rounds, bare_loop, senne, flat_out));
  return loads;
}

std::vector<Latency> measure_latency(const Options& options, Senne& senne,
                                     const std::string& bootstrap_servers) {
  std::vector<Latency> latencies;
  for (const double rate : options.latency_rates) {
    latencies.push_back(or_exit(
        latency_at_rate(senne, bootstrap_servers, rate, std::chrono::seconds{options.seconds})));
    const Latency& latency = latencies.back();
    say(fmt::format("{:.0f}/s: {}, sent {:.0f}/s, p50 {:.0f} ms, p99 {:.0f} ms, longest {:.0f} ms",
                    rate, latency.held ? "held" : "not held", latency.per_second, latency.p50_ms,
                    latency.p99_ms, latency.max_ms));
    if (latency.held) break;
  }
  return latencies;
}

int run(const Options& options) {
  if (!testing::MosquittoServer::program()) {
    say("senne_end_to_end: mosquitto is not installed");
    return 1;
  }
  if (const auto why = test::KafkaServer::missing()) {
    say("senne_end_to_end: " + *why);
    return 1;
  }
  const auto kafka = or_exit(test::KafkaServer::create());
  or_exit(kafka->create_topic(bare_loop_topic, bare_loop_partitions));
  auto bare_loop = or_exit(BareLoop::start(kafka->bootstrap(), bare_loop_topic));
  const auto senne = or_exit(Senne::start(kafka->bootstrap()));

  Report report;
  report.loads = measure_loads(options, *bare_loop, *senne);
  bare_loop.reset();
  report.idle_share = idle_share(*senne, 10s);
  say(fmt::format("idle: {:.2f} % of a core", report.idle_share * 100));
  report.latencies = measure_latency(options, *senne, kafka->bootstrap());
  if (const std::uint64_t mishaps = senne->mishaps(); mishaps > 0) {
    say(fmt::format("senne_end_to_end: {} dead letters, duplicates and aborted commits", mishaps));
    return 1;
  }
  report.catch_up = or_exit(cost_of_catching_up(*senne, *kafka, options.catch_up_messages));
  print(report);
  return 0;
}

}  // namespace
}  // namespace senne::bench

int main(int argc, char** argv) {
  senne::bench::Options options;
  CLI::App app("Senne beside the bare client loop: processor time a message, latency, catch-up");
  bool quick = false;
  int seconds = 0;
  app.add_flag("--quick", quick, "a look in half a minute instead of figures to quote");
  app.add_option("--seconds", seconds, "length of each measurement at a rate")
      ->check(CLI::Range(1, 600));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (quick) options.shorten();
  if (seconds > 0) options.seconds = seconds;
  return senne::bench::run(options);
}
