// SenML packs, in JSON and in CBOR, against an expansion written down from RFC 8428, section 4.6,
// over another JSON library: one resolved record after the other, without regard for speed.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/senml_in_cbor.h"

namespace senne::decode {
namespace {

using nlohmann::json;

struct Resolved {
  std::string name;
  std::string unit;
  std::optional<std::int64_t> nanos;  // nothing: now
  std::string value;
  auto operator<=>(const Resolved&) const = default;
};

std::string text_of(double value) { return json(value).dump(); }

std::vector<Resolved> expand(const json& pack) {
  std::vector<Resolved> records;
  std::string base_name;
  std::string base_unit;
  double base_time = 0;
  std::optional<double> base_value;
  std::optional<double> base_sum;
  for (const auto& record : pack) {
    base_name = record.value("bn", base_name);
    base_unit = record.value("bu", base_unit);
    base_time = record.value("bt", base_time);
    if (record.contains("bv")) base_value = record["bv"].get<double>();
    if (record.contains("bs")) base_sum = record["bs"].get<double>();
    const std::string name = base_name + record.value("n", "");
    const std::string unit = record.value("u", base_unit);
    // Milliseconds are exact in these packs.
    const auto time = std::llround((base_time + record.value("t", 0.0)) * 1e3) * 1'000'000;
    std::optional<std::int64_t> nanos;
    if (time != 0) {
      nanos = time < (std::int64_t{1} << 28) * 1'000'000'000 ? to_nanos(received) + time : time;
    }
    // RFC 8428, section 4.5.4.
    const bool other = record.contains("vs") || record.contains("vb");
    if (record.contains("s") || (base_sum && !other)) {
      records.push_back(
          {name + ".sum", "", nanos, text_of(record.value("s", 0.0) + base_sum.value_or(0))});
    }
    if (record.contains("vs")) {
      records.push_back({name, unit, nanos, record["vs"].get<std::string>()});
    } else if (record.contains("vb")) {
      records.push_back({name, unit, nanos, record["vb"].get<bool>() ? "true" : "false"});
    } else if (record.contains("v") || base_value) {
      records.push_back(
          {name, unit, nanos, text_of(record.value("v", 0.0) + base_value.value_or(0))});
    }
  }
  std::sort(records.begin(), records.end());
  return records;
}

std::vector<Resolved> decoded(Format format, const std::string& bytes) {
  const Decoding decoding(route_of(format), bytes);
  RC_ASSERT(decoding.outcome() == "ok");
  std::vector<Resolved> records;
  for (const auto& report : decoding.decoded.reports) {
    for (std::size_t i = 0; i < report.reading_count; ++i) {
      const auto& reading = decoding.decoded.readings[report.first_reading + i];
      RC_ASSERT(!reading.bad);
      Resolved record;
      record.name = std::string(report.device) + "/" + std::string(reading.name);
      record.unit = std::string(reading.unit);
      const auto time = reading.time.start ? reading.time.start : report.time.start;
      if (time) record.nanos = to_nanos(*time);
      if (const auto* flag = std::get_if<bool>(&reading.value)) {
        record.value = *flag ? "true" : "false";
      } else if (const auto* text = std::get_if<std::string_view>(&reading.value)) {
        record.value = std::string(*text);
      } else if (const auto* integer = std::get_if<std::int64_t>(&reading.value)) {
        record.value = text_of(static_cast<double>(*integer));
      } else {
        record.value = text_of(std::get<double>(reading.value));
      }
      records.push_back(record);
    }
  }
  std::sort(records.begin(), records.end());
  return records;
}

double number() { return *rc::gen::inRange(-100'000, 100'000) / 8.0; }

// Relative, absolute, and about where the one becomes the other: at 2^28 s.
double moment() {
  const double near = *rc::gen::inRange(-1'000'000, 1'000'000) / 1'000.0;
  const double by_itself = *rc::gen::weightedElement<double>(
      {{6, 0}, {2, 1'700'000'000}, {1, 268'435'456}, {1, -1'000'000'000}});
  return *rc::gen::inRange(0, 4) == 0 ? by_itself : by_itself + near;
}

json arbitrary_record(bool first) {
  json record = json::object();
  const auto chance = [](int percent) { return *rc::gen::inRange(0, 100) < percent; };
  const auto pick = [](std::vector<std::string> of) { return *rc::gen::elementOf(of); };
  if (first || chance(20)) record["bn"] = pick({"a/", "b:1/", "2001:db8::1/"});
  if (chance(20)) record["bt"] = moment();
  if (chance(20)) record["bu"] = pick({"Cel", "%RH", "m"});
  if (chance(10)) record["bv"] = number();
  if (chance(10)) record["bs"] = number();
  if (first) record["bver"] = 10;
  record["n"] = pick({"t", "u", "humidity", "x:y"});
  if (chance(40)) record["u"] = pick({"V", "/", "K"});
  if (chance(40)) record["t"] = moment();
  if (chance(10)) record["ut"] = 5;
  if (chance(10)) record["unknown"] = "ignored";
  const int kind = *rc::gen::inRange(0, 8);
  if (kind < 5) {
    record["v"] = chance(50) ? json(number()) : json(*rc::gen::inRange(-1000, 1000));
  } else if (kind == 5) {
    record["vs"] = pick({"", "on", "Machine Room"});
  } else if (kind == 6) {
    record["vb"] = chance(50);
  }
  if (kind == 7 || chance(10)) record["s"] = number();
  return record;
}

void expect_resolved(Format format, const std::function<std::string(const json&)>& written) {
  const bool passed = rc::check([&] {
    json pack = json::array();
    const int size = *rc::gen::inRange(1, 20);
    for (int i = 0; i < size; ++i) pack.push_back(arbitrary_record(i == 0));
    auto expected = expand(pack);
    auto actual = decoded(format, written(pack));
    // A pack in which every record is "now" states no time; beside others, "now" is spelled out.
    const auto now = to_nanos(received);
    for (auto& record : expected) record.nanos = record.nanos.value_or(now);
    for (auto& record : actual) record.nanos = record.nanos.value_or(now);
    std::sort(expected.begin(), expected.end());
    std::sort(actual.begin(), actual.end());
    RC_ASSERT(actual == expected);
  });
  EXPECT_TRUE(passed);
}

TEST(SenmlProperty, a_pack_in_json_resolves_as_the_rfc_says) {
  expect_resolved(Format::senml_json, [](const json& pack) { return pack.dump(); });
}

TEST(SenmlProperty, a_pack_in_cbor_resolves_as_the_rfc_says) {
  expect_resolved(Format::senml_cbor, SenmlInCbor::of);
}

}  // namespace
}  // namespace senne::decode
