#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/aggregate/window_recorder.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

// Two definitions, one of them removed and not yet gone; windows fresh, revised, closed; a slot of
// each kind free.
void fill(Windows& windows) {
  WindowRecorder out;
  const auto offer = [&](const char* name, double phenomenon, double received) {
    const auto instant = [](double s) {
      return eight_oclock + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(s));
    };
    windows.offer(name, "no2", "ug/m3", 1min, 20.5, instant(phenomenon), instant(received));
  };
  const WindowDefinition ten{"10min", 10min, 5min, 30min, 10min};
  const WindowDefinition hour{"1h", 1h, 5min, 30min, 10min};
  windows.configure({ten, hour}, eight_oclock);
  windows.set_origin(eight_oclock + 5s);
  windows.connected(eight_oclock + 5s);
  offer("dev-0/no2", 5, 5);
  windows.tick(eight_oclock + 2h, out);
  windows.tick(eight_oclock + 3h, out);
  windows.tick(eight_oclock + 24h * 31, out);
  windows.tick(eight_oclock + 24h * 31 + 1s, out);
  const double day = 31 * 24 * 3600;
  offer("dev-1/no2", day + 5, day + 5);
  offer("dev-2/no2", day + 7, day + 7);
  offer("dev-3/x", day + 7, day + 7);  // its name does not contain the property
  offer("dev-2/no2", day + 1000, day + 1000);
  windows.tick(eight_oclock + 24h * 31 + 1000s, out);
  offer("dev-2/no2", day + 8, day + 1001);
  offer("dev-1/no2", day + 900, day + 1001);
  windows.configure({ten}, eight_oclock + 24h * 31 + 1001s);
}

// Goes on from there in every way; must not crash whatever the state.
void go_on(Windows& windows, WindowRecorder& out) {
  Instant now = eight_oclock + 24h * 31 + 1002s;
  for (int step = 0; step < 60; ++step, now += 67s) {
    windows.offer("dev-1/no2", "no2", "ug/m3", {}, step, now - 13min, now);
    windows.offer("dev-2/no2", "no2", "ug/m3", 10s, step, now, now);
    windows.offer("dev-4/no2", "no2", "mg/m3", {}, step, now - 1h, now);
    windows.offer("dev-3/x", "no2", "ug/m3", {}, step, now, now);
    windows.tick(whole_second(now), out);
    if (step == 30) windows.configure({{"1min", 1min, 5s, 1min, 1min}}, whole_second(now));
    if (step == 40) windows.connected(now);
  }
}

std::vector<std::string> trace_of(Windows& windows) {
  WindowRecorder out;
  go_on(windows, out);
  std::string state;
  windows.snapshot(state);
  std::vector<std::string> trace{state};
  for (const RecordedResult& result : out.results) {
    trace.push_back(WindowRecorder::fingerprint(result));
  }
  return trace;
}

std::string filled() {
  Windows windows;
  fill(windows);
  std::string bytes;
  windows.snapshot(bytes);
  return bytes;
}

TEST(WindowsSnapshotTest, restored_state_goes_on_as_if_nothing_had_happened) {
  Windows uninterrupted;
  fill(uninterrupted);
  Windows restored;
  ASSERT_TRUE(restored.restore(filled()));
  EXPECT_EQ(restored.datastreams(), uninterrupted.datastreams());
  EXPECT_EQ(restored.open_windows(), uninterrupted.open_windows());
  const auto trace = trace_of(restored);
  EXPECT_GT(trace.size(), 20u);
  EXPECT_EQ(trace, trace_of(uninterrupted));
}

TEST(WindowsSnapshotTest, snapshot_of_a_restored_state_is_the_same_bytes) {
  Windows restored;
  ASSERT_TRUE(restored.restore(filled()));
  std::string again;
  restored.snapshot(again);
  EXPECT_EQ(again, filled());
}

TEST(WindowsSnapshotTest, restore_replaces_what_was_there) {
  Windows windows;
  WindowRecorder out;
  go_on(windows, out);
  fill(windows);
  ASSERT_TRUE(windows.restore(filled()));
  std::string again;
  windows.snapshot(again);
  EXPECT_EQ(again, filled());
}

TEST(WindowsSnapshotTest, another_format_is_refused_by_name) {
  std::string bytes = filled();
  for (const int step : {-1, 2}) {
    bytes[0] = static_cast<char>(bytes[0] + step);
    Windows windows;
    const auto restored = windows.restore(bytes);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().kind, ErrorKind::version);
  }
}

TEST(WindowsSnapshotTest, any_truncation_or_extra_byte_is_damage) {
  const std::string bytes = filled();
  Windows windows;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto restored = windows.restore(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(restored) << size;
    ASSERT_EQ(restored.error().kind, ErrorKind::damage) << size;
  }
  EXPECT_FALSE(windows.restore(bytes + '\0'));
  EXPECT_EQ(windows.datastreams(), 0u);
}

// The store's checksum keeps such bytes away; were it to let them through, a wrong number may come
// out, but no index leads astray.
TEST(WindowsSnapshotTest, no_damaged_byte_leads_to_a_crash) {
  const std::string bytes = filled();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const unsigned flip : {0x01u, 0x80u}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ flip);
      Windows windows;
      if (windows.restore(damaged)) {
        WindowRecorder out;
        go_on(windows, out);
      } else {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace senne::pipeline
