// What single messages of Sparkplug B say; what is remembered of them: sparkplug_memory_test.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/pipeline/decode/sparkplug_steps.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Sparkplug = SparkplugSteps;

MetricBytes metric(std::uint64_t type) { return MetricBytes("m").type(type); }

constexpr std::uint64_t below_zero(std::uint64_t n, unsigned bits) {
  return bits == 64 ? 0 - n : (std::uint64_t{1} << bits) - n;
}

TEST_F(Sparkplug, unsigned_integers_in_either_field) {
  const std::uint64_t largest[] = {255, 65'535, 4'294'967'295};
  for (std::uint64_t type = 5; type <= 7; ++type) {
    const std::uint64_t most = largest[type - 5];
    const std::string line = fmt::format("m={}u", most);
    EXPECT_THAT(readings_of(metric(type).int_value(most)), ElementsAre(line));
    EXPECT_THAT(readings_of(metric(type).long_value(most)), ElementsAre(line));
    EXPECT_THAT(readings_of(metric(type).long_value(most + 1)), ElementsAre("m=!bad_value"));
  }
  EXPECT_THAT(readings_of(metric(8).long_value(9'007'199'254'740'993)),
              ElementsAre("m=9007199254740993u"));
  EXPECT_THAT(readings_of(metric(8).long_value(std::numeric_limits<std::uint64_t>::max())),
              ElementsAre("m=18446744073709551615u"));
  EXPECT_THAT(readings_of(metric(8).int_value(7)), ElementsAre("m=7u"));
}

TEST_F(Sparkplug, negative_integers_in_twos_complement_of_any_width) {
  struct Width {
    std::uint64_t type;
    unsigned bits;
  };
  for (const auto [type, bits] : {Width{1, 8}, Width{2, 16}, Width{3, 32}}) {
    const std::uint64_t half = std::uint64_t{1} << (bits - 1);
    for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{5}, half}) {
      const std::string line = fmt::format("m=-{}", n);
      EXPECT_THAT(readings_of(metric(type).int_value(below_zero(n, 32))), ElementsAre(line));
      EXPECT_THAT(readings_of(metric(type).int_value(below_zero(n, bits))), ElementsAre(line));
      EXPECT_THAT(readings_of(metric(type).long_value(below_zero(n, 64))), ElementsAre(line));
    }
    const std::string line = fmt::format("m={}", half - 1);
    EXPECT_THAT(readings_of(metric(type).int_value(half - 1)), ElementsAre(line));
  }
  for (const std::uint64_t beyond :
       {std::uint64_t{256}, below_zero(129, 32), below_zero(129, 64)}) {
    EXPECT_THAT(readings_of(metric(1).long_value(beyond)), ElementsAre("m=!bad_value")) << beyond;
  }
  EXPECT_THAT(readings_of(metric(4).long_value(below_zero(5, 64))), ElementsAre("m=-5"));
  EXPECT_THAT(readings_of(metric(4).long_value(std::uint64_t{1} << 63)),
              ElementsAre("m=-9223372036854775808"));
  EXPECT_THAT(readings_of(metric(4).long_value(9'007'199'254'740'993)),
              ElementsAre("m=9007199254740993"));
}

TEST_F(Sparkplug, reals_flags_and_texts) {
  EXPECT_THAT(readings_of(metric(9).real(41.5F)), ElementsAre("m=41.5"));
  EXPECT_THAT(readings_of(metric(9).real(0.1F)), ElementsAre("m=0.1000000015"))
      << "the value of the float, not what somebody may have typed";
  EXPECT_THAT(readings_of(metric(10).real(12.75)), ElementsAre("m=12.75"));
  EXPECT_THAT(readings_of(metric(10).real(1.5F)), ElementsAre("m=1.5"));
  EXPECT_THAT(readings_of(metric(11).flag(true)), ElementsAre("m=true"));
  EXPECT_THAT(readings_of(metric(11).flag(false)), ElementsAre("m=false"));
  EXPECT_THAT(readings_of(metric(12).string("é")), ElementsAre("m='é'"));
  EXPECT_THAT(readings_of(metric(14).string("t")), ElementsAre("m='t'"));
  EXPECT_THAT(readings_of(metric(15).string("0-1")), ElementsAre("m='0-1'"));
  EXPECT_THAT(readings_of(metric(13).long_value(1'736'843'400'000)),
              ElementsAre("m=1736843400000u"));
  EXPECT_THAT(readings_of(metric(17).raw(std::string("\x01\x02\xFA", 3))),
              ElementsAre("m='0102fa'"));
  EXPECT_THAT(readings_of(metric(18).raw("a")), ElementsAre("m='61'"));
}

TEST_F(Sparkplug, a_value_that_is_none_of_its_datatype_is_bad) {
  for (const auto& wrong :
       {metric(3).real(1.0), metric(8).flag(true), metric(9).int_value(1), metric(11).int_value(1),
        metric(12).int_value(1), metric(12).raw("a"), metric(13).string("now"),
        metric(20).string("a"), metric(99).int_value(1), metric(3).extension("")}) {
    EXPECT_THAT(readings_of(wrong), ElementsAre("m=!bad_value"));
  }
}

TEST_F(Sparkplug, without_a_datatype_what_was_sent_decides) {
  const auto untyped = [] { return MetricBytes("m"); };
  EXPECT_THAT(readings_of(untyped().int_value(4'294'967'291)), ElementsAre("m=4294967291u"));
  EXPECT_THAT(readings_of(untyped().long_value(5)), ElementsAre("m=5u"));
  EXPECT_THAT(readings_of(untyped().real(1.5F)), ElementsAre("m=1.5"));
  EXPECT_THAT(readings_of(untyped().real(2.5)), ElementsAre("m=2.5"));
  EXPECT_THAT(readings_of(untyped().flag(true)), ElementsAre("m=true"));
  EXPECT_THAT(readings_of(untyped().string("a")), ElementsAre("m='a'"));
  EXPECT_THAT(readings_of(untyped().raw("a")), ElementsAre("m='61'"));
}

TEST_F(Sparkplug, null_and_absent_say_nothing) {
  EXPECT_EQ(say(nbirth, sparkplug_payload({metric(9).null().real(0.0F)}, 0)).outcome(),
            "suppressed:status");
  EXPECT_EQ(say(nbirth, sparkplug_payload({metric(9)}, 0)).outcome(), "suppressed:status");
  EXPECT_THAT(readings(nbirth, sparkplug_payload({metric(9), metric(3).int_value(0)}, 0)),
              ElementsAre("m=0"))
      << "a zero that was sent is one";
}

TEST_F(Sparkplug, arrays_are_a_reading_an_element) {
  using namespace std::string_literals;
  EXPECT_THAT(readings_of(metric(22).raw("\xEF\x7B")), ElementsAre("m#0=-17", "m#1=123"));
  EXPECT_THAT(readings_of(metric(23).raw("\x30\x8A\x30\x75")),
              ElementsAre("m#0=-30160", "m#1=30000"));
  EXPECT_THAT(readings_of(metric(24).raw("\x15\xCD\x5B\x07\xFF\xFF\xFF\xFF")),
              ElementsAre("m#0=123456789", "m#1=-1"));
  EXPECT_THAT(readings_of(metric(25).raw("\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF")),
              ElementsAre("m#0=-2"));
  EXPECT_THAT(readings_of(metric(26).raw("\xEF\x7B")), ElementsAre("m#0=239u", "m#1=123u"));
  EXPECT_THAT(readings_of(metric(27).raw("\x1E\x00"s)), ElementsAre("m#0=30u"));
  EXPECT_THAT(readings_of(metric(28).raw("\x34\x00\x00\x00"s)), ElementsAre("m#0=52u"));
  EXPECT_THAT(readings_of(metric(29).raw("\xD9\x9E\x02\xD1\xB2\x76\x37\xE4")),
              ElementsAre("m#0=16444743074749521625u"));
  EXPECT_THAT(readings_of(metric(30).raw("\x00\x00\xC0\x3F"s)), ElementsAre("m#0=1.5"));
  EXPECT_THAT(readings_of(metric(31).raw("\x00\x00\x00\x00\x00\x00\xF8\xBF"s)),
              ElementsAre("m#0=-1.5"));
  EXPECT_THAT(
      readings_of(metric(32).raw("\x0C\x00\x00\x00\x34\xD0"s)),
      ElementsAre("m#0=false", "m#1=false", "m#2=true", "m#3=true", "m#4=false", "m#5=true",
                  "m#6=false", "m#7=false", "m#8=true", "m#9=true", "m#10=false", "m#11=true"))
      << "the specification's own example";
  EXPECT_THAT(readings_of(metric(33).raw("ABC\0\0hello\0"s)),
              ElementsAre("m#0='ABC'", "m#1=''", "m#2='hello'"));
  EXPECT_THAT(readings_of(metric(34).raw("\xC7\xD0\x90\x75\x24\x01\x00\x00"s)),
              ElementsAre("m#0=1256102875335u"));
  EXPECT_EQ(say(nbirth, sparkplug_payload({metric(22).raw("")}, 0)).outcome(), "suppressed:status")
      << "none has no element";
}

TEST_F(Sparkplug, an_array_that_is_none_is_its_bytes) {
  using namespace std::string_literals;
  EXPECT_THAT(readings_of(metric(23).raw("\x01\x02\x03")), ElementsAre("m='010203'"));
  EXPECT_THAT(readings_of(metric(32).raw("\x09\x00\x00\x00\xFF"s)), ElementsAre("m='09000000ff'"));
  EXPECT_THAT(readings_of(metric(32).raw("\x01")), ElementsAre("m='01'"));
  EXPECT_THAT(readings_of(metric(33).raw("AB")), ElementsAre("m='4142'"));
}

std::string cell(std::uint64_t value) { return ProtoBytes().integer(1, value).text(); }

TEST_F(Sparkplug, a_data_set_is_a_reading_a_cell) {
  const std::string row = ProtoBytes()
                              .bytes(1, cell(below_zero(5, 32)))
                              .bytes(1, ProtoBytes().bytes(6, "a").text())
                              .text();
  const std::string second = ProtoBytes().bytes(1, cell(7)).bytes(1, "").text();
  ProtoBytes columns;
  columns.integer(1, 2).bytes(2, "n").bytes(2, "s").integer(3, 3).integer(3, 12);
  ProtoBytes one = columns;
  EXPECT_THAT(readings_of(metric(16).data_set(one.bytes(4, row).text())),
              ElementsAre("m/n=-5", "m/s='a'"));
  EXPECT_THAT(readings_of(metric(16).data_set(columns.bytes(4, row).bytes(4, second).text())),
              ElementsAre("m/n#0=-5", "m/s#0='a'", "m/n#1=7"));
  ProtoBytes packed;
  packed.bytes(4, row).bytes(3, "\x03\x0C").bytes(2, "n").bytes(2, "s");
  EXPECT_THAT(readings_of(metric(16).data_set(packed.text())), ElementsAre("m/n=-5", "m/s='a'"))
      << "datatypes packed, and behind the rows";
  ProtoBytes more;
  more.bytes(2, "n").integer(3, 7).bytes(4, row);
  EXPECT_THAT(readings_of(metric(16).data_set(more.text())),
              ElementsAre("m/n=4294967291u", "m=!malformed"))
      << "a cell without a column";
}

TEST_F(Sparkplug, a_template_instance_is_a_reading_a_member) {
  const std::string inner =
      ProtoBytes().bytes(2, MetricBytes("x").type(3).int_value(1).text()).integer(5, 0).text();
  ProtoBytes instance;
  instance.bytes(1, "v1")
      .bytes(2, MetricBytes("speed").type(9).at(sparkplug_ms + 5).unit("m/s").real(1.5F).text())
      .bytes(2, MetricBytes("gone").type(9).null().text())
      .bytes(2, MetricBytes("inner").type(19).instance(inner).text())
      .bytes(2, MetricBytes().type(3).int_value(4).text())
      .bytes(4, "Motor");
  const Decoding& decoding =
      say(nbirth, sparkplug_payload({metric(19).historical().instance(instance.text())}, 0));
  EXPECT_THAT(decoding.readings(), ElementsAre("m/speed=1.5 m/s (historical)",
                                               "m/inner/x=1 (historical)", "m/=!malformed"));
  EXPECT_EQ(decoding.decoded.readings.at(0).time.start, at("2026-11-18T11:06:40.005Z"));
  EXPECT_EQ(decoding.decoded.readings.at(1).time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_EQ(say(nbirth, sparkplug_payload(
                            {metric(19).instance(ProtoBytes(instance).integer(5, 1).text())}, 0))
                .outcome(),
            "suppressed:status")
      << "a definition is of nothing";
}

TEST_F(Sparkplug, units_and_qualities) {
  EXPECT_THAT(readings_of(metric(9).unit("Cel").real(1.5F)), ElementsAre("m=1.5 Cel"));
  EXPECT_THAT(readings_of(metric(9).unit("ppm", "ENGUNIT").real(1.5F)), ElementsAre("m=1.5 ppm"));
  EXPECT_THAT(readings_of(metric(9).unit("ppb", "Unit").real(1.5F)), ElementsAre("m=1.5 ppb"));
  EXPECT_THAT(readings_of(metric(9).unit("x", "engUnits").real(1.5F)), ElementsAre("m=1.5"));
  const std::string text_of_both = ProtoBytes()
                                       .bytes(1, "unit")
                                       .bytes(1, "engUnit")
                                       .bytes(2, ProtoBytes().bytes(8, "second").text())
                                       .bytes(2, ProtoBytes().bytes(8, "first").text())
                                       .text();
  EXPECT_THAT(readings_of(metric(9).properties(text_of_both).real(1.5F)),
              ElementsAre("m=1.5 first"));
  EXPECT_THAT(readings_of(metric(9).quality(192).real(1.5F)), ElementsAre("m=1.5"));
  EXPECT_THAT(readings_of(metric(9).quality(64).real(1.5F)), ElementsAre("m=1.5"));
  EXPECT_THAT(readings_of(metric(9).quality(0).real(1.5F)), ElementsAre("m=!bad_value"));
  EXPECT_THAT(readings_of(metric(9).quality(500).real(1.5F)), ElementsAre("m=!bad_value"));
}

TEST_F(Sparkplug, who_said_it_and_when) {
  const auto& of_node =
      say(nbirth, sparkplug_payload({metric(9).at(sparkplug_ms - 500).real(1.5F)}, 0));
  EXPECT_EQ(of_node.report().device, "city/gw-1");
  EXPECT_EQ(of_node.report().other_device, "");
  EXPECT_EQ(of_node.report().sequence, "0");
  EXPECT_EQ(of_node.report().time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_EQ(of_node.decoded.readings.at(0).time.start, at("2026-11-18T11:06:39.5Z"));
  const auto& of_device =
      say(dbirth, sparkplug_payload({metric(9).historical().real(1.5F), metric(9).real(2.5F)}, 1));
  EXPECT_EQ(of_device.report().device, "city/gw-1/mast");
  EXPECT_EQ(of_device.report().other_device, "mast");
  EXPECT_EQ(of_device.decoded.readings.at(0).time.start, at("2026-11-18T11:06:40Z"))
      << "each reading states one, or a sequence number that comes again would be a duplicate";
  EXPECT_THAT(of_device.readings(), ElementsAre("m=1.5 (historical)", "m=2.5"));
  const auto& late = say(
      ddata,
      sparkplug_payload({metric(9).at(std::numeric_limits<std::uint64_t>::max()).real(1.F)}, 2));
  EXPECT_TRUE(late.decoded.readings.at(0).time.malformed);
}

TEST_F(Sparkplug, a_sequence_number_without_a_time_identifies_nothing) {
  const std::string untimed =
      ProtoBytes().bytes(2, metric(9).real(1.5F).text()).integer(3, 0).text();
  const auto& decoding = say(nbirth, untimed);
  EXPECT_EQ(decoding.outcome(), "ok");
  EXPECT_EQ(decoding.report().sequence, "");
  const std::string timed =
      ProtoBytes().bytes(2, metric(9).at(sparkplug_ms).real(1.5F).text()).integer(3, 1).text();
  EXPECT_EQ(say(ndata, timed).report().sequence, "1");
}

TEST_F(Sparkplug, names_are_kept_whole_and_controls_are_no_readings) {
  EXPECT_THAT(
      readings(nbirth, sparkplug_payload({bd_seq(1), rebirth_control(),
                                          MetricBytes("Device Control/Reboot").type(11).flag(true),
                                          MetricBytes("Node Info/OS").type(12).string("Linux"),
                                          MetricBytes("Motor/Temperature").type(9).real(90.0F)},
                                         0)),
      ElementsAre("Node Info/OS='Linux'", "Motor/Temperature=90"));
  EXPECT_EQ(say(nbirth, sparkplug_payload({bd_seq(1), rebirth_control()}, 0)).outcome(),
            "suppressed:status");
  const std::string longest(RawReading::name_bytes_max, 'n');
  EXPECT_THAT(readings_of(MetricBytes(longest).type(9).real(1.F)), ElementsAre(longest + "=1"));
  EXPECT_THAT(readings_of(MetricBytes(longest + "n").type(9).real(1.F)),
              ElementsAre(longest + "=!limit"));
}

TEST_F(Sparkplug, topics) {
  const std::string birth = sparkplug_payload({metric(9).real(1.F)}, 0);
  EXPECT_EQ(say("spBv1.0/STATE/scada", "{\"online\":true}").outcome(), "suppressed:status");
  EXPECT_EQ(say("spBv1.0/city/NCMD/gw-1", birth).outcome(), "suppressed:command");
  EXPECT_EQ(say("spBv1.0/city/DCMD/gw-1/mast", birth).outcome(), "suppressed:command");
  for (const char* topic :
       {"", "spBv1.0", "spBv1.0/city", "spBv1.0/city/NBIRTH", "spBv1.0/city/NBIRTH/gw-1/mast",
        "spBv1.0/city/DBIRTH/gw-1", "spBv1.0/city/DBIRTH/gw-1/", "spBv1.0//NBIRTH/gw-1",
        "spBv1.0/city/nbirth/gw-1", "spBv1.0/city/XBIRTH/gw-1", "a/spBv1.0/city/NBIRTH/gw-1",
        "spAv1.0/city/NBIRTH/gw-1", "spBv1.0/city/DBIRTH/gw-1/mast/more", "STATE/scada"}) {
    const Decoding& decoding = say(topic, birth);
    EXPECT_EQ(decoding.outcome(), "rejected:malformed") << topic;
    EXPECT_THAT(decoding.detail(), HasSubstr("spBv1.0/{group}/{type}/{node}"));
  }
  EXPECT_EQ(nodes_->size(), 0u);
  EXPECT_EQ(say("spBv1.0/city/NBIRTH/" + std::string(251, 'n'), birth).outcome(), "ok");
  EXPECT_EQ(say("spBv1.0/city/NBIRTH/" + std::string(252, 'n'), birth).outcome(), "rejected:limit");
}

TEST_F(Sparkplug, an_alias_that_nobody_explained_does_not_spoil_its_neighbours) {
  const Decoding& decoding =
      say(ndata,
          sparkplug_payload({MetricBytes(7).type(9).real(1.5F), MetricBytes("m").type(9).real(2.5F),
                             MetricBytes().type(9).real(3.5F), MetricBytes(8).type(9)},
                            3));
  EXPECT_THAT(decoding.readings(), ElementsAre("alias 7=!no_codec", "m=2.5", "=!malformed"));
}

TEST_F(Sparkplug, limits_of_readings_and_depth) {
  Route route = route_of(Format::sparkplug_b);
  route.limits.readings_per_message = 3;
  route.limits.depth = 4;
  use(route);
  std::vector<MetricBytes> metrics(3, metric(9).real(1.F));
  EXPECT_EQ(say(nbirth, sparkplug_payload(metrics, 0)).outcome(), "ok");
  metrics.push_back(metric(9).real(1.F));
  EXPECT_EQ(say(nbirth, sparkplug_payload(metrics, 0)).outcome(), "rejected:limit");
  EXPECT_EQ(say(nbirth, sparkplug_payload({metric(26).raw("abcd")}, 0)).outcome(),
            "rejected:limit");
  std::string nested = ProtoBytes().bytes(2, metric(9).real(1.F).text()).text();
  for (int depth = 1; depth <= 5; ++depth) {
    EXPECT_EQ(say(nbirth, sparkplug_payload({metric(19).instance(nested)}, 0)).outcome(),
              depth <= 4 ? "ok" : "rejected:too_deep")
        << depth;
    nested = ProtoBytes().bytes(2, metric(19).instance(nested).text()).text();
  }
}

TEST_F(Sparkplug, what_is_no_payload) {
  const std::string broken_metric = ProtoBytes().bytes(2, "\x0A\x05x").text();
  const std::string broken_set = sparkplug_payload({metric(16).data_set("\x12\x05x")}, 0);
  const std::string broken_cell = sparkplug_payload(
      {metric(16).data_set(
          ProtoBytes().bytes(2, "a").bytes(4, ProtoBytes().bytes(1, "\x0D").text()).text())},
      0);
  const std::string broken_template = sparkplug_payload({metric(19).instance("\x12\x05x")}, 0);
  const std::string broken_member =
      sparkplug_payload({metric(19).instance(ProtoBytes().bytes(2, "\x0A\x05x").text())}, 0);
  const std::string broken_properties =
      sparkplug_payload({metric(9).properties("\x0A\x05x").real(1.F)}, 0);
  for (const std::string& payload :
       {std::string("{}"), std::string("\x0A"), std::string("\xFF\xFF"), broken_metric, broken_set,
        broken_cell, broken_template, broken_member, broken_properties}) {
    for (const std::string& topic : {nbirth, dbirth}) {
      EXPECT_EQ(say(topic, payload).outcome(), "rejected:malformed");
    }
    EXPECT_EQ(say(ndata, payload).outcome(), "rejected:malformed");
  }
  EXPECT_EQ(say(ndeath, broken_metric).outcome(), "rejected:malformed");
  EXPECT_EQ(say(ndata, "").outcome(), "suppressed:status") << "a payload without anything is one";
}

TEST_F(Sparkplug, cut_anywhere_it_never_says_what_was_not_said) {
  const std::string whole = sparkplug_payload(
      {MetricBytes("a").type(9).unit("Cel").real(1.5F), MetricBytes("b").type(3).int_value(300)},
      0);
  const auto all = readings(nbirth, whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoding& decoding = say(nbirth, whole.substr(0, size));
    if (!decoding.ok()) continue;
    const auto some = decoding.readings();
    ASSERT_LE(some.size(), all.size());
    EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << size;
  }
}

}  // namespace
}  // namespace senne::decode
