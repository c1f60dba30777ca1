// What is remembered of Sparkplug B nodes from message to message, and what is not.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/decode/sparkplug_rebirth.h"
#include "tests/pipeline/decode/sparkplug_steps.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SparkplugMemory : public SparkplugSteps {
 protected:
  // The node and its device are born: alias 1 is `t` of the node, alias 2 `d` of the device.
  void be_born(std::uint64_t number = 1, std::uint64_t ms = sparkplug_ms) {
    say(nbirth, sparkplug_payload({bd_seq(number), rebirth_control().alias(9),
                                   MetricBytes("t").alias(1).type(9).unit("Cel").real(1.F)},
                                  0, ms));
    say(dbirth, sparkplug_payload({MetricBytes("d").alias(2).type(3).int_value(1)}, 1, ms));
  }
  static std::string data(int alias, std::uint64_t seq) {
    return sparkplug_payload({MetricBytes(alias).int_value(4'294'967'291)}, seq);
  }
  static std::string real(int alias, std::uint64_t seq) {
    return sparkplug_payload({MetricBytes(alias).real(2.5F)}, seq);
  }
};

TEST_F(SparkplugMemory, an_alias_has_name_datatype_and_unit_of_its_birth) {
  be_born();
  EXPECT_THAT(readings(ndata, real(1, 2)), ElementsAre("t=2.5 Cel"));
  EXPECT_THAT(readings(ddata, data(2, 3)), ElementsAre("d=-5"));
  EXPECT_THAT(readings(ndata, sparkplug_payload({MetricBytes(1).unit("K").real(2.5F)}, 4)),
              ElementsAre("t=2.5 K"))
      << "what the message says itself comes first";
  EXPECT_THAT(readings(ddata, sparkplug_payload({MetricBytes(2).type(7).int_value(7)}, 5)),
              ElementsAre("d=7u"));
  EXPECT_THAT(readings(ndata, sparkplug_payload({MetricBytes("t").real(3.5F)}, 6)),
              ElementsAre("t=3.5 Cel"))
      << "by its name as well";
  EXPECT_THAT(readings(ndata, sparkplug_payload({MetricBytes("new").type(3).int_value(1)}, 7)),
              ElementsAre("new=1"));
  EXPECT_EQ(say(ndata, sparkplug_payload({MetricBytes(9).flag(false)}, 8)).outcome(),
            "suppressed:status")
      << "the alias of a control";
  EXPECT_EQ(rebirth_, "");
  EXPECT_EQ(gaps(), 0u);
}

TEST_F(SparkplugMemory, an_alias_is_its_owners_alone) {
  be_born();
  EXPECT_THAT(readings(ddata, data(1, 2)), ElementsAre("alias 1=!no_codec"));
  EXPECT_THAT(readings(ndata, data(2, 3)), ElementsAre("alias 2=!no_codec"));
  EXPECT_THAT(readings("spBv1.0/city/NDATA/gw-2", data(1, 0)), ElementsAre("alias 1=!no_codec"));
  EXPECT_THAT(readings("spBv1.0/town/NDATA/gw-1", data(1, 0)), ElementsAre("alias 1=!no_codec"));
}

TEST_F(SparkplugMemory, an_alias_given_twice_means_nothing) {
  say(nbirth, sparkplug_payload({MetricBytes("a").alias(1).type(9).real(1.F),
                                 MetricBytes("b").alias(1).type(9).real(1.F),
                                 MetricBytes("c").alias(2).type(9).real(1.F)},
                                0));
  EXPECT_THAT(readings(ndata, real(1, 1)), ElementsAre("alias 1=!no_codec"));
  EXPECT_THAT(readings(ndata, real(2, 2)), ElementsAre("c=2.5"));
}

TEST_F(SparkplugMemory, a_birth_of_the_node_ends_all_others) {
  be_born();
  say(nbirth, sparkplug_payload({bd_seq(2), MetricBytes("u").alias(1).type(10).real(1.0)}, 0));
  EXPECT_THAT(readings(ndata, real(1, 1)), ElementsAre("u=2.5"));
  EXPECT_THAT(readings(ddata, data(2, 2)), ElementsAre("alias 2=!no_codec"));
  EXPECT_EQ(rebirth_, "city/gw-1");
}

TEST_F(SparkplugMemory, a_birth_of_a_device_ends_the_one_before) {
  be_born();
  say(dbirth, sparkplug_payload({MetricBytes("e").alias(3).type(3).int_value(1)}, 2));
  EXPECT_THAT(readings(ddata, data(2, 3)), ElementsAre("alias 2=!no_codec"));
  EXPECT_THAT(readings(ddata, data(3, 4)), ElementsAre("e=-5"));
  EXPECT_THAT(readings(ndata, real(1, 5)), ElementsAre("t=2.5 Cel")) << "the node's are unharmed";
}

TEST_F(SparkplugMemory, the_same_birth_delivered_again_ends_nothing) {
  be_born();
  say(nbirth,
      sparkplug_payload({bd_seq(1), rebirth_control().alias(9),
                         MetricBytes("t").alias(1).type(9).unit("Cel").real(1.F)},
                        0),
      1, true);
  EXPECT_THAT(readings(ddata, data(2, 2)), ElementsAre("d=-5"));
  EXPECT_EQ(gaps(), 0u);
}

TEST_F(SparkplugMemory, a_death_ends_what_its_birth_said) {
  be_born(7);
  EXPECT_EQ(say(ndeath, sparkplug_death(6)).outcome(), "suppressed:status");
  EXPECT_THAT(readings(ndata, real(1, 2)), ElementsAre("t=2.5 Cel"))
      << "the death of an earlier session";
  EXPECT_EQ(say(ndeath, sparkplug_death(7)).outcome(), "suppressed:status");
  EXPECT_THAT(readings(ndata, real(1, 3)), ElementsAre("alias 1=!no_codec"));
  EXPECT_EQ(rebirth_, "city/gw-1");
  EXPECT_THAT(readings(ddata, data(2, 4)), ElementsAre("alias 2=!no_codec"));
  be_born(8);
  EXPECT_THAT(readings(ndata, real(1, 2)), ElementsAre("t=2.5 Cel"));
}

TEST_F(SparkplugMemory, a_device_dies_alone) {
  be_born();
  EXPECT_EQ(say(ddeath, sparkplug_payload({}, 2)).outcome(), "suppressed:status");
  EXPECT_THAT(readings(ndata, real(1, 3)), ElementsAre("t=2.5 Cel"));
  EXPECT_EQ(gaps(), 0u) << "a death of a device has a sequence number";
  EXPECT_EQ(rebirth_, "");
  EXPECT_THAT(readings(ddata, data(2, 4)), ElementsAre("alias 2=!no_codec"));
  EXPECT_EQ(rebirth_, "city/gw-1");
}

TEST_F(SparkplugMemory, a_birth_that_cannot_be_read_ends_the_one_before) {
  be_born();
  EXPECT_EQ(
      say(nbirth, sparkplug_payload({MetricBytes("x").alias(1).type(9).real(1.F)}, 5)).outcome(),
      "rejected:malformed")
      << "the first message of a session has the number 0";
  EXPECT_THAT(readings(ndata, real(1, 6)), ElementsAre("alias 1=!no_codec"));
  be_born(2);
  EXPECT_EQ(say(dbirth, "\x12\x05x").outcome(), "rejected:malformed");
  EXPECT_THAT(readings(ddata, data(2, 2)), ElementsAre("alias 2=!no_codec"));
  EXPECT_THAT(readings(ndata, real(1, 3)), ElementsAre("t=2.5 Cel"));
  EXPECT_EQ(say(nbirth, "\x12\x05x").outcome(), "rejected:malformed");
  EXPECT_THAT(readings(ndata, real(1, 4)), ElementsAre("alias 1=!no_codec"));
}

TEST_F(SparkplugMemory, a_birth_that_nobody_looks_into_ends_the_one_before) {
  be_born();
  Message message;
  message.topic = ddata;
  decoder_->pass_over(message);
  EXPECT_THAT(readings(ddata, data(2, 2)), ElementsAre("d=-5"));
  message.topic = dbirth;
  decoder_->pass_over(message);
  EXPECT_THAT(readings(ddata, data(2, 3)), ElementsAre("alias 2=!no_codec"));
  EXPECT_THAT(readings(ndata, real(1, 4)), ElementsAre("t=2.5 Cel"));
  message.topic = nbirth;
  decoder_->pass_over(message);
  EXPECT_THAT(readings(ndata, real(1, 5)), ElementsAre("alias 1=!no_codec"));
}

TEST_F(SparkplugMemory, a_birth_of_more_readings_than_may_be_is_remembered) {
  Route route = route_of(Format::sparkplug_b);
  route.limits.readings_per_message = 2;
  use(route);
  EXPECT_EQ(say(nbirth, sparkplug_payload({MetricBytes("a").alias(1).type(26).raw("abc"),
                                           MetricBytes("b").alias(2).type(9).real(1.F)},
                                          0))
                .outcome(),
            "rejected:limit");
  EXPECT_THAT(readings(ndata, real(2, 1)), ElementsAre("b=2.5"));
  const std::vector<MetricBytes> many(3, MetricBytes("c"));
  EXPECT_EQ(say(dbirth, sparkplug_payload(many, 2)).outcome(), "rejected:limit")
      << "of metrics, whether they say something or not";
  EXPECT_EQ(say(ndata, sparkplug_payload(many, 2)).outcome(), "rejected:limit");
  EXPECT_EQ(say(ndeath, sparkplug_payload(many, 2)).outcome(), "rejected:limit");
}

TEST_F(SparkplugMemory, missing_messages_are_noticed_and_what_came_is_read) {
  be_born();
  EXPECT_THAT(readings(ndata, real(1, 5)), ElementsAre("t=2.5 Cel"));
  EXPECT_EQ(gaps(), 1u);
  EXPECT_EQ(rebirth_, "city/gw-1");
  EXPECT_THAT(readings(ddata, data(2, 6)), ElementsAre("d=-5"));
  EXPECT_EQ(gaps(), 1u);
}

TEST_F(SparkplugMemory, what_comes_again_or_late_is_no_gap) {
  be_born();
  for (std::uint64_t i = 2; i < 600; ++i) say(ndata, real(1, i % 256));
  EXPECT_EQ(gaps(), 0u) << "it wraps";
  // The last one was 87.
  for (const std::uint64_t seq : {87U, 86U, 72U}) say(ndata, real(1, seq));
  EXPECT_EQ(gaps(), 0u);
  for (std::uint64_t seq = 40; seq < 88; ++seq) say(ndata, real(1, seq), 0, true);
  EXPECT_EQ(gaps(), 0u) << "delivered again by the broker";
  say(ndata, real(1, 88));
  EXPECT_EQ(gaps(), 0u);
  say(ndata, real(1, 40));
  EXPECT_EQ(gaps(), 1u) << "208 messages are missing";
  say(ndata, real(1, 41));
  EXPECT_EQ(gaps(), 1u);
}

TEST_F(SparkplugMemory, a_rebirth_is_asked_for_every_half_minute_at_most) {
  say(ndata, real(1, 0), 0);
  EXPECT_EQ(rebirth_, "city/gw-1");
  say(ndata, real(1, 1), 29.9);
  EXPECT_EQ(rebirth_, "");
  say("spBv1.0/city/NDATA/gw-2", real(1, 1), 29.9);
  EXPECT_EQ(rebirth_, "city/gw-2");
  say(ndata, real(1, 2), 30);
  EXPECT_EQ(rebirth_, "city/gw-1");
  say(ndata, real(1, 3), 59.9);
  EXPECT_EQ(rebirth_, "");
  EXPECT_EQ(requests(), 3u);
}

TEST_F(SparkplugMemory, who_sends_names_alone_is_asked_too) {
  EXPECT_THAT(readings(ndata, sparkplug_payload({MetricBytes("t").type(9).real(1.F)}, 3)),
              ElementsAre("t=1"));
  EXPECT_EQ(rebirth_, "city/gw-1") << "units and datatypes stand in births";
  EXPECT_THAT(readings("spBv1.0/city/DBIRTH/gw-3/mast",
                       sparkplug_payload({MetricBytes("d").alias(2).type(3).int_value(1)}, 3)),
              ElementsAre("d=1"));
  EXPECT_EQ(rebirth_, "city/gw-3") << "a device of a node that was never born";
  EXPECT_THAT(readings("spBv1.0/city/DDATA/gw-3/mast", data(2, 4)), ElementsAre("d=-5"));
}

TEST_F(SparkplugMemory, nobody_is_asked_where_the_route_says_so) {
  Route route = route_of(Format::sparkplug_b);
  route.rebirth_requests = false;
  use(route);
  EXPECT_THAT(readings(ndata, real(1, 0)), ElementsAre("alias 1=!no_codec"));
  say(ndata, real(1, 9));
  EXPECT_EQ(rebirth_, "");
  EXPECT_EQ(requests(), 0u);
  EXPECT_EQ(gaps(), 1u);
}

TEST_F(SparkplugMemory, the_command_is_what_the_specification_asks_for) {
  std::string topic;
  std::string payload;
  write_rebirth_command("city/gw-1", received, topic, payload);
  EXPECT_EQ(topic, "spBv1.0/city/NCMD/gw-1");
  SparkplugPayload read;
  ASSERT_TRUE(read_payload(payload, read));
  EXPECT_EQ(read.timestamp, sparkplug_ms);
  EXPECT_FALSE(read.sequence);
  EXPECT_EQ(
      payload,
      ProtoBytes()
          .integer(1, sparkplug_ms)
          .bytes(2, MetricBytes("Node Control/Rebirth").at(sparkplug_ms).type(11).flag(true).text())
          .text());
}

TEST_F(SparkplugMemory, more_nodes_than_may_be_do_not_harm_those_that_are) {
  limit({.nodes = 2});
  be_born();
  EXPECT_THAT(readings("spBv1.0/city/NDATA/gw-2", real(1, 0)), ElementsAre("alias 1=!no_codec"));
  EXPECT_EQ(say("spBv1.0/city/NDATA/gw-3", real(1, 0)).outcome(), "rejected:limit");
  EXPECT_EQ(say("spBv1.0/city/NBIRTH/gw-3", sparkplug_payload({bd_seq(1)}, 0)).outcome(),
            "rejected:limit");
  EXPECT_EQ(say("spBv1.0/city/NDEATH/gw-3", sparkplug_death(1)).outcome(), "suppressed:status");
  EXPECT_EQ(nodes_->size(), 2u);
  EXPECT_THAT(readings(ddata, data(2, 2)), ElementsAre("d=-5"));
}

TEST_F(SparkplugMemory, more_metrics_than_may_be_do_not_harm_other_nodes) {
  limit({.bytes_of_node = 4'000, .bytes = 6'000});
  be_born();
  const std::size_t before = nodes_->bytes();
  const auto many = [](int count, std::uint64_t seq) {
    std::vector<MetricBytes> metrics;
    for (int i = 0; i < count; ++i) {
      metrics.push_back(
          MetricBytes(fmt::format("metric {}", i)).alias(static_cast<std::uint64_t>(i)).type(9));
    }
    metrics.push_back(MetricBytes("x").type(9).real(1.F));
    return sparkplug_payload(metrics, seq);
  };
  EXPECT_EQ(say("spBv1.0/city/NBIRTH/gw-2", many(1'000, 0)).outcome(), "rejected:limit");
  EXPECT_LT(nodes_->bytes() - before, 1'000u) << "nothing of it is kept";
  EXPECT_EQ(say("spBv1.0/city/NBIRTH/gw-2", many(60, 0)).outcome(), "ok");
  EXPECT_EQ(say("spBv1.0/city/NBIRTH/gw-3", many(60, 0)).outcome(), "rejected:limit") << "of all";
  EXPECT_EQ(say(dbirth, many(1'000, 2)).outcome(), "rejected:limit");
  EXPECT_THAT(readings(ddata, data(2, 3)), ElementsAre("alias 2=!no_codec"))
      << "what it said before is no longer true";
  EXPECT_THAT(readings(ndata, real(1, 4)), ElementsAre("t=2.5 Cel"));
  say("spBv1.0/city/NDEATH/gw-2", sparkplug_death(0));
  EXPECT_EQ(say("spBv1.0/city/NBIRTH/gw-3", many(60, 0)).outcome(), "ok") << "there is room again";
}

TEST_F(SparkplugMemory, devices_that_are_only_heard_take_room_and_give_it_back) {
  say(ndata, real(1, 0));
  const std::size_t node = nodes_->bytes();
  say(ddata, data(2, 1));
  const std::size_t heard = nodes_->bytes();
  EXPECT_GT(heard, node);
  say(ddata, data(2, 2));
  EXPECT_EQ(nodes_->bytes(), heard) << "once";
  say(dbirth, sparkplug_payload({MetricBytes("d").alias(2).type(3).int_value(1)}, 3));
  say(ndeath, sparkplug_death(1));
  EXPECT_EQ(nodes_->bytes(), node);
  say(ddata, data(2, 4));
  EXPECT_EQ(nodes_->bytes(), heard);
  say("spBv1.0/city/DDEATH/gw-1/mast", sparkplug_payload({}, 5));
  EXPECT_EQ(nodes_->bytes(), node);
  limit({.bytes_of_node = node + 10});
  say(ddata, data(2, 1));
  EXPECT_LE(nodes_->bytes(), node + 10) << "for whom there is no room, it is forgotten";
}

TEST_F(SparkplugMemory, all_that_is_forgotten_gives_its_room_back) {
  EXPECT_EQ(nodes_->bytes(), 0u);
  be_born();
  be_born(2);
  const std::size_t born = nodes_->bytes();
  for (std::uint64_t i = 3; i < 9; ++i) be_born(i);
  EXPECT_EQ(nodes_->bytes(), born);
  say(ndeath, sparkplug_death(8));
  EXPECT_LT(nodes_->bytes(), born);
  nodes_->forget_idle(received + std::chrono::hours{2}, std::chrono::hours{2});
  EXPECT_EQ(nodes_->size(), 1u);
  nodes_->forget_idle(received + std::chrono::hours{2} + std::chrono::seconds{1},
                      std::chrono::hours{2});
  EXPECT_EQ(nodes_->size(), 1u) << "it looks once an hour";
  nodes_->forget_idle(received + std::chrono::hours{3}, std::chrono::hours{2});
  EXPECT_EQ(nodes_->size(), 0u);
  EXPECT_EQ(nodes_->bytes(), 0u);
}

class SparkplugSnapshot : public SparkplugMemory {
 protected:
  std::string snapshot() const {
    std::string bytes;
    nodes_->snapshot(bytes);
    return bytes;
  }
};

TEST_F(SparkplugSnapshot, does_not_depend_on_the_order_of_arrival) {
  const std::string birth =
      sparkplug_payload({MetricBytes("b").alias(2).type(9), MetricBytes("a").type(9)}, 0);
  std::vector<std::string> snapshots;
  for (const int step : {1, 7, 11}) {
    limit({});
    for (int i = 0; i < 12; ++i) say(fmt::format("spBv1.0/g/NBIRTH/n{}", i * step % 12), birth);
    snapshots.push_back(snapshot());
  }
  EXPECT_EQ(snapshots[1], snapshots[0]);
  EXPECT_EQ(snapshots[2], snapshots[0]);
}

TEST_F(SparkplugSnapshot, comes_back_as_it_was) {
  be_born();
  say(ndata, real(1, 9));
  say("spBv1.0/city/NDATA/gw-2", real(1, 0));
  say("spBv1.0/city/DDATA/gw-2/mast", data(2, 1));
  const std::string before = snapshot();
  const std::size_t bytes = nodes_->bytes();
  limit({});
  ASSERT_TRUE(nodes_->restore(before));
  EXPECT_EQ(snapshot(), before);
  EXPECT_EQ(nodes_->bytes(), bytes);
  EXPECT_EQ(gaps(), 1u);
  EXPECT_EQ(requests(), 2u);
  EXPECT_THAT(readings(ddata, data(2, 10)), ElementsAre("d=-5"));
  EXPECT_THAT(readings(ndata, sparkplug_payload({MetricBytes("t").real(3.5F)}, 11)),
              ElementsAre("t=3.5 Cel"));
  EXPECT_EQ(gaps(), 1u);
}

TEST_F(SparkplugSnapshot, of_before_devices_were_remembered_that_are_only_heard) {
  say(ndata, real(1, 0));
  const std::string now = snapshot();
  // Version 1 ends each node with its births.
  std::string before = now.substr(0, now.size() - sizeof(std::uint64_t));
  before[0] = 1;
  const std::size_t bytes = nodes_->bytes();
  limit({});
  ASSERT_TRUE(nodes_->restore(before));
  EXPECT_EQ(snapshot(), now);
  EXPECT_EQ(nodes_->bytes(), bytes);
  before[0] = 3;
  EXPECT_FALSE(nodes_->restore(before));
}

// Whatever a disk may have made of it: a value or a reason, and nothing half-remembered.
TEST_F(SparkplugSnapshot, damage_is_a_value) {
  be_born();
  const std::string sound = snapshot();
  for (std::size_t size = 0; size < sound.size(); ++size) {
    SparkplugNodes nodes;
    EXPECT_FALSE(nodes.restore(std::string_view(sound).substr(0, size))) << size;
    EXPECT_EQ(nodes.size() + nodes.bytes(), 0u) << size;
  }
  EXPECT_FALSE(SparkplugNodes().restore(sound + "x"));
  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string damaged = sound;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      SparkplugNodes nodes;
      if (!nodes.restore(damaged)) {
        EXPECT_EQ(nodes.size() + nodes.bytes(), 0u);
        continue;
      }
      // What is taken can be asked.
      SparkplugNode* const node = nodes.find("city/gw-1");
      if (node == nullptr) continue;
      for (const char* device : {"", "mast"}) {
        const SparkplugBirth* const birth = node->birth_of(device);
        if (birth == nullptr) continue;
        for (std::uint64_t alias = 0; alias < 10; ++alias) static_cast<void>(birth->find(alias));
        static_cast<void>(birth->find("t"));
      }
    }
  }
  std::string of_another = sound;
  of_another[0] = 9;
  const auto refused = SparkplugNodes().restore(of_another);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::version);
}

}  // namespace
}  // namespace senne::decode
