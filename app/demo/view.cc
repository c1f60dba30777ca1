#include "app/demo/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <string_view>

namespace senne::demo {
namespace {

// Code points, which is what a terminal gives a column each for the text that stands here.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// At most `width` columns; what is missing is marked by a last `~`.
std::string cut(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t end = 0;
  std::size_t seen = 0;
  while (true) {
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    if (++seen == width) break;
    end = next;
  }
  return std::string(text.substr(0, end)) + "~";
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> units = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string seconds_text(double seconds) {
  return seconds < 1 ? fmt::format("{:.0f} ms", seconds * 1000) : fmt::format("{:.1f} s", seconds);
}

std::string running_text(Duration running) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(running).count();
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string tally_text(const std::vector<Tally>& tallies) {
  std::string text;
  for (const Tally& tally : tallies) {
    if (tally.count == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : "  ", tally.name, tally.count);
  }
  return text.empty() ? "none" : text;
}

std::uint64_t sum(const std::vector<Tally>& tallies) {
  return std::accumulate(tallies.begin(), tallies.end(), std::uint64_t{0},
                         [](std::uint64_t all, const Tally& tally) { return all + tally.count; });
}

std::string state_text(const DemoFigures& figures) {
  if (figures.ready) return "ready";
  return figures.not_ready_because.empty() ? "not ready"
                                           : "not ready: " + figures.not_ready_because;
}

std::vector<std::string> lines_of(const DemoFigures& figures) {
  std::vector<std::string> lines;
  const auto line = [&](std::string_view name, const std::string& text) {
    lines.push_back(fmt::format("{:<14} {}", name, text));
  };
  lines.push_back(fmt::format("Senne, a simulated Brussels of {} devices, running {}",
                              figures.city_devices, running_text(figures.running)));
  line("state", fmt::format("{}, MQTT {}", state_text(figures),
                            figures.connected ? "connected" : "not connected"));
  line("metrics", figures.metrics_url);
  line("kafka", figures.kafka_address);
  line("mqtt", figures.mqtt_url);
  lines.emplace_back();
  lines.push_back(fmt::format("{:<14} {:>12} {:>12} {:>16}", "route", "messages", "messages/s",
                              "observations/s"));
  for (const RouteRates& route : figures.routes) {
    lines.push_back(fmt::format("{:<14} {:>12} {:>12.1f} {:>16.1f}", cut(route.route, 14),
                                route.messages, route.messages_per_s, route.observations_per_s));
  }
  lines.emplace_back();
  line("observations",
       fmt::format("{}  ({:.1f}/s)", figures.observations, figures.observations_per_s));
  // The latest of them also here: a low terminal has no room for the list below.
  line("windows",
       fmt::format(
           "{} results{}", figures.windows_closed,
           figures.latest_windows.empty() ? "" : ", latest " + figures.latest_windows.back()));
  line("dead letters", tally_text(figures.dead_letters));
  line("duplicates", std::to_string(figures.duplicates));
  line("suppressed", tally_text(figures.suppressed));
  line("journal",
       fmt::format("{} of {}, oldest not yet in Kafka: {}", bytes_text(figures.journal_bytes),
                   bytes_text(figures.journal_capacity_bytes),
                   seconds_text(figures.journal_oldest_s)));
  line("latency",
       fmt::format("p50 {}, p99 {}, from receipt to commit", seconds_text(figures.latency_p50_s),
                   seconds_text(figures.latency_p99_s)));
  line("city sent",
       fmt::format("{}: {}", sum(figures.city_published), tally_text(figures.city_published)));
  if (!figures.latest_windows.empty()) {
    lines.emplace_back();
    lines.emplace_back("latest window results");
    for (const std::string& result : figures.latest_windows) lines.push_back("  " + result);
  }
  return lines;
}

double rate(std::uint64_t now, std::uint64_t before, double elapsed_s) {
  return elapsed_s <= 0 || now < before ? 0 : static_cast<double>(now - before) / elapsed_s;
}

template <std::size_t N>
std::vector<Tally> tally(const monitor::MetricsSnapshot& snapshot,
                         std::array<std::uint64_t, N> monitor::RouteFigures::*figures,
                         const std::array<std::string_view, N>& names) {
  std::vector<Tally> result;
  for (std::size_t i = 0; i < N; ++i) {
    std::uint64_t count = 0;
    for (const monitor::RouteFigures& route : snapshot.routes) count += (route.*figures)[i];
    if (count > 0) result.push_back({std::string(names[i]), count});
  }
  return result;
}

}  // namespace

void take_over(const monitor::MetricsSnapshot& now, const monitor::MetricsSnapshot& before,
               Duration elapsed, DemoFigures& figures) {
  const double elapsed_s = std::chrono::duration<double>(elapsed).count();
  figures.connected = now.connected;
  figures.ready = now.ready;
  figures.routes.clear();
  figures.observations = 0;
  figures.observations_per_s = 0;
  figures.duplicates = 0;
  for (const monitor::RouteFigures& route : now.routes) {
    const auto found = std::find_if(before.routes.begin(), before.routes.end(),
                                    [&](const auto& each) { return each.route == route.route; });
    const monitor::RouteFigures earlier =
        found == before.routes.end() ? monitor::RouteFigures{} : *found;
    figures.routes.push_back({route.route, route.messages,
                              rate(route.messages, earlier.messages, elapsed_s),
                              rate(route.observations, earlier.observations, elapsed_s)});
    figures.observations += route.observations;
    figures.observations_per_s += figures.routes.back().observations_per_s;
    figures.duplicates += route.duplicates;
  }
  figures.dead_letters = tally(now, &monitor::RouteFigures::dead_letters, dead_letter_reason_names);
  figures.suppressed = tally(now, &monitor::RouteFigures::suppressed, suppressed_reason_names);
  figures.journal_bytes = now.journal_bytes;
  figures.journal_capacity_bytes = now.journal_capacity_bytes;
  figures.journal_oldest_s = now.journal_oldest_uncommitted_s;
  figures.latency_p50_s = now.end_to_end_latency.quantile_s(0.5);
  figures.latency_p99_s = now.end_to_end_latency.quantile_s(0.99);
}

std::string render(const DemoFigures& figures, int width, int height) {
  const auto room = static_cast<std::size_t>(std::max(0, height));
  std::string screen;
  std::size_t drawn = 0;
  for (const std::string& line : lines_of(figures)) {
    if (drawn++ == room) break;
    screen += cut(line, static_cast<std::size_t>(std::max(0, width))) + '\n';
  }
  return screen;
}

std::string summary_line(const DemoFigures& figures) {
  double messages_per_s = 0;
  for (const RouteRates& route : figures.routes) messages_per_s += route.messages_per_s;
  return fmt::format(
      "{} {}: {:.1f} messages/s, {} observations, {} window results, {} dead letters, {} "
      "duplicates, {} suppressed, journal {}, latency p50 {} p99 {}",
      running_text(figures.running), state_text(figures), messages_per_s, figures.observations,
      figures.windows_closed, sum(figures.dead_letters), figures.duplicates,
      sum(figures.suppressed), bytes_text(figures.journal_bytes),
      seconds_text(figures.latency_p50_s), seconds_text(figures.latency_p99_s));
}

}  // namespace senne::demo
