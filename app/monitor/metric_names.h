// Every metric that Senne exposes: name, type, labels and help text, once. The exposition, the
// tests and docs/reference.md are made from this table, so that they cannot disagree.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace senne::monitor {

enum class MetricType : std::uint8_t { counter, gauge, histogram };

struct MetricName {
  std::string_view name;
  MetricType type;
  std::string_view labels;  // comma-separated; empty: none
  std::string_view help;
};

inline constexpr std::array metric_names = {
    MetricName{"senne_ingest_messages_total", MetricType::counter, "route",
               "Messages taken from the MQTT broker into the journal."},
    MetricName{"senne_ingest_bytes_total", MetricType::counter, "route",
               "Payload bytes of those messages."},
    MetricName{"senne_ingest_connected", MetricType::gauge, "",
               "1 while the MQTT session is connected."},
    MetricName{"senne_journal_bytes", MetricType::gauge, "",
               "Bytes in the journal that are not yet released."},
    MetricName{"senne_journal_capacity_bytes", MetricType::gauge, "",
               "Bytes the journal may hold before MQTT is disconnected."},
    MetricName{"senne_journal_oldest_uncommitted_seconds", MetricType::gauge, "",
               "Age of the oldest message whose outcome is not committed to Kafka; 0 when none."},
    MetricName{"senne_journal_messages", MetricType::gauge, "",
               "Messages in the journal whose outcome is not decided yet."},
    MetricName{"senne_pipeline_decoded_total", MetricType::counter, "route",
               "Messages decoded, those with some bad readings included."},
    MetricName{"senne_pipeline_readings_total", MetricType::counter, "route",
               "Readings found in decoded messages."},
    MetricName{"senne_pipeline_observations_total", MetricType::counter, "route",
               "Readings that became observations."},
    MetricName{"senne_pipeline_duplicates_total", MetricType::counter, "route",
               "Readings recognised as already seen."},
    MetricName{"senne_pipeline_dead_letters_total", MetricType::counter, "route,reason",
               "Messages sent to the dead-letter topic."},
    MetricName{"senne_pipeline_suppressed_total", MetricType::counter, "route,reason",
               "Messages that are rightly no observation."},
    MetricName{"senne_pipeline_rebirth_requests_total", MetricType::counter, "route",
               "Times that a Sparkplug B edge node was to be asked for its births."},
    MetricName{"senne_pipeline_sequence_gaps_total", MetricType::counter, "route",
               "Times that messages of a Sparkplug B edge node were missing before one that came."},
    MetricName{"senne_pipeline_open_windows", MetricType::gauge, "",
               "Windows that still accumulate or can still be revised."},
    MetricName{"senne_pipeline_datastreams", MetricType::gauge, "",
               "Datastreams (device, property, channel) that have state."},
    MetricName{"senne_pipeline_watermark_lag_seconds", MetricType::gauge, "",
               "How far the latest event time lies behind the clock."},
    MetricName{"senne_pipeline_windows_missed_total", MetricType::counter, "window",
               "Readings too late for the last revision of their window."},
    MetricName{"senne_sink_records_total", MetricType::counter, "topic",
               "Records handed to Kafka."},
    MetricName{"senne_sink_commits_total", MetricType::counter, "outcome",
               "Commits by outcome: committed, aborted, fenced."},
    MetricName{"senne_sink_commit_duration_seconds", MetricType::histogram, "",
               "Time that a commit took."},
    MetricName{"senne_end_to_end_latency_seconds", MetricType::histogram, "",
               "Time from a message's receipt to the commit that made its outcome visible."},
    MetricName{"senne_ready", MetricType::gauge, "", "1 while /readyz answers 200."},
    MetricName{"senne_build_info", MetricType::gauge, "version",
               "Always 1; its label says which version runs."},
};

// The entry of that name. Only for names known at compile time: another one does not compile.
consteval const MetricName& metric(std::string_view name) {
  for (const MetricName& entry : metric_names) {
    if (entry.name == name) return entry;
  }
  throw "no such metric";
}

}  // namespace senne::monitor
