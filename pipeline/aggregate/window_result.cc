#include "pipeline/aggregate/window_result.h"

#include <algorithm>
#include <cmath>

#include "core/bytes.h"
#include "core/vocabulary.h"

namespace senne::pipeline {
namespace {

// Directive 2008/50/EC, Annexes VII and XI: statistics of pollutants need 75 % of the data.
constexpr double representative_coverage = 0.75;

void set_time(google::protobuf::Timestamp& timestamp, Nanos time) {
  constexpr Nanos second = 1'000'000'000;
  const std::int64_t seconds = slot_of(time, second);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<std::int32_t>(time - seconds * second));
}

}  // namespace

Accepted WindowResultWriter::write(const WindowResultOf& result, Collector& out) {
  message_.set_subject_id(result.subject.data(), result.subject.size());
  message_.set_property(result.property.data(), result.property.size());
  message_.set_unit(result.unit.data(), result.unit.size());
  message_.set_window(result.window.data(), result.window.size());
  set_time(*message_.mutable_start(), result.start);
  set_time(*message_.mutable_end(), result.start + result.length);
  set_time(*message_.mutable_revision(), result.revision);
  set_time(*message_.mutable_final_after(), result.final_after);
  message_.set_count(result.statistics.count());
  message_.set_incomplete(result.incomplete);
  set_statistics(result.property, result.statistics);
  set_coverage(result);
  return out.window({.key = result.subject,
                     .id = id_of(result),
                     .time = instant_from_nanos(result.revision),
                     .traceparent = {}},
                    message_);
}

void WindowResultWriter::set_statistics(std::string_view property, const Accumulator& statistics) {
  auto& map = *message_.mutable_statistics();
  map.clear();
  // A sum of readings near the end of the number range overflows: what is not a number is not
  // stated.
  const auto put = [&map](const char* name, double value) {
    if (std::isfinite(value)) map[name] = value;
  };
  put("min", statistics.min());
  put("max", statistics.max());
  if (mean_of(property) != Mean::arithmetic) return;
  put("mean", statistics.mean());
  put("sum", statistics.sum());
  if (const auto deviation = statistics.standard_deviation()) put("stddev", *deviation);
}

void WindowResultWriter::set_coverage(const WindowResultOf& result) {
  if (result.interval <= 0) {
    message_.clear_expected();
    message_.clear_coverage();
    message_.clear_representative();
    return;
  }
  // A device that reports less often than once a window is expected once.
  const double intervals =
      static_cast<double>(result.length) / static_cast<double>(result.interval);
  const auto expected = static_cast<std::uint64_t>(std::max(1.0, std::round(intervals)));
  const double coverage =
      std::min(1.0, static_cast<double>(result.statistics.count()) / static_cast<double>(expected));
  message_.set_expected(expected);
  message_.set_coverage(coverage);
  message_.set_representative(coverage >= representative_coverage);
}

Id128 WindowResultWriter::id_of(const WindowResultOf& result) {
  identity_.clear();
  ByteWriter writer(identity_);
  writer.put_text(result.subject);
  writer.put_text(result.property);
  writer.put_text(result.window);
  writer.put(result.start);
  writer.put(result.length);
  writer.put(result.revision);
  return content_hash(identity_);
}

}  // namespace senne::pipeline
