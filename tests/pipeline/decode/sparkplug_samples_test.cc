// The Sparkplug B samples: messages of the reference encoder and of a gateway, with what stands in
// the dumps beside them, and what a plant sent, as a capture has it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/pipeline/decode/samples.h"
#include "tests/pipeline/decode/sparkplug_messages.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;

class SparkplugSamples : public Samples {
 protected:
  static fs::path folder() { return payloads() / "sparkplug-b"; }

  Decoding say(const std::string& type, const std::string& payload, const std::string& device = {},
               bool delivered_again = false) {
    std::string topic = "spBv1.0/g/" + type + "/n";
    if (!device.empty()) topic += "/" + device;
    return {*decoder_, payload, topic, received, delivered_again};
  }
  Decoding file(const std::string& type, const std::string& name, const std::string& device = {}) {
    EXPECT_TRUE(fs::exists(folder() / name)) << name;
    return say(type, content(folder() / name), device);
  }

  SparkplugNodes nodes_;
  std::unique_ptr<Decoder> decoder_ = make_decoder(route_of(Format::sparkplug_b), nullptr, &nodes_);
};

TEST_F(SparkplugSamples, of_the_reference_encoder) {
  const Decoding node = file("NBIRTH", "ref_NBIRTH.bin");
  EXPECT_THAT(node.readings(), ElementsAre("Properties/Hardware Make='EdgeBox'"));
  EXPECT_EQ(node.report().device, "g/n");
  EXPECT_EQ(node.report().time.start, at("2025-01-15T08:30:00Z"));

  const Decoding born = file("DBIRTH", "ref_DBIRTH_airquality.bin", "air");
  EXPECT_THAT(born.readings(),
              ElementsAre("NO2=41.5 ug/m3", "PM2.5=12.75", "Temperature=-3.5", "Count=4294967295u",
                          "Delta=-5", "Total=9007199254740993u", "Status='Défaut/Storing'",
                          "LastCal=1736843400000u", "Small=-128", "Raw='0102fa'"));
  EXPECT_EQ(born.report().device, "g/n/air");
  EXPECT_EQ(born.report().other_device, "air");
  EXPECT_EQ(born.report().sequence, "1");

  const Decoding data = file("DDATA", "ref_DDATA_alias_only.bin", "air");
  EXPECT_THAT(data.readings(), ElementsAre("NO2=43.25 ug/m3", "Temperature=-3.25", "Delta=-6"));
  EXPECT_EQ(data.report().time.start, at("2025-01-15T08:31:00Z"));
  EXPECT_EQ(data.decoded.readings.at(0).time.start, at("2025-01-15T08:30:59Z"));
  EXPECT_EQ(data.decoded.readings.at(1).time.start, at("2025-01-15T08:30:59.5Z"));
  EXPECT_EQ(nodes_.take_rebirth(), "");

  EXPECT_EQ(file("NDEATH", "ref_NDEATH.bin").outcome(), "suppressed:status");
  EXPECT_FALSE(nodes_.find("g/n")->alive());
}

TEST_F(SparkplugSamples, of_a_gateway) {
  EXPECT_THAT(file("NBIRTH", "umh_NBIRTH_V1.bin").readings(), ElementsAre("Temperature=21.5"));
  EXPECT_THAT(file("NDATA", "umh_NDATA_V1.bin").readings(), ElementsAre("Temperature=22.5"));
  EXPECT_EQ(nodes_.take_rebirth(), "");
  EXPECT_THAT(file("NDATA", "umh_NDATA_GAP.bin").readings(), ElementsAre("Temperature=27"))
      << "messages are missing, but the alias is known";
  EXPECT_EQ(nodes_.take_rebirth(), "g/n");
  EXPECT_EQ(nodes_.accounts().at(0).sequence_gaps, 1u);
  EXPECT_EQ(file("NDEATH", "umh_NDEATH_V1.bin").outcome(), "suppressed:status");
  EXPECT_TRUE(nodes_.find("g/n")->alive()) << "of bdSeq 0, while 88 lives";
}

