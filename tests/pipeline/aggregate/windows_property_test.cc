// Windows against the oracle, over random streams, with snapshots at random points.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <memory>

#include "tests/oracle/window_oracle.h"
#include "tests/pipeline/aggregate/window_recorder.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

struct Step {
  unsigned kind = 0;  // mostly readings; now and then connected, a snapshot, a long gap
  unsigned device = 0;
  int advance_ms = 0;  // of receive time
  int age_ms = 0;      // of the reading, when received
  double value = 0;
  bool has_interval = false;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{kind " << step.kind << ", device " << step.device << ", advance "
             << step.advance_ms << " ms, age " << step.age_ms << " ms, value " << step.value << '}';
}

rc::Gen<Step> any_step() {
  using rc::gen::inRange;
  return rc::gen::build<Step>(
      rc::gen::set(&Step::kind, inRange(0u, 100u)), rc::gen::set(&Step::device, inRange(0u, 4u)),
      rc::gen::set(&Step::advance_ms, inRange(0, 2500)),
      rc::gen::set(&Step::age_ms,
                   rc::gen::oneOf(inRange(-3000, 3000), inRange(0, 60'000), inRange(0, 800'000))),
      rc::gen::set(&Step::value, rc::gen::map(inRange(-100'000, 100'000),
                                              [](int tenths) { return tenths / 10.0; })),
      rc::gen::set(&Step::has_interval, rc::gen::arbitrary<bool>()));
}

rc::Gen<WindowDefinition> any_definition(std::string name, int length_s) {
  using rc::gen::inRange;
  const auto seconds = [](int s) { return Duration{std::chrono::seconds{s}}; };
  return rc::gen::build<WindowDefinition>(
      rc::gen::set(&WindowDefinition::name, rc::gen::just(std::move(name))),
      rc::gen::set(&WindowDefinition::length, rc::gen::just(seconds(length_s))),
      rc::gen::set(&WindowDefinition::lateness, rc::gen::map(inRange(0, 8), seconds)),
      rc::gen::set(&WindowDefinition::max_wait, rc::gen::map(inRange(0, 40), seconds)),
      rc::gen::set(&WindowDefinition::revise_for, rc::gen::map(inRange(0, 15), seconds)));
}

// Feeds the same steps to Windows, as the log would, and to the oracle's timeline.
class TwoWays {
 public:
  explicit TwoWays(std::vector<WindowDefinition> definitions)
      : definitions_(std::move(definitions)) {
    windows_->configure(definitions_, now_);
    windows_->set_origin(now_);
    timeline.origin = now_;
  }

  void take(const Step& step) {
    advance(std::chrono::milliseconds{step.kind == 0 ? step.advance_ms * 100 : step.advance_ms},
            step.kind < 4);
    if (step.kind < 4) return;
    if (step.kind < 10) snapshot_and_restore();
    const std::string device = "dev-" + std::to_string(step.device);
    const bool temperature = step.device % 2 == 0;
    oracle::Reading reading{device + (temperature ? "/temperature" : "/no2"),
                            temperature ? "temperature" : "no2",
                            temperature ? "Cel" : "ug/m3",
                            step.value,
                            now_ - std::chrono::milliseconds{step.age_ms},
                            now_,
                            {}};
    if (step.has_interval) reading.interval = 3s;
    const Offer offer =
        windows_->offer(reading.datastream, reading.property, reading.unit, reading.interval,
                        reading.value, reading.phenomenon, reading.received);
    RC_ASSERT(!offer.over_cap);
    missed += offer.missed;
    timeline.readings.push_back(std::move(reading));
  }

  void finish() {
    for (int i = 0; i < 60; ++i) advance(1s, false);
  }

  const Windows& windows() const { return *windows_; }

  oracle::Timeline timeline;
  WindowRecorder out;
  std::uint64_t missed = 0;

 private:
  void advance(Duration by, bool connect) {
    const Instant before = now_;
    now_ += by;
    if (connect) {
      windows_->connected(now_);
      const bool implies_tick = whole_second(now_) != whole_second(before);
      timeline.connections.push_back(
          {now_, whole_second(now_) + (implies_tick ? Duration{0} : Duration{1s})});
    }
    if (whole_second(now_) == whole_second(before)) return;
    windows_->tick(whole_second(now_), out);
    timeline.ticks.push_back(whole_second(now_));
  }

  void snapshot_and_restore() {
    std::string bytes;
    windows_->snapshot(bytes);
    windows_ = std::make_unique<Windows>();
    RC_ASSERT(windows_->restore(bytes).has_value());
  }

