// What one scrape reports, as plain words: the wiring copies them here from where they are counted.
// Whatever has no value yet is simply zero, so that every series exists from the first scrape on;
// but for the pipeline's, see `accounted`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/metrics.h"
#include "core/reason.h"

namespace senne::monitor {

// The account of one route. Messages: received = decoded + dead-lettered + suppressed + in journal.
struct RouteFigures {
  std::string route;
  std::uint64_t messages = 0;  // received
  std::uint64_t bytes = 0;     // of their payloads
  std::uint64_t decoded = 0;
  std::uint64_t readings = 0;
  std::uint64_t observations = 0;
  std::uint64_t duplicates = 0;
  // Indexed by DeadLetterReason and SuppressedReason.
  std::array<std::uint64_t, dead_letter_reason_names.size()> dead_letters{};
  std::array<std::uint64_t, suppressed_reason_names.size()> suppressed{};
  std::uint64_t rebirth_requests = 0;
  std::uint64_t sequence_gaps = 0;
};

struct WindowFigures {
  std::string window;
  std::uint64_t missed = 0;  // readings that came after the window's last revision
};

struct TopicFigures {
  std::string topic;
  std::uint64_t records = 0;
};

// A histogram's words at one moment. Bucket i holds what is at most bounds_s[i] and more than
// bounds_s[i - 1]; the last one the rest.
struct DurationFigures {
  std::array<std::uint64_t, DurationHistogram::bounds_s.size() + 1> buckets{};
  double sum_s = 0;

  static DurationFigures of(const DurationHistogram& histogram);
  std::uint64_t count() const;
  // The duration, in seconds, that the q-th part of all does not exceed, as Prometheus estimates
  // it: linear within its bucket. 0 when there are none; what lies over the last bound counts as
  // that.
  double quantile_s(double q) const;
};

struct MetricsSnapshot {
  std::vector<RouteFigures> routes;
  std::vector<WindowFigures> windows;

  bool connected = false;  // to the MQTT broker
  bool ready = false;
  // The account at the committed position is known. Until then the pipeline's series are left out:
  // a counter that falls and comes back would be counted a second time.
  bool accounted = false;

  std::uint64_t journal_bytes = 0;
  std::uint64_t journal_capacity_bytes = 0;
  std::uint64_t journal_messages = 0;  // received and not yet decided upon
  double journal_oldest_uncommitted_s = 0;

  std::uint64_t open_windows = 0;
  std::uint64_t datastreams = 0;
  double watermark_lag_s = 0;

  std::vector<TopicFigures> topics;
  std::uint64_t commits_committed = 0;
  std::uint64_t commits_aborted = 0;
  std::uint64_t commits_fenced = 0;
  DurationFigures commit_duration;
  DurationFigures end_to_end_latency;  // from receipt to the commit that made it visible

  std::string version;
};

}  // namespace senne::monitor