TEST_F(SparkplugSamples, all_of_them) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() != ".bin") continue;
    ++files;
    const std::string name = entry.path().filename();
    const auto underscore = name.find('_');
    std::string type = name.substr(underscore + 1);
    type = type.substr(0, type.find_first_of("_."));
    EXPECT_THAT(say(type, content(entry.path()), type[0] == 'D' ? "d" : "").outcome(),
                ::testing::AnyOf("ok", "suppressed:status"))
        << name;
  }
  EXPECT_EQ(files, 8u);
}

// A row of the capture: who said it, with which number, when.
struct Captured {
  std::string type;
  std::string node;
  std::string device;
  std::string seq;
  std::uint64_t ms = 0;
};

std::vector<Captured> captured(const fs::path& file) {
  std::vector<Captured> rows;
  std::istringstream lines(content(file));
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line[0] == '#' || line.starts_with("frame")) continue;
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (cells.size() < 9) continue;
    rows.push_back(
        {cells[4], cells[5], cells[6], cells[7], cells[8].empty() ? 0 : std::stoull(cells[8])});
  }
  return rows;
}

TEST_F(SparkplugSamples, numbers_of_a_plant) {
  const auto rows = captured(folder() / "pcap_patterns.csv");
  ASSERT_EQ(rows.size(), 285u);
  // Where messages are missing, by the numbers themselves.
  std::uint64_t jumps = 0;
  std::map<std::string, std::optional<std::uint64_t>> last_of;
  std::size_t without_number = 0;
  const auto say_all = [&] {
    for (const Captured& row : rows) {
      if (row.seq.empty()) continue;
      const std::uint64_t seq = std::stoull(row.seq);
      const std::string payload =
          sparkplug_payload({MetricBytes("v").type(9).real(1.F)}, seq, row.ms);
      std::string topic = "spBv1.0/org_A/" + row.type + "/" + row.node;
      if (!row.device.empty()) topic += "/" + row.device;
      const Decoding said(*decoder_, payload, topic, received, false);
      EXPECT_EQ(said.outcome(), "ok") << topic;
    }
  };
  for (const Captured& row : rows) {
    if (row.seq.empty()) {
      ++without_number;
      continue;
    }
    const std::uint64_t seq = std::stoull(row.seq);
    auto& last = last_of[row.node];
    if (last && (*last + 1) % 256 != seq) ++jumps;
    last = seq;
  }
  EXPECT_EQ(jumps, 8u);
  EXPECT_EQ(without_number, 8u);
  say_all();
  ASSERT_EQ(nodes_.accounts().size(), 1u);
  EXPECT_EQ(nodes_.accounts()[0].sequence_gaps, jumps);
}

// Each message twice, as a broker delivers it that saw no acknowledgement.
TEST_F(SparkplugSamples, numbers_of_a_plant_delivered_twice) {
  std::uint64_t gaps = 0;
  for (const bool twice : {false, true}) {
    SparkplugNodes nodes;
    const auto decoder = make_decoder(route_of(Format::sparkplug_b), nullptr, &nodes);
    std::vector<std::pair<std::string, std::string>> window;
    for (const Captured& row : captured(folder() / "pcap_patterns.csv")) {
      if (row.seq.empty() || row.node != "702") continue;
      window.emplace_back(
          "spBv1.0/g/NDATA/n",
          sparkplug_payload({MetricBytes("v").type(9).real(1.F)}, std::stoull(row.seq), row.ms));
      const auto& [topic, payload] = window.back();
      const Decoding first(*decoder, payload, topic, received, false);
      if (!twice || window.size() < 20) continue;
      for (const auto& [again_topic, again] : window) {
        const Decoding second(*decoder, again, again_topic, received, true);
      }
      window.clear();
    }
    const std::uint64_t counted = nodes.accounts().at(0).sequence_gaps;
    if (!twice) gaps = counted;
    EXPECT_EQ(counted, gaps);
  }
  EXPECT_EQ(gaps, 8u);
}

}  // namespace
}  // namespace senne::decode
