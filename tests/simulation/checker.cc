#include "tests/simulation/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "senne/v1/dead_letter.pb.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"

namespace senne::simulation {
namespace {

// As Traffic::configuration has it.
constexpr std::int64_t window_s = 10;
constexpr std::int64_t lateness_s = 2;
constexpr std::int64_t max_wait_s = 20;
constexpr std::int64_t revise_for_s = 30;
constexpr std::size_t lines_max = 40;

struct ReadingKey {
  std::string device;
  std::string counter;
  auto operator<=>(const ReadingKey&) const = default;
};

struct WindowKey {
  std::string datastream;
  std::int64_t start_s;
  auto operator<=>(const WindowKey&) const = default;
};

struct WindowContent {
  std::uint64_t count = 0;
  double sum = 0;
  double min = 0;
  double max = 0;
};

class Check {
 public:
  std::vector<std::string> lines;

  template <class... Arguments>
  void fail(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (lines.size() < lines_max) {
      lines.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
    }
  }

  void equal(std::string_view what, std::uint64_t is, std::uint64_t should) {
    if (is != should) fail("{}: {}, expected {}", what, is, should);
  }
};

std::int64_t milliseconds(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1000 + time.nanos() / 1'000'000;
}

// Messages that the process died of twice, as far as it could know: by the original bytes, how
// often.
using Quarantined = std::map<std::string, int>;

// They are dead letters, each once, and nothing else has come of them.
Quarantined check_quarantined(const std::vector<sinks::MemoryRecord>& records, Check& check) {
  Quarantined quarantined;
  for (const sinks::MemoryRecord& record : records) {
    if (record.topic != Topic::dead_letters) continue;
    v1::DeadLetter letter;
    if (!letter.ParseFromString(record.value)) check.fail("a dead letter that is none");
    if (letter.reason() == "quarantined") ++quarantined[letter.payload()];
  }
  for (const auto& [payload, times] : quarantined) {
    if (times > 1) check.fail("quarantined {}: came {} times", payload, times);
  }
  return quarantined;
}

// Each reading that had to come is there once, none twice, none that nobody sent, each as it was
// sent.
std::vector<v1::ObservationCollection> check_readings(
    const std::vector<Published>& published, const std::vector<sinks::MemoryRecord>& records,
    const Quarantined& quarantined, Check& check) {
  struct Known {
    const Published* message = nullptr;
    bool required = false;
    int seen = 0;
  };
  std::map<ReadingKey, Known> readings;
  for (const Published& message : published) {
    if (message.kind != Published::Kind::reading) continue;
    Known& known =
        readings[{fmt::format("dev-{}", message.device), std::to_string(message.counter)}];
    known.message = &message;
    known.required = known.required || !message.may_be_missing;
  }
  std::vector<v1::ObservationCollection> collections;
  for (const sinks::MemoryRecord& record : records) {
    if (record.topic != Topic::observations) continue;
    v1::ObservationCollection& collection = collections.emplace_back();
    if (!collection.ParseFromString(record.value)) {
      check.fail("an observation record that is none");
      continue;
    }
    const auto found = readings.find({collection.device_id(), collection.sequence()});
    if (found == readings.end()) {
      check.fail("{} n={}: nobody sent this", collection.device_id(), collection.sequence());
      continue;
    }
    Known& known = found->second;
    ++known.seen;
    if (record.key != collection.device_id())
      check.fail("{}: key {}", found->first.device, record.key);
    if (collection.observations_size() != 1 ||
        collection.observations(0).number() != known.message->value ||
        collection.observations(0).unit() != "Cel" ||
        collection.observations(0).property() != "air_temperature" ||
        milliseconds(collection.phenomenon_time()) != known.message->time_ms) {
      check.fail("{} n={}: not as it was sent: {}", collection.device_id(), collection.sequence(),
                 collection.ShortDebugString());
    }
  }
  for (const auto& [key, known] : readings) {
    if (quarantined.contains(known.message->payload)) {
      // A copy that came in another message may have been worked off before or after.
      if (known.seen > 1) check.fail("{} n={}: came {} times", key.device, key.counter, known.seen);
      continue;
    }
    if (known.seen > 1) check.fail("{} n={}: came {} times", key.device, key.counter, known.seen);
    if (known.seen == 0 && known.required)
      check.fail("{} n={}: is missing", key.device, key.counter);
  }
  return collections;
}

// What cannot be read is a dead letter, once, with the original bytes.
void check_dead_letters(const std::vector<Published>& published,
                        const std::vector<sinks::MemoryRecord>& records,
                        const Quarantined& quarantined, Check& check) {
  std::map<std::string, int> seen;
  for (const sinks::MemoryRecord& record : records) {
    if (record.topic != Topic::dead_letters) continue;
    v1::DeadLetter letter;
    if (!letter.ParseFromString(record.value)) check.fail("a dead letter that is none");
    if (letter.reason() == "quarantined") continue;  // its reading is looked for elsewhere
    if (letter.reason() != "malformed") check.fail("dead letter {}", letter.ShortDebugString());
    ++seen[letter.payload()];
  }
  for (const Published& message : published) {
    if (message.kind != Published::Kind::rubbish) continue;
    const auto found = seen.find(message.payload);
    const int times = found == seen.end() ? 0 : found->second;
    if (times > 1) check.fail("dead letter {}: came {} times", message.payload, times);
    if (times == 0 && !message.may_be_missing && !quarantined.contains(message.payload))
      check.fail("dead letter {}: is missing", message.payload);
    seen.erase(message.payload);
  }
  for (const auto& [payload, times] : seen) check.fail("dead letter {}: nobody sent this", payload);
}

void check_ids(const std::vector<sinks::MemoryRecord>& records, Check& check) {
  std::set<std::string> ids;
  for (const sinks::MemoryRecord& record : records) {
    for (const auto& [name, value] : record.headers) {
      if (name == "ce_id" && !ids.insert(value).second) check.fail("ce_id {}: came twice", value);
    }
  }
}

// The highest revision of each window is what its readings come to, those flagged LATE apart; and
// no revision came twice.
void check_windows(const std::vector<v1::ObservationCollection>& collections,
                   const std::vector<sinks::MemoryRecord>& records, Check& check) {
  std::map<WindowKey, WindowContent> expected;
  for (const v1::ObservationCollection& collection : collections) {
    for (const v1::Observation& observation : collection.observations()) {
      const auto& quality = observation.quality();
      if (std::find(quality.begin(), quality.end(), v1::LATE) != quality.end()) continue;
      const std::int64_t second = collection.phenomenon_time().seconds();
      WindowContent& content = expected[{collection.device_id() + "/" + observation.property(),
                                         second - second % window_s}];
      const double value = observation.number();
      content.min = content.count == 0 ? value : std::min(content.min, value);
      content.max = content.count == 0 ? value : std::max(content.max, value);
      content.sum += value;
      ++content.count;
    }
  }
  std::map<WindowKey, v1::WindowResult> last;
  std::set<std::tuple<std::string, std::int64_t, std::int64_t>> revisions;
  for (const sinks::MemoryRecord& record : records) {
    if (record.topic != Topic::aggregates) continue;
    v1::WindowResult result;
    if (!result.ParseFromString(record.value)) check.fail("a window record that is none");
    const WindowKey key{result.subject_id(), result.start().seconds()};
    if (!revisions.emplace(key.datastream, key.start_s, result.revision().seconds()).second) {
      check.fail("{} {}: revision {} came twice", key.datastream, key.start_s,
                 result.revision().seconds());
    }
    v1::WindowResult& known = last[key];
    if (result.revision().seconds() >= known.revision().seconds()) known = result;
  }
  for (const auto& [key, content] : expected) {
    const auto found = last.find(key);
    if (found == last.end()) {
      check.fail("{} {}: no window result, expected {} readings", key.datastream, key.start_s,
                 content.count);
      continue;
    }
    const v1::WindowResult& result = found->second;
    const auto& statistics = result.statistics();
    const auto near = [&](const char* name, double value) {
      const auto at = statistics.find(name);
      return at != statistics.end() && std::abs(at->second - value) <= 1e-9 * (1 + std::abs(value));
    };
    if (result.count() != content.count || !near("min", content.min) || !near("max", content.max) ||
        !near("sum", content.sum) ||
        !near("mean", content.sum / static_cast<double>(content.count))) {
      check.fail("{} {}: {}, expected {} readings, sum {}, min {}, max {}", key.datastream,
                 key.start_s, result.ShortDebugString(), content.count, content.sum, content.min,
                 content.max);
    }
    last.erase(found);
  }
  for (const auto& [key, result] : last) {
    check.fail("{} {}: a window without readings", key.datastream, key.start_s);
  }
}

// No window closes before its time: its own datastream has gone on past its end, or it was waited
// for since the later of its end and the last connection. And the moment from which no reading is
// taken any more is fixed by the first result.
void check_closings(const std::vector<v1::ObservationCollection>& collections,
                    const std::vector<sinks::MemoryRecord>& records,
                    const std::vector<Instant>& connected_at, Check& check) {
  struct Reading {
    std::int64_t time_ms;
    std::int64_t received_ms;
  };
  std::map<std::string, std::vector<Reading>> readings;
  for (const v1::ObservationCollection& collection : collections) {
    for (const v1::Observation& observation : collection.observations()) {
      readings[collection.device_id() + "/" + observation.property()].push_back(
          {milliseconds(collection.phenomenon_time()), milliseconds(collection.receive_time())});
    }
  }
  std::map<WindowKey, v1::WindowResult> first;
  for (const sinks::MemoryRecord& record : records) {
    v1::WindowResult result;
    if (record.topic != Topic::aggregates || !result.ParseFromString(record.value)) continue;
    v1::WindowResult& known =
        first.try_emplace({result.subject_id(), result.start().seconds()}, result).first->second;
    if (result.revision().seconds() < known.revision().seconds()) known = result;
    if (result.final_after().seconds() != known.final_after().seconds()) {
      check.fail("{} {}: final_after is {} and {}", result.subject_id(), result.start().seconds(),
                 result.final_after().seconds(), known.final_after().seconds());
    }
  }
  for (const auto& [key, result] : first) {
    const std::int64_t closed_s = result.revision().seconds();
    const std::int64_t end_s = key.start_s + window_s;
    check.equal(fmt::format("{} {} final_after", key.datastream, key.start_s),
                static_cast<std::uint64_t>(result.final_after().seconds()),
                static_cast<std::uint64_t>(closed_s + revise_for_s));
    const auto& known = readings[key.datastream];
    const bool went_on = std::any_of(known.begin(), known.end(), [&](const Reading& reading) {
      return reading.time_ms >= (end_s + lateness_s) * 1000 &&
             reading.received_ms <= closed_s * 1000;
    });
    const Instant closed{std::chrono::seconds{closed_s}};
    Instant waited_since{std::chrono::seconds{end_s}};
    for (const Instant at : connected_at) {
      if (at <= closed) waited_since = std::max(waited_since, at);
    }
    if (!went_on && closed < waited_since + std::chrono::seconds{max_wait_s}) {
      check.fail("{} {}: closed at {}, but waited for since {} ms only", key.datastream,
                 key.start_s, closed_s, to_nanos(waited_since) / 1'000'000);
    }
  }
}

std::uint64_t sum(const auto& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// The account against what came out.
void check_ledger(const std::vector<sinks::MemoryRecord>& records,
                  const pipeline::PipelineFigures& figures, Check& check) {
  std::uint64_t messages = 0;
  std::uint64_t observations = 0;
  std::uint64_t letters = 0;
  for (const pipeline::RouteAccount& account : figures.routes) {
    messages += account.decoded + sum(account.dead_lettered) + sum(account.suppressed);
    check.equal(account.route + " readings", account.readings,
                account.observations + account.duplicates + account.readings_dead_lettered +
                    account.readings_suppressed);
    observations += account.observations;
    letters += sum(account.dead_lettered) + sum(account.partly);
  }
  check.equal("messages accounted for", messages, figures.last_sequence.value);
  std::uint64_t observations_out = 0;
  std::uint64_t letters_out = 0;
  for (const sinks::MemoryRecord& record : records) {
    observations_out += record.topic == Topic::observations ? 1 : 0;
    letters_out += record.topic == Topic::dead_letters ? 1 : 0;
  }
  check.equal("observations by the account", observations, observations_out);
  check.equal("dead letters by the account", letters, letters_out);
  for (const pipeline::WindowFigures& window : figures.windows) {
    check.equal(window.window + " offered", window.counters.offered,
                window.counters.accumulated + window.counters.missed);
  }
}

}  // namespace

std::vector<std::string> check(const std::vector<Published>& published,
                               const std::vector<sinks::MemoryRecord>& records,
                               const pipeline::PipelineFigures& figures,
                               const Circumstances& circumstances) {
  Check check;
  const Quarantined quarantined = check_quarantined(records, check);
  const auto collections = check_readings(published, records, quarantined, check);
  check_dead_letters(published, records, quarantined, check);
  check_ids(records, check);
  check_windows(collections, records, check);
  if (circumstances.connected_at) {
    check_closings(collections, records, *circumstances.connected_at, check);
  }
  check_ledger(records, figures, check);
  return check.lines;
}

}  // namespace senne::simulation
