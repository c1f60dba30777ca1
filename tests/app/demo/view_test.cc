#include "app/demo/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace senne::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

DemoFigures an_hour_later() {
  DemoFigures figures;
  figures.running = seconds{3723};
  figures.connected = true;
  figures.ready = true;
  figures.routes = {{"lora", 12345, 31.24, 140.06}, {"traffic", 20000, 20, 0}};
  figures.observations = 98765;
  figures.observations_per_s = 140.06;
  figures.windows_closed = 4321;
  figures.duplicates = 17;
  figures.dead_letters = {{"malformed", 12}, {"unknown_device", 3}};
  figures.suppressed = {{"join", 2}};
  figures.journal_bytes = 3'400'000;
  figures.journal_capacity_bytes = 268'435'456;
  figures.journal_oldest_s = 0.12;
  figures.latency_p50_s = 0.0571;
  figures.latency_p99_s = 1.26;
  figures.city_devices = 400;
  figures.city_published = {{"good", 32000}, {"duplicate", 345}, {"join", 0}};
  figures.metrics_url = "http://127.0.0.1:9464/metrics";
  figures.kafka_address = "127.0.0.1:40001";
  figures.mqtt_url = "mqtt://127.0.0.1:40002";
  figures.latest_windows = {"molenbeek air_temperature 10s mean 12.3 Cel n=4"};
  return figures;
}

constexpr std::string_view golden = R"(Senne, a simulated Brussels of 400 devices, running 1:02:03
state          ready, MQTT connected
metrics        http://127.0.0.1:9464/metrics
kafka          127.0.0.1:40001
mqtt           mqtt://127.0.0.1:40002

route              messages   messages/s   observations/s
lora                  12345         31.2            140.1
traffic               20000         20.0              0.0

observations   98765  (140.1/s)
windows        4321 results, latest molenbeek air_temperature 10s mean 12.3 Cel~
dead letters   malformed 12  unknown_device 3
duplicates     17
suppressed     join 2
journal        3.2 MiB of 256.0 MiB, oldest not yet in Kafka: 120 ms
latency        p50 57 ms, p99 1.3 s, from receipt to commit
city sent      32345: good 32000  duplicate 345

latest window results
  molenbeek air_temperature 10s mean 12.3 Cel n=4
)";

TEST(View, draws_the_whole_picture) { EXPECT_EQ(render(an_hour_later(), 80, 40), golden); }

TEST(View, draws_a_beginning_without_figures) {
  DemoFigures figures;
  figures.not_ready_because = "kafka: starting";
  const std::string screen = render(figures, 80, 40);
  EXPECT_THAT(screen, testing::HasSubstr(
                          "state          not ready: kafka: starting, MQTT not connected\n"));
  EXPECT_THAT(screen, testing::HasSubstr("dead letters   none\n"));
  EXPECT_THAT(screen, testing::HasSubstr("latency        p50 0 ms, p99 0 ms"));
}

TEST(View, on_a_low_screen_the_lower_parts_go_first) {
  for (int height = 0; height < 25; ++height) {
    const std::string screen = render(an_hour_later(), 80, height);
    EXPECT_EQ(std::count(screen.begin(), screen.end(), '\n'), std::min(height, 21));
    EXPECT_TRUE(golden.starts_with(screen));
  }
}

TEST(View, no_line_is_wider_than_the_screen) {
  for (int width = 0; width < 85; ++width) {
    std::istringstream lines(render(an_hour_later(), width, 40));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), static_cast<std::size_t>(width)) << line;
    }
  }
  EXPECT_THAT(render(an_hour_later(), 20, 2), "Senne, a simulated ~\nstate          read~\n");
}

TEST(View, a_letter_of_two_bytes_is_not_cut_in_the_middle) {
  DemoFigures figures;
  figures.latest_windows = {"école éé"};
  EXPECT_THAT(render(figures, 4, 40), testing::HasSubstr("\n  é~\n"));
  EXPECT_THAT(render(figures, 9, 40), testing::HasSubstr("\n  école ~\n"));
  EXPECT_THAT(render(figures, 10, 40), testing::HasSubstr("\n  école éé\n"));
}

