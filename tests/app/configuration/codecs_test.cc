// Codec tables and profiles in the configuration: what is told of a wrong one, what is stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/configuration/configuration_store.h"
#include "tests/app/configuration/sample.h"

namespace senne::app {
namespace {

const std::string own_table =
    "name: own/model\n"
    "source: \"the maker's manual\"\n"
    "order: little\n"
    "layouts:\n"
    "  - ports: [1, 2]\n"
    "    when: [{at: 0, mask: 0xf0, is: 0x10}]\n"
    "    fields: [{type: skip, bytes: 1}, {use: time, type: u32}]\n"
    "    entries:\n"
    "      - tag: 01**\n"
    "        when: [{at: -1, is: 3}]\n"
    "        fields:\n"
    "          - {property: air_temperature, type: i16, divide: 10, unit: Cel, missing: [-1]}\n"
    "          - {property: motion, type: u8, mask: 0x80, values: {0: false}, otherwise: true}\n"
    "          - {property: raw.x, at: 0, type: u16, order: big, formula: x0 * 2, channel: a}\n"
    "  - {length: 7, fields: [{property: raw.sn, type: hex, bytes: 7}]}\n"
    "  - fields: [{type: u8}]\n"
    "    groups: [{bit: 3, fields: [{property: raw.y, type: u8, add: -5, multiply: 2}]}]\n";

// The error of a table in a file of its own, or what says that there is none.
std::string table_error(const std::string& table) {
  const TemporaryFolder folder;
  folder.write("own.yaml", table);
  std::string error = error_of(smallest + "codecs: [own.yaml]\n", {}, folder.path());
  const std::string path = folder.path() + "/";
  for (auto at = error.find(path); at != std::string::npos; at = error.find(path)) {
    error.erase(at, path.size());
  }
  return error;
}

std::string field_error(const std::string& field) {
  return table_error("name: own\nlayouts:\n  - fields:\n      - {type: u8}\n      - " + field +
                     "\n");
}

TEST(Codecs, a_profile_names_a_table_built_in_or_ones_own) {
  const TemporaryFolder folder;
  folder.write("own.yaml", own_table);
  const auto parsed = parse(smallest +
                                "devices:\n"
                                "  - {id: a, profile: milesight/am319}\n"
                                "  - {id: b, profile: own/model}\n"
                                "  - {id: c, profile: milesight/am319}\n"
                                "  - {id: d}\n"
                                "codecs: [own.yaml]\n",
                            {}, folder.path());
  ASSERT_TRUE(parsed) << parsed.error().message;
  const auto& codecs = parsed->pipeline.codecs;
  ASSERT_EQ(codecs.size(), 2U);
  EXPECT_EQ(codecs[0]->name, "own/model");
  EXPECT_FALSE(codecs[0]->built_in);
  EXPECT_EQ(codecs[1]->name, "milesight/am319");
  EXPECT_TRUE(codecs[1]->built_in);
  EXPECT_EQ(parsed->pipeline.devices[3].profile, "");
}

TEST(Codecs, the_registry_file_may_name_them_too) {
  const TemporaryFolder folder;
  folder.write("own.yaml", own_table);
  folder.write("devices.yaml",
               "devices:\n  - {id: a, profile: own/model}\n  - {id: b, profile: x}\n");
  EXPECT_THAT(
      error_of(smallest + "registry: devices.yaml\ncodecs: [own.yaml]\n", {}, folder.path()),
      testing::EndsWith("devices.yaml:3:22: devices[1].profile: there is no codec table `x`"));
}

TEST(Codecs, a_profile_that_nobody_knows) {
  EXPECT_EQ(error_of(smallest + "devices:\n  - {id: a, profile: milesight/am391}\n"),
            "senne.yaml:10:22: devices[0].profile: there is no codec table `milesight/am391`; did "
            "you mean `milesight/am319`?");
  EXPECT_EQ(error_of(smallest + "devices:\n  - {id: a, profile: [x]}\n"),
            "senne.yaml:10:22: devices[0].profile: expected the name of a codec table, got a list");
}

TEST(Codecs, tables_are_stored_in_line_and_read_back_alike) {
  const TemporaryFolder folder;
  folder.write("own.yaml", own_table);
  const std::string devices =
      "devices:\n  - {id: a, profile: own/model}\n  - {id: b, profile: elsys}\n";
  const auto parsed = parse(smallest + devices + "codecs: [own.yaml]\n", {}, folder.path());
  ASSERT_TRUE(parsed) << parsed.error().message;
  const std::string text = canonical_text(parsed->pipeline);
  const auto again = parse_canonical(text, "stored");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(canonical_text(*again), text);
  EXPECT_EQ(again->devices[0].profile, "own/model");
  ASSERT_EQ(again->codecs.size(), 2U);
  EXPECT_EQ(again->codecs[1]->name, "elsys");

  const CodecTable& table = *again->codecs[0];
  EXPECT_EQ(table.source, "the maker's manual");
  ASSERT_EQ(table.layouts.size(), 3U);
  EXPECT_EQ(table.layouts[0].ports, (std::vector<int>{1, 2}));
  EXPECT_EQ(table.layouts[0].when[0].mask, 0xF0);
  const CodecEntry& entry = table.layouts[0].entries[0];
  EXPECT_EQ(entry.tag, "01**");
  EXPECT_EQ(entry.when[0].at, -1);
  EXPECT_EQ(entry.fields[0].missing, std::vector<std::int64_t>{-1});
  EXPECT_EQ(entry.fields[0].divide, 10);
  EXPECT_EQ(entry.fields[0].order, ByteOrder::little);
  EXPECT_EQ(entry.fields[1].mask, 0x80U);
  EXPECT_EQ(std::get<bool>(*entry.fields[1].otherwise), true);
  EXPECT_EQ(entry.fields[2].property, "x");
  EXPECT_EQ(entry.fields[2].at, 0U);
  EXPECT_EQ(entry.fields[2].order, ByteOrder::big);
  EXPECT_EQ(entry.fields[2].formula, "x0 * 2");
  EXPECT_EQ(entry.fields[2].channel, "a");
  EXPECT_EQ(table.layouts[0].fields[1].use, CodecUse::time);
  EXPECT_EQ(table.layouts[1].length, 7U);
  EXPECT_EQ(table.layouts[2].groups[0].fields[0].add, -5);
  EXPECT_EQ(table.layouts[2].groups[0].fields[0].multiply, 2);
}

TEST(Codecs, a_table_that_names_a_maker_is_stored_as_that) {
  const auto parsed =
      parse(smallest +
            "devices:\n  - {id: a, profile: own/any}\n  - {id: b, profile: decentlab}\n"
            "codecs: [{name: own/any, models: milesight}]\n");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const auto again = parse_canonical(canonical_text(parsed->pipeline), "stored");
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(again->codecs.size(), 2U);
  EXPECT_EQ(again->codecs[0]->maker, "milesight");
  EXPECT_GT(again->codecs[0]->models.size(), 40U);
  EXPECT_EQ(again->codecs[1]->name, "decentlab");
  EXPECT_GT(again->codecs[1]->models.size(), 70U);

  EXPECT_EQ(error_of(smallest + "codecs: [{name: own/any, models: milesite}]\n"),
            "senne.yaml:9:34: models: there is no built-in codec table `milesite/...`");
  EXPECT_THAT(error_of(smallest + "codecs: [{name: own/any, models: decentlab, extends: elsys}]\n"),
              testing::HasSubstr("models: goes with neither `layouts` nor `extends`"));
}

TEST(Codecs, without_any_nothing_of_them_is_stored) {
  const auto parsed = parse(smallest + "devices: [{id: a}]\n");
  ASSERT_TRUE(parsed);
  const std::string text = canonical_text(parsed->pipeline);
  EXPECT_EQ(text.find("codecs"), std::string::npos);
  EXPECT_EQ(text.find("profile"), std::string::npos);
}

TEST(Codecs, a_stored_table_that_extends_one_needs_it_no_more) {
  const auto parsed = parse(smallest +
                            "codecs:\n  - name: own\n    extends: milesight/ws303\n"
                            "    layouts: [{entries: [{tag: '0b', fields: [{property: raw.a, "
                            "type: u8}]}]}]\n");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const std::string text = canonical_text(parsed->pipeline);
  EXPECT_EQ(text.find("extends"), std::string::npos);
  EXPECT_NE(text.find("water_leak"), std::string::npos);
}

TEST(Codecs, names_are_ones_own) {
  EXPECT_EQ(table_error("name: elsys\nlayouts: [{fields: [{type: u8}]}]\n"),
            "own.yaml:1:7: name: `elsys` is built in; expected another name");
  EXPECT_EQ(table_error("name: Own\nlayouts: [{fields: [{type: u8}]}]\n"),
            "own.yaml:1:7: name: expected a name such as `maker/model`, out of a-z 0-9 _ - . and "
            "one /, got `Own`");
  EXPECT_EQ(error_of(smallest + "codecs:\n  - {name: a, layouts: [{fields: [{type: u8}]}]}\n"
                                "  - {name: a, layouts: [{fields: [{type: u8}]}]}\n"),
            "senne.yaml:11:12: codecs[1].name: `a` is the name of an earlier table");
  EXPECT_EQ(error_of(smallest + "codecs: x\n"),
            "senne.yaml:9:9: codecs: expected a list of files, each a codec table, or of what "
            "stands in one, got `x`");
  EXPECT_EQ(error_of(smallest + "codecs: [gone.yaml]\n"),
            "senne.yaml:9:10: codecs[0]: cannot read `gone.yaml`: No such file or directory");
}

TEST(Codecs, a_wrong_table) {
  EXPECT_EQ(table_error("name: own\n"), "own.yaml:1:1: missing key `layouts`");
  EXPECT_EQ(table_error("name: own\nlayout: []\n"),
            "own.yaml:2:1: unknown key `layout`; did you mean `layouts`?");
  EXPECT_EQ(table_error("name: own\nlayouts:\n  - {ports: [1]}\n"),
            "own.yaml:3:5: expected `fields`, `entries` or `groups` in layouts[0]");
  EXPECT_EQ(table_error("name: own\nextends: elsis\n"),
            "own.yaml:2:10: extends: there is no built-in codec table `elsis`; expected one of "
            "codecs.md");
  EXPECT_EQ(table_error("name: own\nlayouts:\n  - {length: 2, fields: [{type: u16, at: 1}]}\n"),
            "own.yaml:3:14: layouts[0].length: the fields take 3 bytes");
  EXPECT_EQ(table_error("name: own\nextends: elsys\nlayouts:\n  - fields: [{type: u8}]\n"),
            "own.yaml:2:10: extends: no layout has `entries` that it could extend");
  EXPECT_EQ(table_error("name: own\nlayouts:\n  - groups:\n"
                        "      - {bit: 1, fields: [{type: u8}]}\n"
                        "      - {bit: 1, fields: [{type: u8}]}\n"),
            "own.yaml:5:15: layouts[0].groups[1].bit: an earlier group has it");
  EXPECT_EQ(
      table_error("name: own\nlayouts:\n  - entries:\n      - {tag: 0g, fields: [{type: u8}]}\n"),
      "own.yaml:4:15: layouts[0].entries[0].tag: expected a tag such as `0367`: two "
      "hexadecimal digits a byte, `..` for any byte, `**` for one that is the channel; or several, "
      "with a space between "
      "two, got "
      "`0g`");
  EXPECT_EQ(table_error("name: own\nlayouts:\n  - when: [{at: 0, mask: 0x0f, is: 0x10}]\n"
                        "    fields: [{type: u8}]\n"),
            "own.yaml:3:36: layouts[0].when[0].is: never so under that `mask`");
}

TEST(Codecs, an_entry_without_a_tag) {
  const TemporaryFolder folder;
  folder.write("own.yaml",
               "name: own/records\n"
               "layouts:\n"
               "  - entries:\n"
               "      - {tag: '01', fields: [{property: raw.a, formula: '1'}]}\n"
               "      - {fields: [{property: raw.a, at: 1, type: u8}]}\n");
  const auto parsed = parse(smallest +
                                "devices:\n  - {id: a, profile: own/records}\n"
                                "codecs: [own.yaml]\n",
                            {}, folder.path());
  ASSERT_TRUE(parsed) << parsed.error().message;
  const std::string text = canonical_text(parsed->pipeline);
  const auto again = parse_canonical(text, "stored");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(canonical_text(*again), text);
  ASSERT_EQ(again->codecs.size(), 1U);
  const auto& entries = again->codecs[0]->layouts[0].entries;
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].tag, "01");
  EXPECT_EQ(entries[1].tag, "");
  EXPECT_EQ(entries[1].fields[0].at, 1U);

