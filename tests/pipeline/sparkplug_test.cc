// Sparkplug B on the whole way through the pipeline: what its memory survives, and what leaves
// because of it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "tests/pipeline/decode/sparkplug_messages.h"
#include "tests/pipeline/pipeline_steps.h"

namespace senne::pipeline {
namespace {

using decode::bd_seq;
using decode::MetricBytes;
using decode::sparkplug_death;
using decode::sparkplug_payload;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SparkplugPipeline : public PipelineSteps {
 protected:
  static PipelineConfiguration configuration() {
    PipelineConfiguration configuration = one_route();
    Route route;
    route.name = "plant";
    route.topic = "spBv1.0/#";
    route.format = Format::sparkplug_b;
    route.provider = "test";
    configuration.routes = {route};
    return configuration;
  }
  // Milliseconds of the beginning.
  static std::uint64_t ms(double seconds) {
    return 1'790'002'800'000 + static_cast<std::uint64_t>(seconds * 1000);
  }
  static Said born(double seconds, std::uint64_t number = 1) {
    return {.topic = "spBv1.0/city/NBIRTH/gw",
            .payload = sparkplug_payload(
                {bd_seq(number), MetricBytes("Temperature").alias(1).type(9).unit("Cel").real(10.F),
                 MetricBytes("Total").alias(2).type(8).long_value(9'007'199'254'740'993)},
                0, ms(seconds))};
  }
  static Said data(float value, std::uint64_t seq, double seconds, int alias = 1) {
    return {.topic = "spBv1.0/city/NDATA/gw",
            .payload = sparkplug_payload({MetricBytes(alias).real(value)}, seq, ms(seconds))};
  }
  std::vector<std::string> observed(std::size_t from = 0) const {
    std::vector<std::string> lines;
    for (std::size_t i = from; i < out.collections.size(); ++i) {
      for (const auto& observation : out.collections[i].observations()) {
        std::string value = observation.has_number()
                                ? fmt::format("{} {}", observation.number(), observation.unit())
                                : observation.text();
        for (const int flag : observation.quality()) {
          value += " " + v1::Quality_Name(static_cast<v1::Quality>(flag));
        }
        lines.push_back(observation.property() + "=" + value);
      }
    }
    return lines;
  }
  std::uint64_t requests() const {
    return figures().sparkplug.empty() ? 0 : figures().sparkplug[0].rebirth_requests;
  }
};

TEST_F(SparkplugPipeline, names_units_and_exact_integers) {
  start(configuration());
  say(born(0), 1);
  say(data(11.5F, 1, 2), 3);
  EXPECT_THAT(observed(), ElementsAre("air_temperature=10 Cel", "raw.Total=9007199254740993",
                                      "air_temperature=11.5 Cel"));
  EXPECT_EQ(out.collections[1].device_id(), "city/gw");
  EXPECT_EQ(out.collections[1].sequence(), "1");
  EXPECT_EQ(out.collections[1].phenomenon_time().seconds(), 1'790'002'802);
  expect_balance();
}

TEST_F(SparkplugPipeline, properties_of_the_reference_sample_are_those_of_the_vocabulary) {
  start(configuration());
  say({.topic = "spBv1.0/city/DBIRTH/gw/air",
       .payload = sparkplug_payload({MetricBytes("NO2").type(9).unit("ug/m3").real(41.5F),
                                     MetricBytes("PM2.5").type(10).real(12.75),
                                     MetricBytes("Temperature").type(9).real(-3.5F),
                                     MetricBytes("Motor/Temperature").type(9).real(90.F)},
                                    1, ms(0))},
      1);
  EXPECT_THAT(observed(),
              ElementsAre("no2=41.5 ug/m3", "pm2_5=12.75 ug/m3 UNIT_ASSUMED",
                          "air_temperature=-3.5 Cel UNIT_ASSUMED", "raw.Motor/Temperature=90 1"));
}

TEST_F(SparkplugPipeline, what_a_device_kept_back_is_marked_reading_by_reading) {
  start(configuration());
  say({.topic = "spBv1.0/city/NBIRTH/gw",
       .payload = sparkplug_payload(
           {MetricBytes("a").type(9).historical().real(1.F), MetricBytes("b").type(9).real(2.F)}, 0,
           ms(0))},
      1);
  EXPECT_THAT(observed(), ElementsAre("raw.a=1 1 HISTORICAL", "raw.b=2 1"));
}

TEST_F(SparkplugPipeline, delivered_again_it_is_a_duplicate_and_no_gap) {
  start(configuration());
  say(born(0), 1);
  Said again = data(11.F, 1, 1);
  say(again, 2);
  say(data(12.F, 2, 2), 3);
  again.duplicate = true;
  say(again, 4);
  EXPECT_THAT(observed(1), ElementsAre("air_temperature=11 Cel", "air_temperature=12 Cel"));
  EXPECT_EQ(account("plant").duplicates, 1u);
  EXPECT_THAT(figures().sparkplug, IsEmpty());
  expect_balance();
}

// 256 messages later the same number comes with the same value: another reading, at another time.
// Of one that speaks seldom it comes soon, for others use up the numbers in between.
TEST_F(SparkplugPipeline, a_number_that_comes_again_is_no_duplicate) {
  start(configuration());
  say(born(0), 1);
  for (int i = 1; i <= 60; ++i) {
    say(data(11.F, static_cast<std::uint64_t>(64 * i % 256), i), i + 1);
  }
  EXPECT_EQ(account("plant").duplicates, 0u);
  EXPECT_EQ(account("plant").observations, 62u);
}

TEST_F(SparkplugPipeline, an_unknown_alias_is_a_dead_letter_and_a_wish) {
  start(configuration());
  say({.topic = "spBv1.0/city/NDATA/gw",
       .payload = sparkplug_payload(
           {MetricBytes(1).type(9).real(1.F), MetricBytes("Humidity").type(9).real(40.F)}, 5,
           ms(0))},
      1);
  EXPECT_THAT(observed(), ElementsAre("relative_humidity=40 % UNIT_ASSUMED"));
  ASSERT_THAT(out.letters, SizeIs(1));
  EXPECT_EQ(out.letters[0].reason(), "no_codec");
  EXPECT_EQ(out.letters[0].readings(0).property(), "alias 1");
  ASSERT_THAT(out.commands, SizeIs(1));
  EXPECT_EQ(out.commands[0].topic, "spBv1.0/city/NCMD/gw");
  EXPECT_EQ(out.commands[0].time, at(1));
  say(data(2.F, 6, 1), 2);
  EXPECT_THAT(out.commands, SizeIs(1));
  EXPECT_EQ(out.letters.back().reason(), "no_codec") << "nothing of it can be used";
  EXPECT_EQ(requests(), 1u);
  expect_balance();
}

TEST_F(SparkplugPipeline, memory_outlives_a_configuration) {
  start(configuration());
  say(born(0), 1);
  PipelineConfiguration next = configuration();
  next.routes[0].name = "renamed";
  store(2, next);
  configure(2, 2);
  say(data(11.F, 1, 2), 3);
  EXPECT_THAT(observed(1), ElementsAre("air_temperature=11 Cel"));
  EXPECT_THAT(out.commands, IsEmpty());
}

TEST_F(SparkplugPipeline, a_birth_too_large_to_be_read_ends_the_one_before) {
  start(configuration());
  say(born(0), 1);
  Said large = born(1, 2);
  large.missing_bytes = 1;
  say(large, 2);
  say(data(11.F, 1, 2), 3);
  EXPECT_EQ(out.letters.back().reason(), "no_codec");
  EXPECT_THAT(out.commands, SizeIs(1));
}

TEST_F(SparkplugPipeline, nodes_that_are_silent_for_long_are_forgotten) {
  start(configuration());
  say(born(0), 1);
  const double month = 30.0 * 86'400;
  tick(month - 10);
  say(data(11.F, 1, month), month);
  EXPECT_THAT(observed(1), ElementsAre("air_temperature=11 Cel"));
  tick(2 * month + 10);
  say(data(12.F, 2, 2 * month + 20), 2 * month + 20);
  EXPECT_EQ(out.letters.back().reason(), "no_codec");
}

// A day in the life of two nodes and a device, with deaths, gaps and repetitions.
std::vector<Said> a_run() {
  std::mt19937 random(7);
  std::vector<Said> run;
  std::uint64_t seq[2] = {0, 0};
  for (int i = 0; i < 160; ++i) {
    const auto node = random() % 2;
    const std::string name = fmt::format("gw{}", node);
    const std::uint64_t ms = 1'790'002'800'000 + static_cast<std::uint64_t>(i) * 700;
    Said said;
    switch (random() % 12) {
      case 0:
        seq[node] = 0;
        said.topic = "spBv1.0/city/NBIRTH/" + name;
        said.payload =
            sparkplug_payload({bd_seq(random() % 3), MetricBytes(fmt::format("m{}", random() % 3))
                                                         .alias(1)
                                                         .type(1 + random() % 8)
                                                         .int_value(3)},
                              0, ms);
        break;
      case 1:
        said.topic = "spBv1.0/city/NDEATH/" + name;
        said.payload = sparkplug_death(random() % 3);
        break;
      case 2:
        said.topic = "spBv1.0/city/DBIRTH/" + name + "/d";
        said.payload = sparkplug_payload(
            {MetricBytes(fmt::format("d{}", random() % 3)).alias(2).type(9).unit("Cel").real(1.F)},
            ++seq[node] % 256, ms);
        break;
      case 3:
        said.topic = "spBv1.0/city/DDEATH/" + name + "/d";
        said.payload = sparkplug_payload({}, ++seq[node] % 256, ms);
        break;
      case 4:
        seq[node] += random() % 5;  // what is missing
        [[fallthrough]];
      case 5:
      case 6:
      case 7:
        said.topic = "spBv1.0/city/DDATA/" + name + "/d";
        said.payload = sparkplug_payload({MetricBytes(2).real(2.F)}, ++seq[node] % 256, ms);
        break;
      case 8:
        if (!run.empty()) {
          said = run[run.size() - 1 - random() % std::min<std::size_t>(run.size(), 4)];
          said.duplicate = true;
          break;
        }
        [[fallthrough]];
      default:
        said.topic = "spBv1.0/city/NDATA/" + name;
        said.payload = sparkplug_payload({MetricBytes(1).int_value(5)}, ++seq[node] % 256, ms);
    }
    run.push_back(std::move(said));
  }
  return run;
}

TEST_F(SparkplugPipeline, a_restart_at_any_message_changes_nothing) {
  const std::vector<Said> run = a_run();
  const auto play = [&](std::size_t restart_every) {
    out = {};
    rewind();
    start(configuration());
    double seconds = 1;
    for (std::size_t i = 0; i < run.size(); ++i) {
      if (restart_every > 0 && i % restart_every == 0) restore_from_snapshot();
      say(run[i], seconds += 0.7);
    }
    std::string everything;
    for (const auto& value : out.collections) everything += value.SerializeAsString();
    for (const auto& value : out.letters) everything += value.SerializeAsString();
    for (const auto& value : out.commands) everything += value.topic + value.payload;
    pipeline->snapshot(everything);
    return everything;
  };
  const std::string uninterrupted = play(0);
  EXPECT_GT(out.collections.size(), 40u);
  EXPECT_GT(out.letters.size(), 5u);
  EXPECT_GT(out.commands.size(), 2u);
  for (const std::size_t every : {1U, 2U, 3U, 7U}) EXPECT_EQ(play(every), uninterrupted) << every;
}

// Release 0.1.0 remembered neither last readings, nor states of devices, nor nodes.
TEST_F(SparkplugPipeline, the_snapshot_of_an_older_release_is_taken) {
  start();
  std::string state;
  pipeline->snapshot(state);
  std::string later_parts;
  ByteWriter writer(later_parts);
  quality::Judge().snapshot(writer);
  DeviceStates().snapshot(later_parts);
  std::string nodes;
  decode::SparkplugNodes().snapshot(nodes);
  writer.put_text(nodes);
  ASSERT_TRUE(state.ends_with(later_parts));
  state.resize(state.size() - later_parts.size());
  state[0] = 3;
  pipeline = std::make_unique<Pipeline>(*this, Id128{0, 1}, Id128{7, 7});
  const auto restored = pipeline->restore(state);
  ASSERT_TRUE(restored) << restored.error().message;
  say(reading("a", 2, 1), 2);
  EXPECT_EQ(account().observations, 1u);
  restore_from_snapshot();
  state[0] = 2;
  const auto refused = pipeline->restore(state);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::version);
}

TEST_F(SparkplugPipeline, damage_in_what_is_remembered_is_a_value) {
  start(configuration());
  say(born(0), 1);
  std::string state;
  pipeline->snapshot(state);
  state[state.find("Temperature") - 20] ^= 0x40;
  Pipeline other(*this, Id128{0, 1}, Id128{7, 7});
  const auto restored = other.restore(state);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::damage);
}

}  // namespace
}  // namespace senne::pipeline
