#include "app/monitor/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "app/monitor/metric_names.h"

namespace senne::monitor {
namespace {

MetricsSnapshot busy() {
  MetricsSnapshot snapshot;
  snapshot.routes.push_back({.route = "lora", .messages = 7, .bytes = 7000, .decoded = 5});
  snapshot.routes.back().dead_letters[static_cast<std::size_t>(DeadLetterReason::malformed)] = 2;
  snapshot.routes.push_back({.route = "traffic"});
  snapshot.windows.push_back({"10min", 3});
  snapshot.topics.push_back({"urban.observations.v1", 12});
  snapshot.connected = true;
  snapshot.accounted = true;
  snapshot.journal_bytes = 8'589'934'592;
  snapshot.journal_oldest_uncommitted_s = 0.25;
  snapshot.commits_fenced = 1;
  snapshot.commit_duration.buckets[0] = 4;
  snapshot.commit_duration.buckets[3] = 2;
  snapshot.commit_duration.buckets.back() = 1;
  snapshot.commit_duration.sum_s = 700.5;
  snapshot.version = "0.1.0";
  return snapshot;
}

std::string text_of(const MetricsSnapshot& snapshot) {
  std::vector<prometheus::MetricFamily> families;
  append_families(snapshot, families);
  return exposition(families);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

// contract.md, section 5, word for word.
constexpr std::string_view contract = R"(
senne_ingest_messages_total{route}      senne_ingest_bytes_total{route}          senne_ingest_connected
senne_journal_bytes                     senne_journal_capacity_bytes             senne_journal_oldest_uncommitted_seconds
senne_pipeline_readings_total{route}    senne_pipeline_observations_total{route} senne_pipeline_duplicates_total{route}
senne_pipeline_dead_letters_total{route,reason}   senne_pipeline_suppressed_total{route,reason}
senne_pipeline_open_windows             senne_pipeline_datastreams               senne_pipeline_watermark_lag_seconds
senne_pipeline_windows_missed_total{window}
senne_sink_records_total{topic}         senne_sink_commits_total{outcome}        senne_sink_commit_duration_seconds
senne_end_to_end_latency_seconds        senne_build_info{version}
)";

TEST(MetricNames, hold_everything_that_dashboards_rely_on) {
  std::set<std::string> ours;
  for (const MetricName& name : metric_names) {
    std::string text(name.name);
    if (!name.labels.empty()) text += "{" + std::string(name.labels) + "}";
    EXPECT_TRUE(ours.insert(text).second) << "twice: " << text;
    EXPECT_FALSE(name.help.empty()) << text;
    EXPECT_EQ(name.name.ends_with("_total"), name.type == MetricType::counter) << text;
  }
  std::istringstream promised{std::string(contract)};
  for (std::string text; promised >> text;) {
    EXPECT_EQ(ours.erase(text), 1U) << "promised and not there: " << text;
  }
  EXPECT_THAT(ours, testing::UnorderedElementsAre(
                        "senne_journal_messages", "senne_pipeline_decoded_total{route}",
                        "senne_pipeline_rebirth_requests_total{route}",
                        "senne_pipeline_sequence_gaps_total{route}", "senne_ready"));
}

TEST(Exposition, has_each_name_of_the_table_once_with_its_help_type_and_labels) {
  const std::string text = text_of(busy());
  std::size_t at = 0;
  for (const MetricName& name : metric_names) {
    const std::string_view type = name.type == MetricType::counter ? "counter"
                                  : name.type == MetricType::gauge ? "gauge"
                                                                   : "histogram";
    const std::string head = "# HELP " + std::string(name.name) + " " + std::string(name.help) +
                             "\n# TYPE " + std::string(name.name) + " " + std::string(type) + "\n";
    const std::size_t found = text.find(head, at);
    ASSERT_NE(found, std::string::npos) << head << "in\n" << text;
    at = found + head.size();
    EXPECT_EQ(text.find(head, at), std::string::npos);
    std::string labels;
    std::istringstream names{std::string(name.labels)};
    for (std::string label; std::getline(names, label, ',');) {
      labels += (labels.empty() ? "" : ",") + label + "=\"[^\"]*\"";
    }
    const bool histogram = name.type == MetricType::histogram;
    const std::string first(std::string(name.name) + (histogram ? "_bucket\\{le=\"0.005\"\\} .*"
                                                      : labels.empty()
                                                          ? " .*"
                                                          : "\\{" + labels + "\\} .*"));
    const auto following = lines(text.substr(at));
    EXPECT_TRUE(testing::Value(following.front(), testing::MatchesRegex(first)) ||
                (histogram && testing::Value(following.at(2), testing::MatchesRegex(first))))
        << text.substr(at, 200);
  }
}

TEST(Exposition, is_well_formed_in_every_line) {
  const std::string sample =
      R"re([a-z_]+(\{[a-z]+="([^"\]|\\.)*"(,[a-z]+="([^"\]|\\.)*")*\})? [-+0-9.eInf]+)re";
  for (const std::string& line : lines(text_of(busy()))) {
    if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
    EXPECT_THAT(line, testing::MatchesRegex(sample));
  }
}

TEST(Exposition, carries_the_values) {
  EXPECT_THAT(
      lines(text_of(busy())),
      testing::IsSupersetOf(
          {"senne_ingest_messages_total{route=\"lora\"} 7",
           "senne_ingest_messages_total{route=\"traffic\"} 0",
           "senne_ingest_bytes_total{route=\"lora\"} 7000", "senne_ingest_connected 1",
           "senne_journal_bytes 8589934592", "senne_journal_oldest_uncommitted_seconds 0.25",
           "senne_pipeline_decoded_total{route=\"lora\"} 5",
           "senne_pipeline_dead_letters_total{route=\"lora\",reason=\"malformed\"} 2",
           "senne_pipeline_dead_letters_total{route=\"lora\",reason=\"policy\"} 0",
           "senne_pipeline_suppressed_total{route=\"traffic\",reason=\"join\"} 0",
           "senne_pipeline_windows_missed_total{window=\"10min\"} 3",
           "senne_sink_records_total{topic=\"urban.observations.v1\"} 12",
           "senne_sink_commits_total{outcome=\"fenced\"} 1", "senne_ready 0",
           "senne_build_info{version=\"0.1.0\"} 1"}));
}

TEST(Exposition, histogram_buckets_are_cumulative) {
  EXPECT_THAT(lines(text_of(busy())),
              testing::IsSupersetOf({"senne_sink_commit_duration_seconds_count 7",
                                     "senne_sink_commit_duration_seconds_sum 700.5",
                                     "senne_sink_commit_duration_seconds_bucket{le=\"0.005\"} 4",
                                     "senne_sink_commit_duration_seconds_bucket{le=\"0.025\"} 4",
                                     "senne_sink_commit_duration_seconds_bucket{le=\"0.05\"} 6",
                                     "senne_sink_commit_duration_seconds_bucket{le=\"600\"} 6",
                                     "senne_sink_commit_duration_seconds_bucket{le=\"+Inf\"} 7"}));
}

TEST(Exposition, label_values_are_escaped) {
  MetricsSnapshot snapshot;
  snapshot.routes.push_back({.route = "a\"b\\c\nd"});
  EXPECT_THAT(lines(text_of(snapshot)),
              testing::Contains(R"(senne_ingest_messages_total{route="a\"b\\c\nd"} 0)"));
}

TEST(DurationFigures, quantiles_are_drawn_linearly_within_their_bucket) {
  DurationHistogram histogram;
  EXPECT_EQ(DurationFigures::of(histogram).quantile_s(0.5), 0);
  histogram.observe(std::chrono::milliseconds{20}, 50);   // in 0.01 .. 0.025
  histogram.observe(std::chrono::milliseconds{200}, 50);  // in 0.15 .. 0.25
  const DurationFigures figures = DurationFigures::of(histogram);
  EXPECT_EQ(figures.count(), 100U);
  EXPECT_NEAR(figures.sum_s, 11, 1e-9);
  EXPECT_NEAR(figures.quantile_s(0.25), 0.0175, 1e-9);
  EXPECT_NEAR(figures.quantile_s(0.5), 0.025, 1e-9);
  EXPECT_NEAR(figures.quantile_s(0.75), 0.2, 1e-9);
}

TEST(DurationFigures, what_lies_over_the_last_bound_counts_as_that_bound) {
  DurationHistogram histogram;
  histogram.observe(std::chrono::hours{2});
  EXPECT_EQ(DurationFigures::of(histogram).quantile_s(0.99), 600);
}

}  // namespace
}  // namespace senne::monitor
