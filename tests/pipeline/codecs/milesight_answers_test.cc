// What a Milesight device answers when it is configured: never a reading, and what stands after it
// is read.
#include <gtest/gtest.h>

#include "pipeline/codecs/built_in.h"
#include "tests/pipeline/codecs/coding.h"

namespace senne::decode {
namespace {

using Lines = std::vector<std::string>;

Lines read(std::string_view profile, std::string hex) {
  std::erase(hex, ' ');
  return Coding(app::built_in_codec(profile), from_hex(hex), 85).readings();
}

Lines battery(std::string_view profile) {
  return {profile == "milesight/vs360" ? "battery_level#main=100i %" : "battery_level=100i %"};
}

TEST(MilesightAnswers, those_of_all_models_are_passed_over_in_each) {
  // A restart, an interval, an alarm's limits, what is kept, two calibrations.
  const std::string answers = "fe10ff ff6a003c00 fe06890102030405060708 ff6801 fe1a02e803 fe1a00";
  std::size_t models = 0;
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    if (!one.name.starts_with("milesight/")) continue;
    ++models;
    EXPECT_EQ(read(one.name, answers + "017564"), battery(one.name)) << one.name;
    std::string hex = answers;
    std::erase(hex, ' ');
    EXPECT_EQ(Coding(app::built_in_codec(one.name), from_hex(hex), 85).outcome(),
              "suppressed:status")
        << one.name;
  }
  EXPECT_GT(models, 40U);
}

struct Answer {
  const char* profile;
  std::vector<const char*> hex;
};

TEST(MilesightAnswers, those_that_a_model_lays_out_in_its_own_way) {
  const std::vector<Answer> all = {
      {"milesight/am307", {"fe3a5802", "ff3901e8038403"}},
      {"milesight/am319-v2", {"fe3a5802", "ffeb01", "fef001000100"}},
      {"milesight/am103", {"ff75010100000000fe", "fe39010700900 1", "ff180003"}},
      {"milesight/em300-th", {"fe79010134120000", "ffea800a00"}},
      {"milesight/em300-di",
       {"fe7901033412", "ffa100010110000000", "fea201640001006c000000", "ffa30001", "fea40500"}},
      {"milesight/em320-th", {"f9c901", "f8c90100"}},
      {"milesight/em400-tld", {"fea101", "ffa20105", "fea301", "ffa405"}},
      {"milesight/em500-co2", {"fe350102030405060708", "ff9601010134 12000000", "fef10001 0a00"}},
      {"milesight/em300-cl", {"febf00010002000300 0000", "ff7e8105000300", "fe8e003c00"}},
      {"milesight/ws303", {"fe7e0105000300", "ff83013412", "fe800500"}},
      {"milesight/vs121",
       {"fe03100e00", "ff05000fff", "f9910100000000", "f891010000000000", "f9990001000800 1200",
        "f895000100000000 00"}},
      {"milesight/vs133", {"fe035802", "f984010500", "f88401050000"}},
      {"milesight/vs135", {"ff5101", "f98801 02", "f8860500"}},
      {"milesight/vs350", {"feab010a00", "ffa70500", "f91001", "f8100100", "ffac01020300"}},
      {"milesight/vs360", {"fe750100000000fe", "fea601", "f91001", "f8100100", "feed010203"}},
  };
  for (const Answer& model : all) {
    for (const char* answer : model.hex) {
      EXPECT_EQ(read(model.profile, answer + std::string("017564")), battery(model.profile))
          << model.profile << " " << answer;
    }
  }
}

TEST(MilesightAnswers, one_that_is_not_known_is_named_and_what_stands_before_it_kept) {
  EXPECT_EQ(read("milesight/ws301", "017564 feee01 030001"),
            (Lines{"battery_level=100i %", "channel_fe_type_ee=!malformed"}));
}

}  // namespace
}  // namespace senne::decode
