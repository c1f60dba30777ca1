#include "tests/integration/traffic.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;

constexpr Duration interval = 5s;
constexpr std::int64_t window_s = 600;
constexpr std::size_t problems_max = 10;

std::string rfc3339(Instant time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(
                         std::chrono::system_clock::time_point(second.time_since_epoch()))),
                     (time - second).count());
}

double tenths(std::uint64_t number, std::uint64_t salt, std::uint64_t range) {
  return static_cast<double>((number * 7919 + salt * 104729) % range) / 10.0;
}

}  // namespace

Instant start_of_traffic(Duration ago) {
  const auto then = std::chrono::system_clock::now().time_since_epoch() - ago;
  const auto tens = std::chrono::duration_cast<std::chrono::minutes>(then).count() / 10;
  return Instant{std::chrono::minutes{tens * 10}};
}

Instant instant(const google::protobuf::Timestamp& timestamp) {
  return Instant{std::chrono::seconds{timestamp.seconds()} + Duration{timestamp.nanos()}};
}

std::string Traffic::device(std::uint64_t number) const {
  const std::uint64_t index = number % devices;
  if (index % 3 == 0) return fmt::format("70b3d57ed{:07x}", index);
  if (index % 3 == 1) return fmt::format("urn:dev:mac:{:012x}", index);
  return fmt::format("station-{}", index);
}

std::string Traffic::sequence(std::uint64_t number) const {
  return number % devices % 3 == 1 ? "" : std::to_string(number / devices);
}

std::string Traffic::route(std::uint64_t number) const {
  static const char* const routes[] = {"lora", "senml", "gateway"};
  return routes[number % devices % 3];
}

Instant Traffic::time(std::uint64_t number) const {
  return start_ + interval * static_cast<std::int64_t>(number / devices);
}

std::vector<ExpectedReading> Traffic::readings(std::uint64_t number) const {
  switch (number % devices % 3) {
    case 0:
      return {{"air_temperature", "Cel", tenths(number, 1, 400)},
              {"relative_humidity", "%", tenths(number, 2, 1000)}};
    case 1:
      return {{"no2", "ug/m3", tenths(number, 3, 2000)}};
    default:
      // Sent in Fahrenheit: (F - 32) * 5 / 9.
      return {{"air_temperature", "Cel", (tenths(number, 4, 900) - 32) * 5 / 9}};
  }
}

