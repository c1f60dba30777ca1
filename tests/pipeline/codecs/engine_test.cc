// What the table language means, each part on a small table of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/codecs/coding.h"

namespace senne::decode {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

using Lines = std::vector<std::string>;

// A table of one layout with these fields.
std::shared_ptr<const CodecTable> fields(const std::string& fields, const std::string& more = "") {
  return table_of("name: own\n" + more + "layouts:\n  - fields:\n" + fields);
}
std::shared_ptr<const CodecTable> entries(const std::string& entries,
                                          const std::string& more = "") {
  return table_of("name: own\n" + more + "layouts:\n  - entries:\n" + entries);
}

Lines read(const std::shared_ptr<const CodecTable>& table, const std::string& hex, int port = 1) {
  return Coding(table, from_hex(hex), port).readings();
}

TEST(CodecTable, whole_numbers_of_every_width_and_order) {
  const std::string all =
      "    - {property: raw.a, type: u8}\n"
      "    - {property: raw.b, type: i8}\n"
      "    - {property: raw.c, type: u16}\n"
      "    - {property: raw.d, type: i16}\n"
      "    - {property: raw.e, type: u24}\n"
      "    - {property: raw.f, type: i24}\n"
      "    - {property: raw.g, type: u32}\n"
      "    - {property: raw.h, type: i32}\n";
  EXPECT_THAT(read(fields(all), "fffefffdfffcfffffbfffffafffffff9fffffff8"),
              ElementsAre("a=255i", "b=-2i", "c=65533i", "d=-4i", "e=16777211i", "f=-6i",
                          "g=4294967289i", "h=-8i"));
  EXPECT_THAT(read(fields(all, "order: little\n"), "017f01020304010203040506010203040a0b0c8d"),
              ElementsAre("a=1i", "b=127i", "c=513i", "d=1027i", "e=197121i", "f=394500i",
                          "g=67305985i", "h=-1928590582i"));
  EXPECT_THAT(read(fields("    - {property: raw.a, type: u16, order: little}\n"
                          "    - {property: raw.b, type: u16}\n"),
                   "01020102"),
              ElementsAre("a=513i", "b=258i"));
}

TEST(CodecTable, four_bytes_with_the_low_word_first) {
  const auto table = fields(
      "    - {property: raw.a, type: u32, order: low_word}\n"
      "    - {property: raw.b, type: i32, order: low_word, divide: 10}\n"
      "    - {property: raw.c, type: float32, order: low_word}\n"
      "    - {property: raw.d, type: u32, order: low_word, mask: 0xff00}\n");
  EXPECT_THAT(read(table, "03040102fff6ffff000042c855667788"),
              ElementsAre("a=16909060i", "b=-1", "c=100", "d=85i"));
}

TEST(CodecTable, several_tags_may_have_the_same_after_them) {
  const auto table = entries(
      "    - {tag: 01 a002 **04, fields: [{property: raw.a, type: u8}]}\n"
      "    - {tag: '0105', fields: [{property: raw.b, type: u8}]}\n");
  EXPECT_THAT(read(table, "0105a002060904070108"), ElementsAre("a=5i", "a=6i", "a#9=7i", "a=8i"));
  EXPECT_THAT(read(table, "a003"), ElementsAre("type_a0=!malformed"));
}

TEST(CodecTable, single_precision_is_widened_as_it_is) {
  const auto table = fields("    - {property: raw.a, type: float32}\n", "order: little\n");
  EXPECT_THAT(read(table, "cdcccc3d"), ElementsAre("a=0.10000000149011612"));
  EXPECT_THAT(read(table, "0000c07f"), ElementsAre("a=!bad_value"));
  EXPECT_THAT(read(table, "000080ff"), ElementsAre("a=!bad_value"));
}

TEST(CodecTable, a_scaled_number_is_the_double_nearest_to_the_decimal) {
  const auto tenths = fields("    - {property: raw.a, type: i16, divide: 10}\n");
  for (int tenth = -32768; tenth < 32768; ++tenth) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "%04x", static_cast<unsigned>(tenth) & 0xFFFFU);
    const Coding coding(tenths, from_hex(hex));
    char text[16];
    std::snprintf(text, sizeof text, "%s%d.%d", tenth < 0 ? "-" : "", std::abs(tenth) / 10,
                  std::abs(tenth) % 10);
    ASSERT_EQ(std::get<double>(coding.decoded.readings.at(0).value), std::strtod(text, nullptr));
  }
  EXPECT_THAT(read(fields("    - {property: raw.a, type: u8, multiply: 4, add: 2500}\n"), "d3"),
              ElementsAre("a=3344i"));
  EXPECT_THAT(
      read(fields("    - {property: raw.a, type: i8, multiply: -3, add: 1, divide: 4}\n"), "fe"),
      ElementsAre("a=1.75"));
}

