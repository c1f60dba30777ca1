// What the demo shows while it runs: one screen of figures, redrawn in place on a terminal, or a
// line every few seconds where the output is a file or a pipe.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "app/monitor/metrics_snapshot.h"
#include "core/time.h"

namespace senne::demo {

struct RouteRates {
  std::string route;
  std::uint64_t messages = 0;  // since the start
  double messages_per_s = 0;
  double observations_per_s = 0;
};

struct Tally {
  std::string name;
  std::uint64_t count = 0;
};

struct DemoFigures {
  Duration running{};
  bool connected = false;
  bool ready = false;
  std::string not_ready_because;  // empty when ready

  std::vector<RouteRates> routes;
  std::uint64_t observations = 0;
  double observations_per_s = 0;
  std::uint64_t windows_closed = 0;  // results sent, revisions included
  std::uint64_t duplicates = 0;
  std::vector<Tally> dead_letters;  // by reason, only those that occurred
  std::vector<Tally> suppressed;

  std::uint64_t journal_bytes = 0;
  std::uint64_t journal_capacity_bytes = 0;
  double journal_oldest_s = 0;
  double latency_p50_s = 0;
  double latency_p99_s = 0;

  std::uint64_t city_devices = 0;
  std::vector<Tally> city_published;  // by kind

  std::string metrics_url;
  std::string kafka_address;
  std::string mqtt_url;
  std::vector<std::string> latest_windows;  // oldest first: "air_temperature 10s mean 12.3 Cel n=4"
};

// Adds to `figures` all that a snapshot says; rates are those since `before`, `elapsed` ago.
void take_over(const monitor::MetricsSnapshot& now, const monitor::MetricsSnapshot& before,
               Duration elapsed, DemoFigures& figures);

// The screen: at most `height` lines of at most `width` columns, each ended by '\n'. Where there is
// not room for all, the lower parts go first.
std::string render(const DemoFigures& figures, int width, int height);

// The same in one line, without its end.
std::string summary_line(const DemoFigures& figures);

// Draws on `out`, usually stdout.
//
// THREAD  one.
// OWNS    the terminal's cursor: hidden while drawing, shown again by the destructor, which leaves
//         the last picture standing.
class LiveView {
 public:
  explicit LiveView(std::FILE* out);
  ~LiveView();
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  // Call it about once a second: a terminal is redrawn each time, else a line is written every
  // `line_interval`.
  void show(const DemoFigures& figures);
  static constexpr Duration line_interval = std::chrono::seconds{5};

 private:
  std::FILE* out_;
  bool in_place_;
  bool begun_ = false;
  Duration last_line_{-line_interval};
};

}  // namespace senne::demo
