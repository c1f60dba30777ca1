#include "bench/end_to_end/report.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <numeric>

namespace senne::bench {
namespace {

constexpr double idle_share_max = 0.005;
constexpr double p50_ms_max = 100;
constexpr double p99_ms_max = 250;
constexpr double catch_up_per_core_second_min = 250'000;

const char* verdict(bool met) { return met ? "met" : "MISSED"; }

double mean_ratio(const Load& load) {
  const double sum = std::accumulate(load.rounds.begin(), load.rounds.end(), 0.0,
                                     [](double s, const Pair& pair) { return s + pair.ratio(); });
  return sum / static_cast<double>(load.rounds.size());
}

void print_ratios(const Report& report) {
  fmt::print("\nProcessor time a message, Senne / bare client loop\n");
  fmt::print("{:<12}{:>8}{:>10}   {:<8}{}\n", "load", "ratio", "budget", "", "rounds");
  for (const Load& load : report.loads) {
    const double ratio = mean_ratio(load);
    fmt::print("{:<12}{:>8.2f}{:>10.2f}   {:<8}", load.name, ratio, load.ratio_max,
               verdict(ratio <= load.ratio_max));
    for (const Pair& pair : load.rounds) fmt::print("{:.2f} ", pair.ratio());
    fmt::print("\n");
  }
}

void print_others(const Report& report) {
  fmt::print("\n{:<44}{:>14}{:>14}\n", "Senne alone", "measured", "budget");
  fmt::print("{:<44}{:>14}{:>14}   {}\n", "idle, share of a core",
             fmt::format("{:.2f} %", report.idle_share * 100), "0.50 %",
             verdict(report.idle_share <= idle_share_max));
  for (const Latency& latency : report.latencies) {
    const std::string what =
        fmt::format("receive to visible at {:.0f}/s", latency.asked_per_second);
    if (!latency.held) {
      fmt::print("{:<44}{:>14}\n", what, "not held here");
      continue;
    }
    fmt::print("{:<44}{:>14}{:>14}   {}\n", what + ", p50",
               fmt::format("{:.0f} ms", latency.p50_ms), "100 ms",
               verdict(latency.p50_ms <= p50_ms_max));
    fmt::print("{:<44}{:>14}{:>14}   {}\n", what + ", p99",
               fmt::format("{:.0f} ms", latency.p99_ms), "250 ms",
               verdict(latency.p99_ms <= p99_ms_max));
  }
  const double per_core_second = 1e6 / report.catch_up.us;
  fmt::print("{:<44}{:>14}{:>14}   {}\n", "catch-up from the journal, messages/core-s",
             fmt::format("{:.0f}", per_core_second), "250000",
             verdict(per_core_second >= catch_up_per_core_second_min));
}

void print_raw(const char* load, const char* who, const Cost& cost) {
  fmt::print("{:<12}{:<12}{:>10.2f}{:>9.0f} %{:>12}{:>14.0f}\n", load, who, cost.us,
             cost.system_share * 100, cost.messages, cost.per_second);
}

void print_machine() {
  std::string model = "unknown processor";
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(std::min(line.find(':'), line.size() - 2) + 2);
    break;
  }
  utsname system{};
  uname(&system);
  double load = 0;
  getloadavg(&load, 1);
  fmt::print(
      "\nMachine: {} x {}, {} {}; all servers and the publisher on it, load average {:.1f}\n",
      sysconf(_SC_NPROCESSORS_ONLN), model, system.sysname, system.release, load);
}

}  // namespace

void print(const Report& report) {
  print_ratios(report);
  print_others(report);
  fmt::print("\n{:<12}{:<12}{:>10}{:>11}{:>12}{:>14}\n", "load", "process", "us/message",
             "in kernel", "messages", "messages/s");
  for (const Load& load : report.loads) {
    for (const Pair& pair : load.rounds) {
      print_raw(load.name.c_str(), "bare loop", pair.bare_loop);
      print_raw(load.name.c_str(), "senne", pair.senne);
    }
  }
  print_raw("catch-up", "senne", report.catch_up);
  print_machine();
}

}  // namespace senne::bench