TrafficMessage Traffic::message(std::uint64_t number) const {
  const std::uint64_t index = number % devices;
  const std::string at = rfc3339(time(number));
  switch (index % 3) {
    case 0:
      return {
          fmt::format("v3/city@senne/devices/dev-{}/up", index),
          fmt::format(
              R"({{"end_device_ids":{{"device_id":"dev-{}","application_ids":{{"application_id":"city"}},)"
              R"("dev_eui":"{}"}},"received_at":"{}","uplink_message":{{"f_port":2,"f_cnt":{},)"
              R"("frm_payload":"AQID","decoded_payload":{{"temperature":{:.1f},"humidity":{:.1f}}},)"
              R"("rx_metadata":[{{"gateway_ids":{{"gateway_id":"gw-1"}},"rssi":-93,"snr":7.5}}],)"
              R"("settings":{{"frequency":"868500000","time":"{}"}},"received_at":"{}"}}}})",
              index, fmt::format("70B3D57ED{:07X}", index), at, number / devices,
              tenths(number, 1, 400), tenths(number, 2, 1000), at, at)};
    case 1:
      return {fmt::format("senml/{}", index),
              fmt::format(
                  R"([{{"bn":"urn:dev:mac:{:012x}:","bt":{},"n":"no2","u":"ug/m3","v":{:.1f}}}])",
                  index, to_nanos(time(number)) / 1'000'000'000, tenths(number, 3, 2000))};
    default:
      return {fmt::format("gateway/{}", index),
              fmt::format(R"({{"station":{{"id":"station-{}"}},"ts":{},"seq":{},"t":{:.1f}}})",
                          index, to_nanos(time(number)) / 1'000'000, number / devices,
                          tenths(number, 4, 900))};
  }
}

std::map<std::string, std::string> Traffic::configuration(const Surroundings& surroundings) {
  return {{"senne.yaml", fmt::format(R"(instance: test
data_dir: {{data_dir}}
mqtt: {{url: "mqtt://127.0.0.1:{}", session_expiry: 24h}}
journal: {{max_bytes: {}}}
kafka:
  bootstrap_servers: {}
  topic_prefix: "{}"
  properties: {}
  topics: {{partitions: 3, replication: {}}}
routes:
  - {{name: lora, topic: v3/+/devices/+/up, format: tts-v3, units: {{temperature: Cel, humidity: "%"}}}}
  - {{name: senml, topic: senml/+, format: senml-json, units: {{no2: ug/m3}}}}
  - {{name: gateway, topic: gateway/+, format: mapping, mapping: gateway.yaml}}
windows:
  - {{name: 10min, length: 10min, lateness: 0s, max_wait: 3s, revise_for: 60min}}
http: {{listen: "127.0.0.1:0"}}
)",
                                     surroundings.mqtt_port, surroundings.journal_bytes,
                                     surroundings.bootstrap, surroundings.prefix,
                                     surroundings.kafka_properties, surroundings.replication)},
          {"gateway.yaml", R"(device: /station/id
time: {at: /ts, form: epoch_ms}
sequence: /seq
readings:
  - {at: /t, property: air_temperature, unit: "[degF]"}
)"}};
}

std::map<std::pair<std::string, std::int64_t>, std::uint64_t> Verdict::numbers() const {
  std::map<std::pair<std::string, std::int64_t>, std::uint64_t> number_of;
  for (std::uint64_t n = 0; n < count_; ++n) {
    number_of[{traffic_.device(n), to_nanos(traffic_.time(n))}] = n;
  }
  return number_of;
}

Verdict::Count Verdict::count(const std::vector<ReadRecord>& records) const {
  const auto number_of = numbers();
  std::vector<int> seen(count_, 0);
  Count count;
  for (const ReadRecord& record : records) {
    v1::ObservationCollection value;
    if (!value.ParseFromString(record.value)) continue;
    const auto found =
        number_of.find({value.device_id(), to_nanos(instant(value.phenomenon_time()))});
    if (found != number_of.end() && ++seen[found->second] > 1) ++count.twice;
  }
  count.missing = static_cast<std::uint64_t>(std::count(seen.begin(), seen.end(), 0));
  return count;
}

std::vector<std::string> Verdict::observations(const std::vector<ReadRecord>& records) const {
  std::vector<std::string> problems;
  const auto problem = [&](std::string text) {
    if (problems.size() < problems_max) problems.push_back(std::move(text));
  };
  const auto number_of = numbers();
  std::vector<int> seen(count_, 0);
  std::set<std::string> ids;
  for (const ReadRecord& record : records) {
    v1::ObservationCollection value;
    if (!value.ParseFromString(record.value)) {
      problem(fmt::format("offset {}: not an ObservationCollection", record.offset));
      continue;
    }
    const auto found =
        number_of.find({value.device_id(), to_nanos(instant(value.phenomenon_time()))});
    if (found == number_of.end()) {
      problem(fmt::format("{}: nobody sent this", value.ShortDebugString()));
      continue;
    }
    const std::uint64_t n = found->second;
    if (++seen[n] > 1) problem(fmt::format("message {} came {} times", n, seen[n]));
    const auto expected = traffic_.readings(n);
    bool same = record.key == value.device_id() && value.route() == traffic_.route(n) &&
                value.sequence() == traffic_.sequence(n) &&
                value.observations_size() == static_cast<int>(expected.size());
    for (int i = 0; same && i < value.observations_size(); ++i) {
      const v1::Observation& observation = value.observations(i);
      const ExpectedReading& reading = expected[static_cast<std::size_t>(i)];
      same =
          observation.property() == reading.property && observation.unit() == reading.unit &&
          std::abs(observation.number() - reading.value) <= 1e-12 * std::abs(reading.value) + 1e-13;
    }
    if (!same) problem(fmt::format("message {}: {}", n, value.ShortDebugString()));
    const auto header = [&](const char* name) {
      const auto at = record.headers.find(name);
      return at == record.headers.end() ? std::string("(absent)") : at->second;
    };
    if (header("ce_specversion") != "1.0" || header("ce_type") != "senne.observations.v1" ||
        header("ce_source") != "//senne/test" || header("ce_subject") != record.key ||
        header("content-type") != "application/protobuf" || header("ce_id").size() != 32) {
      problem(fmt::format("message {}: headers are wrong", n));
    }
    if (!ids.insert(header("ce_id")).second)
      problem(fmt::format("message {}: its ce_id is taken", n));
  }
  for (std::uint64_t n = 0; n < count_; ++n) {
    if (seen[n] == 0) problem(fmt::format("message {} is missing", n));
  }
  return problems;
}

namespace {

// The oracle's account of one window: plain sums over everything that lies in it.
struct Account {
  std::uint64_t count = 0;
  double sum = 0;
  double min = 0;
  double max = 0;
};

using WindowKey = std::pair<std::string, std::int64_t>;  // datastream, start in s

bool close(double a, double b) { return std::abs(a - b) <= 1e-9 * (1 + std::abs(b)); }

std::map<WindowKey, v1::WindowResult> latest(const std::vector<ReadRecord>& records) {
  std::map<WindowKey, v1::WindowResult> results;
  for (const ReadRecord& record : records) {
    v1::WindowResult value;
    if (!value.ParseFromString(record.value)) continue;
    v1::WindowResult& known = results[{value.subject_id(), value.start().seconds()}];
    if (instant(known.revision()) <= instant(value.revision())) known = value;
  }
  return results;
}

}  // namespace

std::vector<std::string> Verdict::windows(const std::vector<ReadRecord>& records) const {
  std::map<WindowKey, Account> accounts;
  for (std::uint64_t n = 0; n < count_; ++n) {
    const std::int64_t second = to_nanos(traffic_.time(n)) / 1'000'000'000;
    for (const ExpectedReading& reading : traffic_.readings(n)) {
      Account& account =
          accounts[{traffic_.device(n) + "/" + reading.property, second - second % window_s}];
      if (account.count == 0) account.min = account.max = reading.value;
      ++account.count;
      account.sum += reading.value;
      account.min = std::min(account.min, reading.value);
      account.max = std::max(account.max, reading.value);
    }
  }
  std::vector<std::string> problems;
  const auto problem = [&](std::string text) {
    if (problems.size() < problems_max) problems.push_back(std::move(text));
  };
  const auto results = latest(records);
  for (const auto& [key, account] : accounts) {
    const auto found = results.find(key);
    if (found == results.end()) {
      problem(fmt::format("{} {}: no result", key.first, key.second));
      continue;
    }
    const v1::WindowResult& result = found->second;
    const auto statistic = [&](const char* name) {
      const auto at = result.statistics().find(name);
      return at == result.statistics().end() ? std::nan("") : at->second;
    };
    if (result.count() != account.count || !close(statistic("sum"), account.sum) ||
        !close(statistic("mean"), account.sum / static_cast<double>(account.count)) ||
        !close(statistic("min"), account.min) || !close(statistic("max"), account.max)) {
      problem(fmt::format("{} {}: expected n={} sum={} min={} max={}, got {}", key.first,
                          key.second, account.count, account.sum, account.min, account.max,
                          result.ShortDebugString()));
    }
  }
  for (const auto& [key, result] : results) {
    if (!accounts.contains(key))
      problem(fmt::format("{} {}: nobody asked for it", key.first, key.second));
  }
  return problems;
}

std::vector<std::string> final_windows(const std::vector<ReadRecord>& records) {
  std::vector<std::string> texts;
  for (auto& [key, result] : latest(records)) {
    v1::WindowResult rest = result;
    rest.clear_revision();
    rest.clear_final_after();
    rest.clear_incomplete();
    std::map<std::string, double> statistics(rest.statistics().begin(), rest.statistics().end());
    rest.clear_statistics();
    std::string text = rest.ShortDebugString();
    for (const auto& [name, value] : statistics) text += fmt::format(" {}={}", name, value);
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace senne::test
