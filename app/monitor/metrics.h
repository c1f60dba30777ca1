// From the plain words of a snapshot to Prometheus metric families.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "app/monitor/metrics_snapshot.h"

namespace senne::monitor {

// Something that is asked for its figures at every scrape.
//
// THREAD  called from the HTTP server's threads, one call at a time per server.
class MetricsSource {
 public:
  virtual ~MetricsSource() = default;
  virtual void collect(std::vector<prometheus::MetricFamily>& families) = 0;
};

// Appends one family for every entry of metric_names, in that order; series that could exist do
// exist: a route has one dead-letter series for each reason.
void append_families(const MetricsSnapshot& snapshot,
                     std::vector<prometheus::MetricFamily>& families);

// The text exposition format 0.0.4. Label values are escaped.
std::string exposition(const std::vector<prometheus::MetricFamily>& families);

}  // namespace senne::monitor