TEST(CodecTable, bits_are_taken_and_shifted_down) {
  EXPECT_THAT(read(fields("    - {property: raw.a, type: u8, mask: 0xf0}\n"
                          "    - {property: raw.b, at: 0, type: u8, mask: 0x0f}\n"
                          "    - {property: raw.c, at: 0, type: i8, mask: 0x0c}\n"
                          "    - {property: raw.d, at: 0, type: u16, mask: 0x3fc0}\n"
                          "    - {property: raw.e, type: u8}\n"),
                   "5caa07"),
              ElementsAre("a=5i", "b=12i", "c=-1i", "d=114i", "e=7i"));
}

TEST(CodecTable, a_number_that_says_missing_is_no_reading) {
  const auto table = fields(
      "    - {property: raw.a, type: i16, missing: [-1, 0x7fff], divide: 10}\n"
      "    - {property: raw.b, type: u8}\n");
  EXPECT_THAT(read(table, "ffff01"), ElementsAre("b=1i"));
  EXPECT_THAT(read(table, "7fff01"), ElementsAre("b=1i"));
  EXPECT_THAT(read(table, "000001"), ElementsAre("a=0", "b=1i"));
}

TEST(CodecTable, values_name_flags_and_words) {
  const auto table = fields(
      "    - {property: motion, type: u8, values: {0: false, 1: true}}\n"
      "    - {property: raw.a, type: u8, values: {0x10: low}}\n"
      "    - {property: raw.b, type: u8, values: {1: 'true'}, otherwise: x}\n");
  EXPECT_THAT(read(table, "011001"), ElementsAre("motion=true", "a='low'", "b='true'"));
  EXPECT_THAT(read(table, "020002"), ElementsAre("motion=!bad_value", "a=!bad_value", "b='x'"));
}

TEST(CodecTable, text_out_of_bytes) {
  EXPECT_THAT(read(fields("    - {property: raw.sn, type: hex, bytes: 3}\n"
                          "    - {type: skip, bytes: 1}\n"
                          "    - {property: raw.version, type: dotted, bytes: 3}\n"),
                   "00abcd99010aff"),
              ElementsAre("sn='00abcd'", "version='1.10.255'"));
}

TEST(CodecTable, formulas_of_the_number_and_of_those_beside_it) {
  EXPECT_THAT(read(fields("    - {property: raw.a, type: u8, formula: x * 2 + x1}\n"
                          "    - {type: u8}\n"
                          "    - {property: raw.b, formula: 'max(x0, x1) > 3 ? 1 : 0'}\n"
                          "    - {property: raw.c, formula: x0 / (x1 - 5)}\n"),
                   "0305"),
              ElementsAre("a=11", "b=1", "c=!bad_value"));
}

TEST(CodecTable, units_and_channels_are_stated) {
  const Coding coding(fields("    - {property: air_temperature, type: i8, unit: Cel, channel: in}\n"
                             "    - {property: raw.a, type: u8}\n"),
                      from_hex("1501"));
  EXPECT_THAT(coding.readings(), ElementsAre("air_temperature#in=21i Cel", "a=1i"));
  EXPECT_EQ(coding.decoded.readings[0].unit_system, UnitSystem::ucum);
  EXPECT_EQ(coding.decoded.readings[1].unit_system, UnitSystem::none);
}

TEST(CodecTable, a_property_that_the_table_calls_raw_stays_raw) {
  const Coding coding(fields("    - {property: raw.pressure_2, type: u8, unit: bar}\n"
                             "    - {property: air_pressure, type: u8, unit: bar}\n"),
                      from_hex("0201"));
  ASSERT_EQ(coding.decoded.readings.size(), 2u);
  EXPECT_EQ(coding.decoded.readings[0].name, "pressure_2");
  EXPECT_TRUE(coding.decoded.readings[0].raw);
  EXPECT_FALSE(coding.decoded.readings[1].raw);
}

