#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/fixtures.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Decoding cbor(const std::string& hex) {
  std::string bytes;
  EXPECT_TRUE(bytes_from_hex(hex, bytes)) << hex;
  return {route_of(Format::senml_cbor), bytes};
}

// A pack of one record: base name `d:`, name `a`, and these members.
std::string record(int members, const std::string& more) {
  const char* const digits = "0123456789abcdef";
  return std::string("81a") + digits[members + 2] + "2162643a" + "006161" + more;
}

TEST(SenmlCbor, numbers_of_every_form) {
  EXPECT_THAT(cbor(record(1, "0217")).readings(), ElementsAre("a=23"));
  EXPECT_THAT(cbor(record(1, "023903e7")).readings(), ElementsAre("a=-1000"));
  EXPECT_THAT(cbor(record(1, "021bffffffffffffffff")).readings(),
              ElementsAre("a=18446744073709551615u"));
  EXPECT_THAT(cbor(record(1, "023bffffffffffffffff")).readings(),
              ElementsAre("a=-1.844674407e+19"));
  EXPECT_THAT(cbor(record(1, "02f93e00")).readings(), ElementsAre("a=1.5")) << "half";
  EXPECT_THAT(cbor(record(1, "02fa47c35000")).readings(), ElementsAre("a=100000")) << "single";
  EXPECT_THAT(cbor(record(1, "02fb3ff199999999999a")).readings(), ElementsAre("a=1.1"));
  EXPECT_THAT(cbor(record(1, "02c48221196ab3")).readings(), ElementsAre("a=273.15"))
      << "a decimal fraction";
  EXPECT_THAT(cbor(record(1, "02f97e00")).readings(), ElementsAre("a=!bad_value")) << "NaN";
}

TEST(SenmlCbor, a_decimal_fraction_is_the_nearest_double) {
  const Decoding decoding = cbor(record(1, "02c48220190110"));  // 272e-1
  EXPECT_EQ(std::get<double>(decoding.decoded.readings.at(0).value), 27.2);
}

TEST(SenmlCbor, texts_and_data_in_one_piece_or_several) {
  EXPECT_THAT(cbor(record(1, "03626f6b")).readings(), ElementsAre("a='ok'"));
  EXPECT_THAT(cbor(record(1, "037f616f616bff")).readings(), ElementsAre("a='ok'"));
  EXPECT_THAT(cbor(record(1, "0843616263")).readings(), ElementsAre("a='YWJj'"));
  EXPECT_THAT(cbor(record(1, "085f4161426263ff")).readings(), ElementsAre("a='YWJj'"));
  EXPECT_THAT(cbor(record(1, "04f5")).readings(), ElementsAre("a=true"));
  EXPECT_THAT(cbor(record(1, "057f")).outcome(), "rejected:malformed");
}

TEST(SenmlCbor, lists_and_maps_of_open_length) {
  EXPECT_THAT(cbor("9fbf2162643a0061610201ffbf0061620202ffff").readings(),
              ElementsAre("a=1", "b=2"));
}

TEST(SenmlCbor, what_nobody_knows_is_passed_over_unless_it_must_be_understood) {
  EXPECT_THAT(cbor(record(2,
                          "0201"
                          "616c"
                          "a16178820102"))
                  .readings(),
              ElementsAre("a=1"));
  EXPECT_THAT(cbor(record(2,
                          "0201"
                          "1863"
                          "c11a514b67b0"))
                  .readings(),
              ElementsAre("a=1"))
      << "another label, a tagged value";
  EXPECT_EQ(cbor(record(2,
                        "0201"
                        "62785f"
                        "01"))
                .outcome(),
            "rejected:malformed");
  EXPECT_THAT(cbor(record(2,
                          "0201"
                          "62785f"
                          "01"))
                  .detail(),
              HasSubstr("x_"));
}

TEST(SenmlCbor, versions) {
  EXPECT_EQ(cbor(record(2,
                        "0201"
                        "200a"))
                .outcome(),
            "ok");
  EXPECT_EQ(cbor(record(2,
                        "0201"
                        "200b"))
                .outcome(),
            "rejected:unsupported_version");
}

TEST(SenmlCbor, a_value_of_the_wrong_type_spoils_its_record_only) {
  EXPECT_THAT(cbor("83a32162642f0061610262786fa200616202f6a20061630203").readings(),
              ElementsAre("a=!malformed", "b=!malformed", "c=3"));
}

TEST(SenmlCbor, what_is_no_pack) {
  for (const char* hex : {"", "a0", "01", "81", "8101", "81a1", "81a10240", "81a102", "8180",
                          "81a1f401", "9f", "82a0", "80"}) {
    EXPECT_EQ(cbor(hex).outcome(), "rejected:malformed") << hex;
  }
  EXPECT_EQ(cbor(record(1, "0201") + "00").outcome(), "rejected:malformed") << "a byte more";
  EXPECT_EQ(cbor("9bffffffffffffffff").outcome(), "rejected:malformed")
      << "as many records as announced would not fit into any memory";
  std::string deep = "01";
  for (int i = 0; i < 40; ++i) deep = "81" + deep;
  EXPECT_EQ(cbor(record(2,
                        "0201"
                        "616c" +
                            deep))
                .outcome(),
            "rejected:malformed");
}

TEST(SenmlCbor, cut_at_every_byte_it_never_succeeds) {
  const std::string whole = senml_cbor_pack().payload;
  ASSERT_TRUE(Decoding(route_of(Format::senml_cbor), whole).ok());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(Decoding(route_of(Format::senml_cbor), whole.substr(0, size)).outcome(),
              "rejected:malformed")
        << size;
  }
}

}  // namespace
}  // namespace senne::decode