  // Such entries would be read without end.
  EXPECT_EQ(table_error("name: own\nlayouts:\n  - entries:\n"
                        "      - {fields: [{property: raw.a, formula: '1'}]}\n"),
            "own.yaml:4:18: layouts[0].entries[0].fields: without a tag, they take no bytes");
  EXPECT_THAT(table_error("name: own\nlayouts:\n  - entries:\n"
                          "      - {tag: '', fields: [{type: u8}]}\n"),
              testing::StartsWith("own.yaml:4:15: layouts[0].entries[0].tag: expected a tag"));
}

TEST(Codecs, a_wrong_field) {
  const std::string at = "own.yaml:5:";
  const std::string path = ": layouts[0].fields[1]";
  const struct {
    const char* field;
    std::string error;
  } wrong[] = {
      {"{property: air_temprature, type: u8}",
       at + "20" + path +
           ".property: unknown property `air_temprature`; did you mean "
           "`air_temperature`?"},
      {"{property: raw.temperature, type: u8}",
       at + "20" + path + ".property: `temperature` is known; expected `air_temperature`"},
      {"{property: raw.a, type: u12}",
       at + "33" + path +
           ".type: expected `u8`, `i8`, `u16`, `i16`, `u24`, `i24`, `u32`, `i32`, "
           "`float32`, `hex`, `dotted` or `skip`, got `u12`; did you mean `u16`?"},
      {"{property: air_temperature, type: u8, unit: hPa}",
       at + "53" + path +
           ".unit: `hPa` is no UCUM unit of `air_temperature`, whose canonical unit "
           "is `Cel`"},
      {"{property: motion, type: u8}",
       at + "20" + path +
           ".property: `motion` is a flag: expected `values` that are `true` or "
           "`false`"},
      {"{property: motion, type: u8, unit: '1', values: {0: false}}",
       at + "44" + path + ".unit: `motion` is a flag and has no unit"},
      {"{property: co2, type: u8, values: {0: low}}",
       at + "20" + path + ".property: `co2` is a number"},
      {"{property: raw.a, type: u8, otherwise: x}",
       at + "48" + path + ".otherwise: goes with `values` only"},
      {"{property: raw.a, type: u8, values: {x: low}}",
       at + "46" + path + ".values: expected a number as key, got `x`"},
      {"{property: raw.a, type: u8, divide: 0}",
       at + "45" + path +
           ".divide: expected a whole number from 1 to 1000000000, decimal or as "
           "`0x1f`, got `0`"},
      {"{property: raw.a, type: u8, bytes: 2}",
       at + "44" + path + ".bytes: `bytes` goes with hex, dotted and skip, and only them"},
      {"{property: raw.a, type: hex}",
       at + "33" + path + ".type: `bytes` goes with hex, dotted and skip, and only them"},
      {"{property: raw.a, type: u16, order: low_word}",
       at + "45" + path + ".order: `low_word` goes with numbers of four bytes only"},
      {"{property: raw.a, type: hex, bytes: 4, order: low_word}",
       at + "55" + path + ".order: `low_word` goes with numbers of four bytes only"},
      {"{property: raw.a, type: u8, mask: 0x5}",
       at + "43" + path + ".mask: expected bits side by side among the lowest 8"},
      {"{property: raw.a, type: u8, mask: 0x100}",
       at + "43" + path + ".mask: expected bits side by side among the lowest 8"},
      {"{property: raw.a, type: float32, missing: [0]}",
       at + "51" + path + ".missing: goes with whole numbers only"},
      {"{property: raw.a}", at + "9" + path + ": a field without `type` has a `formula`"},
      {"{formula: x0}", at + "9" + path + ": missing key `property`"},
      {"{property: raw.a, type: u8, divide: 2, formula: x}",
       at + "9" + path + ": scaled twice: it has a `formula`"},
      {"{property: raw.a, use: time, type: u32}",
       at + "32" + path + ".use: such a field is no `property`"},
      {"{property: raw.a, formula: x0, at: 3}",
       at + "44" + path + ".at: a field without `type` takes no bytes"},
      {"{property: raw.a, type: u8, values: {0: a}, divide: 3}",
       at + "9" + path + ": both a number and one of `values`"},
      {"{property: raw.a, type: hex, bytes: 2, unit: m}",
       at + "9" + path + ": text is neither scaled nor listed and has no unit"},
      {"{type: skip, bytes: 1024}", at + "9" + path + ": ends after 1024 bytes"},
  };
  for (const auto& [field, error] : wrong) EXPECT_EQ(field_error(field), error) << field;
  EXPECT_EQ(field_error("{property: raw." + std::string(129, 'a') + ", type: u8}"),
            at + "20" + path + ".property: a name longer than 128 bytes");
  EXPECT_THAT(field_error("{property: raw.a, type: u8, formula: x +}"),
              testing::StartsWith(at + "46" + path + ".formula: "));
  EXPECT_THAT(field_error("{property: raw.a, type: u8, formula: x2}"),
              testing::StartsWith(at + "46" + path + ".formula: "));
  EXPECT_EQ(field_error("{property: raw.a, type: u8, formula: 'x, x'}"),
            at + "46" + path + ".formula: expected one result");
}

}  // namespace
}  // namespace senne::app