TEST(CodecTable, a_channel_out_of_the_tag_or_of_a_field) {
  const auto table = entries(
      "    - {tag: '**67', fields: [{property: air_temperature, type: i16, divide: 10}]}\n"
      "    - {tag: 10..e4, fields: [{use: channel, type: u8}, {property: raw.a, type: u8}]}\n");
  EXPECT_THAT(
      read(table, "0367011005670000ff6700fa"),
      ElementsAre("air_temperature#3=27.2", "air_temperature#5=0", "air_temperature#255=25"));
  EXPECT_THAT(read(table, "1099e40207"), ElementsAre("a#2=7i"));
}

TEST(CodecTable, an_unknown_tag_ends_the_reading_with_one_bad_reading) {
  const auto two = entries("    - {tag: '0175', fields: [{property: raw.a, type: u8}]}\n");
  EXPECT_THAT(read(two, "017505ff01"), ElementsAre("a=5i", "channel_ff_type_01=!malformed"));
  EXPECT_THAT(read(two, "ff01017505"), ElementsAre("channel_ff_type_01=!malformed"));
  EXPECT_THAT(read(two, "017505ff"), ElementsAre("a=5i", "channel_ff=!malformed"));
  const auto one = entries("    - {tag: '01', fields: [{property: raw.a, type: u8}]}\n");
  EXPECT_THAT(read(one, "01053e02"), ElementsAre("a=5i", "type_3e=!malformed"));
  const auto three = entries("    - {tag: '010203', fields: [{property: raw.a, type: u8}]}\n");
  EXPECT_THAT(read(three, "01020305aabbccdd"), ElementsAre("a=5i", "tag_aabbcc=!malformed"));
}

TEST(CodecTable, an_entry_that_is_cut_off_is_one_bad_reading) {
  const auto table = entries(
      "    - {tag: '0367', fields: [{property: raw.a, type: u8}, {property: raw.b, type: u8}]}\n");
  EXPECT_THAT(read(table, "0367010203670f"),
              ElementsAre("a=1i", "b=2i", "channel_03_type_67=!malformed"));
}

TEST(CodecTable, the_bytes_after_a_tag_choose_between_entries) {
  const auto table = entries(
      "    - {tag: '20', when: [{at: 0, is: 1}], fields: [{property: raw.a, at: 1, type: u8}]}\n"
      "    - {tag: '20', when: [{at: 0, mask: 0xf0, is: 0x20}],\n"
      "       fields: [{property: raw.b, at: 1, type: u16}]}\n");
  EXPECT_THAT(read(table, "200105202f0102"), ElementsAre("a=5i", "b=258i"));
  EXPECT_THAT(read(table, "200305"), ElementsAre("type_20=!malformed"));
}

TEST(CodecTable, entries_without_a_tag_are_records_one_after_the_other) {
  const auto table = entries(
      "    - when: [{at: 0, is: 1}]\n"
      "      fields: [{type: u8}, {property: raw.a, type: u8}]\n"
      "    - when: [{at: 0, mask: 0xf0, is: 0x10}]\n"
      "      fields: [{type: u8}, {property: raw.c, type: u8}, {property: raw.d, type: u8}]\n"
      "    - tag: '02'\n"
      "      fields: [{property: raw.b, type: u8}]\n");
  EXPECT_THAT(read(table, "01051006070208010a"),
              ElementsAre("a=5i", "c=6i", "d=7i", "b=8i", "a=10i"));
  // What is cut off has the name of its first field that is not whole.
  EXPECT_THAT(read(table, "010501"), ElementsAre("a=5i", "a=!malformed"));
  EXPECT_THAT(read(table, "01051006"), ElementsAre("a=5i", "d=!malformed"));
  EXPECT_THAT(read(table, "010502"), ElementsAre("a=5i", "type_02=!malformed"));
  EXPECT_THAT(read(table, "0105ee060105"), ElementsAre("a=5i", "record=!malformed"));
}