TEST(View, summary_says_the_essential_in_one_line) {
  EXPECT_EQ(summary_line(an_hour_later()),
            "1:02:03 ready: 51.2 messages/s, 98765 observations, 4321 window results, 15 dead "
            "letters, 17 duplicates, 2 suppressed, journal 3.2 MiB, latency p50 57 ms p99 1.3 s");
}

TEST(View, takes_rates_from_two_snapshots) {
  monitor::MetricsSnapshot before;
  before.routes.push_back({.route = "lora", .messages = 100, .observations = 300});
  monitor::MetricsSnapshot now;
  now.routes.push_back({.route = "lora", .messages = 150, .observations = 500, .duplicates = 3});
  now.routes.push_back({.route = "new", .messages = 10, .observations = 10, .duplicates = 1});
  for (auto& route : now.routes) {
    route.dead_letters[static_cast<std::size_t>(DeadLetterReason::malformed)] = 2;
  }
  now.end_to_end_latency.buckets[0] = 10;
  DemoFigures figures;
  take_over(now, before, seconds{2}, figures);
  ASSERT_EQ(figures.routes.size(), 2U);
  EXPECT_DOUBLE_EQ(figures.routes[0].messages_per_s, 25);
  EXPECT_DOUBLE_EQ(figures.routes[0].observations_per_s, 100);
  EXPECT_DOUBLE_EQ(figures.routes[1].messages_per_s, 5);
  EXPECT_DOUBLE_EQ(figures.observations_per_s, 105);
  EXPECT_EQ(figures.observations, 510U);
  EXPECT_EQ(figures.duplicates, 4U);
  ASSERT_EQ(figures.dead_letters.size(), 1U);
  EXPECT_EQ(figures.dead_letters[0].name, "malformed");
  EXPECT_EQ(figures.dead_letters[0].count, 4U);
  EXPECT_NEAR(figures.latency_p50_s, 0.0025, 1e-9);
  // The same figures again must not add up, and a moment without length has no rate.
  take_over(now, now, Duration::zero(), figures);
  EXPECT_EQ(figures.observations, 510U);
  EXPECT_EQ(figures.observations_per_s, 0);
}

TEST(LiveView, writes_a_line_every_few_seconds_where_there_is_no_terminal) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  {
    LiveView view(file);
    for (int i = 0; i <= 11; ++i) {
      DemoFigures figures = an_hour_later();
      figures.running = seconds{i};
      view.show(figures);
    }
  }
  std::rewind(file);
  std::string written(10'000, '\0');
  written.resize(std::fread(written.data(), 1, written.size(), file));
  std::fclose(file);
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 3);
  EXPECT_TRUE(written.starts_with("0:00:00 ready"));
  EXPECT_EQ(written.find('\x1b'), std::string::npos);
}

// What a terminal of that size and kind receives.
std::string on_terminal(const char* kind, unsigned short columns, unsigned short rows) {
  int terminal = -1;
  int ours = -1;
  winsize size{rows, columns, 0, 0};
  if (openpty(&ours, &terminal, nullptr, nullptr, &size) != 0) return "no terminal";
  std::FILE* const out = fdopen(terminal, "w");
  setenv("TERM", kind, 1);
  {
    LiveView view(out);
    view.show(an_hour_later());
    view.show(an_hour_later());
  }
  // What was written comes in pieces; after the last of them the closed terminal is an error.
  std::fclose(out);
  std::string received;
  std::array<char, 4096> bytes;
  for (ssize_t got = 0; (got = read(ours, bytes.data(), bytes.size())) > 0;) {
    received.append(bytes.data(), static_cast<std::size_t>(got));
  }
  close(ours);
  return received;
}

TEST(LiveView, redraws_a_terminal_in_place_and_gives_the_cursor_back) {
  const std::string received = on_terminal("xterm", 60, 10);
  EXPECT_TRUE(received.starts_with("\x1b[?25l\x1b[2J\x1b[H"));
  EXPECT_TRUE(received.ends_with("\x1b[?25h"));
  EXPECT_EQ(std::count(received.begin(), received.end(), '\n'), 2 * 9);
  EXPECT_EQ(received.find("windows"), std::string::npos);  // below the tenth row
}

TEST(LiveView, a_dumb_terminal_gets_plain_lines) {
  const std::string received = on_terminal("dumb", 80, 24);
  EXPECT_TRUE(received.starts_with("1:02:03 ready"));
  EXPECT_EQ(received.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace senne::demo
