#include "tests/pipeline/codecs/reference.h"

#include <cmath>
#include <fstream>
#include <iterator>

#include "tests/support/sample_data.h"

namespace senne::decode {
namespace {

std::shared_ptr<const CodecTable> built_in(const std::string& profile) {
  auto table = app::built_in_codec(profile);
  EXPECT_NE(table, nullptr) << profile;
  return table;
}

std::string key_of(const RawReading& reading) {
  std::string key(reading.name);
  if (!reading.channel.empty()) key += "#" + std::string(reading.channel);
  return key;
}

double number_of(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  const auto* number = std::get_if<double>(&value);
  return number == nullptr ? NAN : *number;
}

bool same(const Same& how, const json& theirs, const RawReading& ours) {
  if (ours.bad) return false;
  if (!how.words.empty()) {
    const auto word = how.words.find(theirs.dump());
    return word != how.words.end() &&
           std::visit([](const auto& value) { return shown(value); }, ours.value) == word->second;
  }
  if (theirs.is_string()) {
    const auto* text = std::get_if<std::string_view>(&ours.value);
    return text != nullptr && *text == theirs.get<std::string>();
  }
  if (theirs.is_boolean()) {
    const auto* flag = std::get_if<bool>(&ours.value);
    return flag != nullptr && *flag == theirs.get<bool>();
  }
  const double number = number_of(ours.value);
  if (how.bit >= 0) {
    return (static_cast<std::int64_t>(number) >> how.bit & 1) == theirs.get<std::int64_t>();
  }
  const double expected = theirs.get<double>();
  return std::abs(number * how.factor - expected) <= how.within + 1e-12 * std::abs(expected);
}

}  // namespace

std::filesystem::path payloads() { return sample_data("payloads"); }

void SamplePayloads::SetUp() { SENNE_NEEDS_SAMPLES("payloads"); }

json json_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return json::parse(text);
}

Compared::Compared(const Names& names, const std::string& bytes, int port)
    : names_(names), coding_(built_in(names.profile), bytes, port) {
  EXPECT_EQ(coding_.outcome(), "ok");
}

void Compared::expect(const std::string& theirs, const json& value, std::size_t report) {
  if (names_.not_sent.contains(theirs)) return;
  bool known = false;
  bool found = false;
  for (const Same& how : names_.same) {
    if (how.theirs != theirs) continue;
    known = true;
    if (report >= coding_.decoded.reports.size()) continue;
    const Report& from = coding_.decoded.reports[report];
    for (std::size_t i = 0; i < from.reading_count; ++i) {
      const RawReading& ours = coding_.decoded.readings[from.first_reading + i];
      if (key_of(ours) != how.ours || !same(how, value, ours)) continue;
      used_.insert({report, how.ours});
      found = true;
    }
  }
  EXPECT_TRUE(known) << "no name for " << theirs;
  EXPECT_TRUE(found) << theirs << " = " << value.dump() << " of report " << report
                     << " is not among " << testing::PrintToString(coding_.readings(report));
}

void Compared::finish(std::size_t report) {
  ASSERT_LT(report, coding_.decoded.reports.size());
  const Report& from = coding_.decoded.reports[report];
  for (std::size_t i = 0; i < from.reading_count; ++i) {
    const RawReading& ours = coding_.decoded.readings[from.first_reading + i];
    EXPECT_FALSE(ours.bad) << key_of(ours);
    if (names_.beside.contains(key_of(ours))) continue;
    EXPECT_TRUE(used_.contains({report, key_of(ours)})) << line_of(ours) << " is nowhere in theirs";
  }
}

}  // namespace senne::decode
