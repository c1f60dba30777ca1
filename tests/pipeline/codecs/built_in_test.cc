// The tables that come with the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "core/vocabulary.h"
#include "pipeline/codecs/built_in.h"
#include "pipeline/decode/time_text.h"
#include "tests/pipeline/codecs/coding.h"

namespace senne::decode {
namespace {

TEST(BuiltInCodecs, each_is_sound_and_named_as_its_file) {
  EXPECT_GT(codecs::built_in().size(), 100U);
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    SCOPED_TRACE(one.name);
    const auto table = table_of(one.yaml);
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->name, one.name);
    EXPECT_FALSE(table->source.empty());
    EXPECT_NE(make_codec(table), nullptr);
  }
}

void each_field(const CodecTable& table, const std::function<void(const CodecField&)>& see) {
  for (const CodecLayout& layout : table.layouts) {
    for (const CodecField& field : layout.fields) see(field);
    for (const CodecEntry& entry : layout.entries) {
      for (const CodecField& field : entry.fields) see(field);
    }
    for (const CodecGroup& group : layout.groups) {
      for (const CodecField& field : group.fields) see(field);
    }
  }
}

TEST(BuiltInCodecs, no_name_of_a_makers_own_is_taken_for_a_numbered_property) {
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    each_field(*table_of(one.yaml), [&](const CodecField& field) {
      std::string name = field.property;
      while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.pop_back();
      if (name == field.property || find_property(field.property) != nullptr) return;
      if (!name.empty() && name.back() == '_') name.pop_back();
      EXPECT_FALSE(find_alias(name).has_value()) << one.name << ": " << field.property;
    });
  }
}

TEST(BuiltInCodecs, numbers_of_the_vocabulary_state_their_unit) {
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    each_field(*table_of(one.yaml), [&](const CodecField& field) {
      const Property* const property = find_property(field.property);
      if (property == nullptr || property->kind == PropertyKind::flag) return;
      // The maker of these does not state it.
      const bool silent = one.name.starts_with("milesight/am3") || one.name == "browan/tbhv110";
      if (silent && property->name == "voc") return;
      EXPECT_FALSE(field.unit.empty()) << one.name << ": " << field.property;
    });
  }
}

TEST(BuiltInCodecs, settings_of_elsys_on_their_port_are_no_readings) {
  const std::string bytes = from_hex("3e0a0100dd");
  EXPECT_EQ(Coding(app::built_in_codec("elsys"), bytes, 6).outcome(), "suppressed:status");
  EXPECT_EQ(Coding(app::built_in_codec("elsys"), from_hex("0100dd"), 5).readings(),
            (std::vector<std::string>{"air_temperature=22.1 Cel"}));
}

std::string documentation() {
  std::ifstream file(std::string(SENNE_SOURCE_DIR) + "/docs/codecs.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(BuiltInCodecs, the_example_of_the_documentation_gives_what_it_says) {
  const std::string page = documentation();
  const auto begin = page.find("name: acme/puddle");
  ASSERT_NE(begin, std::string::npos);
  const auto table = table_of(page.substr(begin, page.find("```", begin) - begin));
  ASSERT_NE(table, nullptr);
  const std::string bytes = "The bytes `";
  const auto from = page.find(bytes) + bytes.size();
  std::string hex = page.substr(from, page.find('`', from) - from);
  std::erase(hex, ' ');
  const Coding coding(table, from_hex(hex), 2);
  EXPECT_THAT(coding.readings(0),
              testing::ElementsAre("battery_voltage=3620i mV", "water_level=210i mm",
                                   "water_temperature=-10 Cel", "lid='open'"));
  EXPECT_THAT(coding.readings(1), testing::ElementsAre("water_level=200i mm"));
  ASSERT_EQ(coding.decoded.reports.size(), 2U);
  EXPECT_EQ(coding.decoded.reports[1].time.start, parse_rfc3339("2024-03-12T19:00:00Z"));
}

TEST(BuiltInCodecs, each_is_listed_in_the_documentation_with_its_source_and_no_other) {
  const std::string page = documentation();
  std::size_t rows = 0;
  for (std::size_t at = page.find("\n| `"); at != page.npos; at = page.find("\n| `", at + 1)) {
    if (page.find("## Built in") < at) ++rows;
  }
  EXPECT_EQ(rows, codecs::built_in().size());
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    const auto begin = page.find("\n| `" + std::string(one.name) + "` | ");
    ASSERT_NE(begin, page.npos) << one.name;
    EXPECT_TRUE(page.substr(begin, page.find('\n', begin + 1) - begin)
                    .ends_with(" | " + table_of(one.yaml)->source + " |"))
        << one.name;
  }
}

}  // namespace
}  // namespace senne::decode