  std::vector<WindowDefinition> definitions_;
  Instant now_ = eight_oclock + 3456ms;
  std::unique_ptr<Windows> windows_ = std::make_unique<Windows>();
};

void expect_close(double actual, double expected, double scale) {
  if (std::abs(actual - expected) > 1e-9 * std::max(1.0, scale)) RC_ASSERT(actual == expected);
}

void expect_same(const RecordedResult& actual, const oracle::Revision& expected) {
  RC_ASSERT(actual.revision() == expected.revision);
  RC_ASSERT(actual.end() == expected.end);
  RC_ASSERT(actual.final_after() == expected.final_after);
  RC_ASSERT(actual.value.unit() == expected.unit);
  RC_ASSERT(actual.value.incomplete() == expected.incomplete);
  RC_ASSERT(actual.value.count() == expected.statistics.count);
  RC_ASSERT(actual.statistic("min") == expected.statistics.min);
  RC_ASSERT(actual.statistic("max") == expected.statistics.max);
  const double scale =
      std::max(std::abs(expected.statistics.min), std::abs(expected.statistics.max));
  expect_close(actual.statistic("sum"), expected.statistics.sum, scale);
  expect_close(actual.statistic("mean"), expected.statistics.mean, scale);
  const auto deviation = expected.statistics.standard_deviation;
  RC_ASSERT(actual.value.statistics().contains("stddev") == deviation.has_value());
  if (deviation) expect_close(actual.statistic("stddev"), *deviation, scale);
  RC_ASSERT(actual.value.has_expected() == expected.expected.has_value());
  RC_ASSERT(actual.value.has_coverage() == expected.coverage.has_value());
  RC_ASSERT(actual.value.has_representative() == expected.representative.has_value());
  RC_ASSERT(actual.value.expected() == expected.expected.value_or(0));
  RC_ASSERT(actual.value.coverage() == expected.coverage.value_or(0));
  RC_ASSERT(actual.value.representative() == expected.representative.value_or(false));
}

void expect_same(const TwoWays& ways, const std::vector<WindowDefinition>& definitions) {
  const oracle::Outcome expected = oracle::play(ways.timeline, definitions);
  std::map<oracle::WindowKey, std::vector<RecordedResult>> actual;
  for (const RecordedResult& result : ways.out.results) {
    actual[{result.value.subject_id(), result.value.property(), result.value.window(),
            result.start()}]
        .push_back(result);
  }
  RC_ASSERT(actual.size() == expected.revisions.size());
  for (const auto& [key, revisions] : expected.revisions) {
    RC_ASSERT(actual[key].size() == revisions.size());
    for (std::size_t i = 0; i < revisions.size(); ++i) expect_same(actual[key][i], revisions[i]);
  }
  std::uint64_t missed = 0;
  for (const WindowAccount& account : ways.windows().accounts()) {
    const WindowCounters& counters = account.counters;
    const std::string window(account.window);
    const auto count = [&](const std::map<std::string, std::uint64_t>& counts) {
      const auto found = counts.find(window);
      return found == counts.end() ? 0 : found->second;
    };
    RC_ASSERT(counters.accumulated == count(expected.accumulated));
    RC_ASSERT(counters.missed == count(expected.missed));
    RC_ASSERT(counters.offered == counters.accumulated + counters.missed);
    missed += counters.missed;
  }
  RC_ASSERT(ways.missed == missed);
}

TEST(WindowsPropertyTest, results_and_their_revisions_are_those_of_the_oracle) {
  std::uint64_t results = 0;
  std::uint64_t missed = 0;
  std::uint64_t revised = 0;
  const bool held = rc::check([&] {
    const std::vector<WindowDefinition> definitions = {*any_definition("short", 4),
                                                       *any_definition("long", 10)};
    const auto steps = *rc::gen::scale(5.0, rc::gen::container<std::vector<Step>>(any_step()));
    for (const WindowDefinition& definition : definitions) {
      RC_LOG() << definition.name << ": lateness " << definition.lateness / 1s << " s, max_wait "
               << definition.max_wait / 1s << " s, revise_for " << definition.revise_for / 1s
               << " s\n";
    }
    TwoWays ways(definitions);
    for (const Step& step : steps) ways.take(step);
    ways.finish();
    expect_same(ways, definitions);
    results += ways.out.results.size();
    missed += ways.missed;
    for (const auto& result : ways.out.results) revised += result.value.count() > 1 ? 1 : 0;
  });
  EXPECT_TRUE(held);
  // The streams are of the kind that makes a difference.
  EXPECT_GT(results, 1000u);
  EXPECT_GT(missed, 50u);
  EXPECT_GT(revised, 100u);
}

}  // namespace
}  // namespace senne::pipeline
