#include "app/monitor/metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <string_view>
#include <utility>

#include "app/monitor/metric_names.h"

namespace senne::monitor {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

prometheus::MetricType prometheus_type(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return prometheus::MetricType::Counter;
    case MetricType::gauge:
      return prometheus::MetricType::Gauge;
    case MetricType::histogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

// One family under construction; label values come in the order of the name's `labels`.
class Family {
 public:
  explicit Family(const MetricName& name) : name_(name) {
    family_.name = name.name;
    family_.help = name.help;
    family_.type = prometheus_type(name.type);
  }

  Family& series(double value, std::initializer_list<std::string_view> labels = {}) {
    ClientMetric metric = labelled(labels);
    if (name_.type == MetricType::counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    family_.metric.push_back(std::move(metric));
    return *this;
  }

  Family& series(std::uint64_t value, std::initializer_list<std::string_view> labels = {}) {
    return series(static_cast<double>(value), labels);
  }

  Family& histogram(const DurationFigures& figures) {
    ClientMetric metric;
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < figures.buckets.size(); ++i) {
      so_far += figures.buckets[i];
      const double bound = i < DurationHistogram::bounds_s.size()
                               ? DurationHistogram::bounds_s[i]
                               : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({so_far, bound});
    }
    metric.histogram.sample_count = so_far;
    metric.histogram.sample_sum = figures.sum_s;
    family_.metric.push_back(std::move(metric));
    return *this;
  }

  MetricFamily take() { return std::move(family_); }

 private:
  ClientMetric labelled(std::initializer_list<std::string_view> values) const {
    ClientMetric metric;
    std::string_view names = name_.labels;
    for (const std::string_view value : values) {
      const std::size_t comma = std::min(names.find(','), names.size());
      metric.label.push_back({std::string(names.substr(0, comma)), std::string(value)});
      names.remove_prefix(std::min(comma + 1, names.size()));
    }
    return metric;
  }

  const MetricName& name_;
  MetricFamily family_;
};

using Families = std::vector<MetricFamily>;

void per_route(const MetricsSnapshot& snapshot, const MetricName& name,
               std::uint64_t RouteFigures::*figure, Families& families) {
  Family family(name);
  for (const RouteFigures& route : snapshot.routes) family.series(route.*figure, {route.route});
  families.push_back(family.take());
}

template <std::size_t N>
void per_reason(const MetricsSnapshot& snapshot, const MetricName& name,
                std::array<std::uint64_t, N> RouteFigures::*figures,
                const std::array<std::string_view, N>& reasons, Families& families) {
  Family family(name);
  for (const RouteFigures& route : snapshot.routes) {
    for (std::size_t i = 0; i < N; ++i) {
      family.series((route.*figures)[i], {route.route, reasons[i]});
    }
  }
  families.push_back(family.take());
}

void gauge(const MetricName& name, double value, Families& families) {
  families.push_back(Family(name).series(value).take());
}

void append_ingest_and_journal(const MetricsSnapshot& snapshot, Families& families) {
  per_route(snapshot, metric("senne_ingest_messages_total"), &RouteFigures::messages, families);
  per_route(snapshot, metric("senne_ingest_bytes_total"), &RouteFigures::bytes, families);
  gauge(metric("senne_ingest_connected"), snapshot.connected ? 1 : 0, families);
  gauge(metric("senne_journal_bytes"), static_cast<double>(snapshot.journal_bytes), families);
  gauge(metric("senne_journal_capacity_bytes"),
        static_cast<double>(snapshot.journal_capacity_bytes), families);
  gauge(metric("senne_journal_oldest_uncommitted_seconds"), snapshot.journal_oldest_uncommitted_s,
        families);
  gauge(metric("senne_journal_messages"), static_cast<double>(snapshot.journal_messages), families);
}

void append_pipeline(const MetricsSnapshot& snapshot, Families& families) {
  per_route(snapshot, metric("senne_pipeline_decoded_total"), &RouteFigures::decoded, families);
  per_route(snapshot, metric("senne_pipeline_readings_total"), &RouteFigures::readings, families);
  per_route(snapshot, metric("senne_pipeline_observations_total"), &RouteFigures::observations,
            families);
  per_route(snapshot, metric("senne_pipeline_duplicates_total"), &RouteFigures::duplicates,
            families);
  per_reason(snapshot, metric("senne_pipeline_dead_letters_total"), &RouteFigures::dead_letters,
             dead_letter_reason_names, families);
  per_reason(snapshot, metric("senne_pipeline_suppressed_total"), &RouteFigures::suppressed,
             suppressed_reason_names, families);
  per_route(snapshot, metric("senne_pipeline_rebirth_requests_total"),
            &RouteFigures::rebirth_requests, families);
  per_route(snapshot, metric("senne_pipeline_sequence_gaps_total"), &RouteFigures::sequence_gaps,
            families);
  gauge(metric("senne_pipeline_open_windows"), static_cast<double>(snapshot.open_windows),
        families);
  gauge(metric("senne_pipeline_datastreams"), static_cast<double>(snapshot.datastreams), families);
  gauge(metric("senne_pipeline_watermark_lag_seconds"), snapshot.watermark_lag_s, families);
  Family missed(metric("senne_pipeline_windows_missed_total"));
  for (const WindowFigures& window : snapshot.windows) {
    missed.series(window.missed, {window.window});
  }
  families.push_back(missed.take());
}

void append_sink_and_process(const MetricsSnapshot& snapshot, Families& families) {
  Family records(metric("senne_sink_records_total"));
  for (const TopicFigures& topic : snapshot.topics) records.series(topic.records, {topic.topic});
  families.push_back(records.take());
  families.push_back(Family(metric("senne_sink_commits_total"))
                         .series(snapshot.commits_committed, {"committed"})
                         .series(snapshot.commits_aborted, {"aborted"})
                         .series(snapshot.commits_fenced, {"fenced"})
                         .take());
  families.push_back(Family(metric("senne_sink_commit_duration_seconds"))
                         .histogram(snapshot.commit_duration)
                         .take());
  families.push_back(Family(metric("senne_end_to_end_latency_seconds"))
                         .histogram(snapshot.end_to_end_latency)
                         .take());
  gauge(metric("senne_ready"), snapshot.ready ? 1 : 0, families);
  families.push_back(Family(metric("senne_build_info")).series(1.0, {snapshot.version}).take());
}

}  // namespace

DurationFigures DurationFigures::of(const DurationHistogram& histogram) {
  DurationFigures figures;
  for (std::size_t i = 0; i < figures.buckets.size(); ++i) {
    figures.buckets[i] = histogram.bucket(i);
  }
  figures.sum_s = histogram.sum_s();
  return figures;
}

std::uint64_t DurationFigures::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

double DurationFigures::quantile_s(double q) const {
  const std::uint64_t all = count();
  if (all == 0) return 0;
  constexpr auto& bounds = DurationHistogram::bounds_s;
  const double rank = q * static_cast<double>(all);
  double below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto here = static_cast<double>(buckets[i]);
    if (here > 0 && below + here >= rank) {
      const double from = i == 0 ? 0 : bounds[i - 1];
      return from + (bounds[i] - from) * std::max(0.0, rank - below) / here;
    }
    below += here;
  }
  return bounds.back();
}

void append_families(const MetricsSnapshot& snapshot, Families& families) {
  families.reserve(families.size() + metric_names.size());
  append_ingest_and_journal(snapshot, families);
  if (snapshot.accounted) append_pipeline(snapshot, families);
  append_sink_and_process(snapshot, families);
}

std::string exposition(const Families& families) {
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace senne::monitor
