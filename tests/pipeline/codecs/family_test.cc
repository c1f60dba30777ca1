// A maker's profile, where no message says of which model it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/pipeline/codecs/coding.h"

namespace senne::decode {
namespace {

using testing::ElementsAre;

std::vector<std::string> read(const std::string& profile, const std::string& hex) {
  return Coding(app::built_in_codec(profile), from_hex(hex)).readings();
}

// Version 2, device 301, then flags and words.
constexpr const char* all_of_an_iam = "02012d007f0b926a515d48bc4e0262006981c7000093d4000b0111";
constexpr const char* three_words = "02012d00036a515d480b92";

TEST(Family, what_one_model_alone_takes_is_read_by_it) {
  const auto readings = read("decentlab", all_of_an_iam);
  EXPECT_GT(readings.size(), 5U);
  EXPECT_EQ(readings, read("decentlab/dl-iam", all_of_an_iam));
}

TEST(Family, a_model_that_sends_all_it_has_comes_before_one_that_would_not) {
  // Battery, temperature and humidity alone: as a DL-IAM without its other sensors would send them,
  // but there are others whose words these are all.
  EXPECT_EQ(read("decentlab/dl-iam", three_words).size(), 3U);
  // Battery, CO2 and VOC of an IAM: nobody else has so many flags.
  const char* part_of_an_iam = "02012d00510b9293d4000b01110123";
  EXPECT_EQ(read("decentlab", part_of_an_iam), read("decentlab/dl-iam", part_of_an_iam));
}

TEST(Family, it_does_not_matter_which_of_them_is_tried_first) {
  const auto more = table_of(
      "{name: a/more, layouts: [{groups: [{bit: 0, fields: [{property: raw.a, type: u8}]}, "
      "{bit: 1, fields: [{property: raw.b, type: u8}]}]}]}");
  const auto less = table_of(
      "{name: a/less, layouts: [{groups: [{bit: 0, fields: [{property: raw.c, type: u8}]}]}]}");
  for (const auto& models : {std::vector{more, less}, std::vector{less, more}}) {
    CodecTable family;
    family.name = "a";
    family.models = models;
    const Coding coding(std::make_shared<const CodecTable>(family), from_hex("000107"));
    EXPECT_THAT(coding.readings(), ElementsAre("c=7i"));
  }
}

TEST(Family, of_what_several_take_that_counts_on_which_they_agree) {
  // A thermometer, a rangefinder, a pressure gauge: two words of theirs, then the battery.
  EXPECT_THAT(read("decentlab", three_words),
              ElementsAre("battery_voltage=2962i mV", "payload='02012d00036a515d480b92'"));
  // The bytes are no property of the vocabulary, whatever they are called.
  const Coding coding(app::built_in_codec("decentlab"), from_hex(three_words));
  EXPECT_TRUE(coding.decoded.readings.back().raw);
  ASSERT_EQ(coding.decoded.reports.size(), 1U);
  EXPECT_EQ(coding.decoded.reports[0].device, "dev");
  EXPECT_EQ(coding.decoded.reports[0].time.start, instant_from_nanos(1));
}

TEST(Family, what_no_model_takes_is_malformed) {
  const auto outcome = [](const std::string& hex) {
    return Coding(app::built_in_codec("decentlab"), from_hex(hex)).outcome();
  };
  EXPECT_EQ(outcome("02012d00036a515d480b9200"), "rejected:malformed") << "a byte too many";
  EXPECT_EQ(outcome("02012d00036a515d480b"), "rejected:malformed") << "a byte too few";
  EXPECT_EQ(outcome("03012d00036a515d480b92"), "rejected:malformed") << "another version";
  EXPECT_EQ(outcome(""), "suppressed:status");
}

TEST(Family, the_limit_holds) {
  EXPECT_EQ(Coding(app::built_in_codec("decentlab"), from_hex(three_words), 1, 1).outcome(),
            "rejected:limit");
}

TEST(Family, a_table_of_ones_own_can_name_a_maker) {
  const auto table = table_of("{name: city/milesight, models: milesight}");
  ASSERT_NE(table, nullptr);
  // Temperature and humidity, as many models of theirs have them.
  const Coding coding(table, from_hex("0367ee0004687c"), 85);
  EXPECT_EQ(coding.outcome(), "ok");
  EXPECT_THAT(coding.readings(0), testing::Contains("payload='0367ee0004687c'"));
}

}  // namespace
}  // namespace senne::decode