TEST(CodecTable, records_of_earlier_times_are_reports_each) {
  const auto table = entries(
      "    - when: [{at: 0, is: 0}]\n"
      "      fields: [{type: u8}, {property: raw.a, type: u8}, {type: skip, bytes: 4}]\n"
      "    - fields: [{type: u8}, {property: raw.a, type: u8}, {use: time, type: u32}]\n");
  const Coding coding(table, from_hex("400500000064"
                                      "000700000065"
                                      "410600000066"));
  ASSERT_EQ(coding.decoded.reports.size(), 3U);
  EXPECT_THAT(coding.readings(0), ElementsAre("a=7i"));
  EXPECT_THAT(coding.readings(1), ElementsAre("a=5i"));
  EXPECT_THAT(coding.readings(2), ElementsAre("a=6i"));
  EXPECT_EQ(to_nanos(*coding.decoded.reports[1].time.start), 100'000'000'000);
  EXPECT_EQ(to_nanos(*coding.decoded.reports[2].time.start), 102'000'000'000);
  EXPECT_FALSE(coding.decoded.reports[0].historical);
  EXPECT_TRUE(coding.decoded.reports[1].historical && coding.decoded.reports[2].historical);
}

TEST(CodecTable, earlier_readings_are_reports_of_their_own_time) {
  const auto table = entries(
      "    - {tag: '01', fields: [{property: raw.a, type: u8}]}\n"
      "    - tag: '20'\n"
      "      fields:\n"
      "        - {use: time, type: u32}\n"
      "        - {property: raw.a, type: u8, missing: [255]}\n");
  // The one of now stands between two of earlier times; a third has no value.
  const Coding coding(table, from_hex("2000000064050107200000006506"
                                      "2000000066ff"));
  ASSERT_EQ(coding.decoded.reports.size(), 3U);
  EXPECT_THAT(coding.readings(0), ElementsAre("a=7i"));
  EXPECT_THAT(coding.readings(1), ElementsAre("a=5i"));
  EXPECT_THAT(coding.readings(2), ElementsAre("a=6i"));
  const auto& reports = coding.decoded.reports;
  EXPECT_FALSE(reports[0].historical);
  EXPECT_EQ(to_nanos(*reports[0].time.start), 1);
  EXPECT_TRUE(reports[1].historical && reports[2].historical);
  EXPECT_EQ(to_nanos(*reports[1].time.start), 100'000'000'000);
  EXPECT_EQ(to_nanos(*reports[2].time.start), 101'000'000'000);
  for (const Report& report : reports) {
    EXPECT_EQ(report.device, "dev");
    EXPECT_EQ(report.sequence, "7");
  }
  const Coding only_earlier(table, from_hex("200000006405"));
  ASSERT_EQ(only_earlier.decoded.reports.size(), 1U);
  EXPECT_TRUE(only_earlier.decoded.reports[0].historical);
  // What follows an unknown tag is not read, in neither pass.
  const Coding broken(table, from_hex("0107ee200000006405"));
  ASSERT_EQ(broken.decoded.reports.size(), 1U);
  EXPECT_EQ(broken.decoded.readings.size(), 2U);
  EXPECT_THAT(broken.readings(), ElementsAre("a=7i", "type_ee=!malformed"));
}

TEST(CodecTable, a_time_among_the_first_fields_is_that_of_the_report) {
  const Coding coding(fields("    - {use: time, type: u32}\n    - {property: raw.a, type: u8}\n"),
                      from_hex("0000006407"));
  ASSERT_EQ(coding.decoded.reports.size(), 1U);
  EXPECT_FALSE(coding.decoded.reports[0].historical);
  EXPECT_EQ(to_nanos(*coding.decoded.reports[0].time.start), 100'000'000'000);
}

TEST(CodecTable, groups_follow_their_flags) {
  const auto table = table_of(
      "name: own\n"
      "layouts:\n"
      "  - when: [{at: 0, is: 2}]\n"
      "    fields: [{type: skip, bytes: 1}]\n"
      "    groups:\n"
      "      - {bit: 0, fields: [{property: raw.a, type: u16}]}\n"
      "      - {bit: 9, fields: [{property: raw.b, type: u16}]}\n");
  EXPECT_THAT(read(table, "02020100050006"), ElementsAre("a=5i", "b=6i"));
  EXPECT_THAT(read(table, "0202000006"), ElementsAre("b=6i"));
  EXPECT_THAT(read(table, "0200030005"), ElementsAre("a=5i", "flag_1=!malformed"));
  EXPECT_THAT(read(table, "020001ff"), ElementsAre("flag_0=!malformed"));
  EXPECT_THAT(read(table, "0200"), ElementsAre("flags=!malformed"));
  EXPECT_EQ(Coding(table, from_hex("020000")).outcome(), "suppressed:status");
}

TEST(CodecTable, port_length_and_bytes_choose_the_layout) {
  const auto table = table_of(
      "name: own\n"
      "layouts:\n"
      "  - {ports: [1, 2], length: 1, fields: [{property: raw.a, type: u8}]}\n"
      "  - {ports: [2], fields: [{property: raw.b, type: u8}]}\n"
      "  - {when: [{at: -1, mask: 0x0f, is: 7}], fields: [{property: raw.c, type: u8}]}\n");
  EXPECT_THAT(read(table, "05", 1), ElementsAre("a=5i"));
  EXPECT_THAT(read(table, "05", 2), ElementsAre("a=5i"));
  EXPECT_THAT(read(table, "0506", 2), ElementsAre("b=5i"));
  EXPECT_THAT(read(table, "0517", 3), ElementsAre("c=5i"));
  const Coding none(table, from_hex("0516"), 3);
  EXPECT_EQ(none.outcome(), "rejected:malformed");
  EXPECT_THAT(std::get<Rejected>(none.result.error()).detail,
              StartsWith("expected a payload of `own`, found 2 bytes on port 3"));
}

TEST(CodecTable, fields_that_are_cut_off_keep_those_before) {
  const auto table = fields(
      "    - {property: raw.a, type: u8}\n"
      "    - {property: raw.b, type: u16}\n"
      "    - {property: raw.c, formula: x0 + x1}\n");
  EXPECT_THAT(read(table, "0501"), ElementsAre("a=5i", "b=!malformed"));
}

TEST(CodecTable, a_formula_needs_the_whole_block) {
  const auto table = fields(
      "    - {property: raw.a, type: u8, formula: x + x1}\n"
      "    - {property: raw.b, type: u8}\n");
  EXPECT_THAT(read(table, "0506"), ElementsAre("a=11", "b=6i"));
  EXPECT_THAT(read(table, "05"), ElementsAre("b=!malformed"));
}

TEST(CodecTable, a_block_ends_after_the_field_that_reaches_farthest) {
  const auto table = entries(
      "    - tag: '01'\n"
      "      fields:\n"
      "        - {property: raw.a, type: u16}\n"
      "        - {property: raw.b, at: 0, type: u8}\n");
  EXPECT_THAT(read(table, "010203010405"), ElementsAre("a=515i", "b=2i", "a=1029i", "b=4i"));
}

TEST(CodecTable, fields_go_before_entries) {
  const auto table = table_of(
      "name: own\n"
      "layouts:\n"
      "  - fields: [{property: raw.a, type: u8}]\n"
      "    entries: [{tag: '01', fields: [{property: raw.b, type: u8}]}]\n");
  EXPECT_THAT(read(table, "0701090108"), ElementsAre("a=7i", "b=9i", "b=8i"));
  EXPECT_THAT(read(table, "07"), ElementsAre("a=7i"));
}

TEST(CodecTable, bytes_without_a_reading_are_a_status) {
  EXPECT_EQ(Coding(fields("    - {type: skip, bytes: 1}\n"), "x").outcome(), "suppressed:status");
  EXPECT_EQ(Coding(fields("    - {property: raw.a, type: u8}\n"), "").outcome(),
            "suppressed:status");
}

TEST(CodecTable, no_more_readings_than_the_limit) {
  const auto table = entries("    - {tag: '01', fields: [{property: raw.a, type: u8}]}\n");
  EXPECT_EQ(Coding(table, from_hex("01010102"), 1, 2).outcome(), "ok");
  const Coding over(table, from_hex("010101020103"), 1, 2);
  EXPECT_EQ(over.outcome(), "rejected:limit");
  EXPECT_EQ(std::get<Rejected>(over.result.error()).detail, "expected at most 2 readings");
}

TEST(CodecTable, a_table_that_extends_another_tries_its_own_entries_first) {
  const auto table = entries("    - {tag: '0175', fields: [{property: raw.mine, type: u8}]}\n",
                             "extends: milesight/ws303\n");
  EXPECT_THAT(read(table, "0175050300010275"),
              ElementsAre("mine=5i", "water_leak=true", "channel_02_type_75=!malformed"));
}

}  // namespace
}  // namespace senne::decode
