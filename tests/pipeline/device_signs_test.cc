// Messages that hold no reading and yet say how a device fares: what leaves as its status.
#include <fmt/format.h>
#include <gmock/gmock.h>

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
using ::testing::UnorderedElementsAre;

class DeviceSigns : public PipelineSteps {
 protected:
  static PipelineConfiguration configuration() {
    PipelineConfiguration configuration = one_route();
    configuration.routes.clear();
    for (const auto& [name, format] :
         {std::pair{"plant", Format::sparkplug_b}, {"lora", Format::chirpstack_v4}}) {
      Route route;
      route.name = name;
      route.topic = "#";
      route.format = format;
      route.provider = "test";
      configuration.routes.push_back(route);
    }
    return configuration;
  }
  static std::uint64_t ms(double seconds) {
    return 1'790'002'800'000 + static_cast<std::uint64_t>(seconds * 1000);
  }
  void plant(const std::string& level, std::string payload, double seconds) {
    say({.topic = "spBv1.0/city/" + level, .payload = std::move(payload)}, seconds);
  }
  static std::string metrics(std::uint64_t seq, double seconds) {
    return sparkplug_payload({MetricBytes("Temperature").type(9).real(10.F)}, seq, ms(seconds));
  }
  static std::string birth(std::uint64_t number, double seconds) {
    return sparkplug_payload(
        {bd_seq(number), MetricBytes("Temperature").type(9).unit("Cel").real(10.F)}, 0,
        ms(seconds));
  }
  // A node with two devices, all heard, and what they left for it taken away.
  void bear_all() {
    plant("NBIRTH/gw", birth(1, 0), 0.1);
    plant("DBIRTH/gw/a", metrics(1, 0), 0.2);
    plant("DBIRTH/gw/b", metrics(2, 0), 0.3);
    tick(1);
    EXPECT_THAT(left(), UnorderedElementsAre("city/gw ON", "city/gw/a ON", "city/gw/b ON"));
  }
  void lora(const std::string& event, const std::string& more, double seconds,
            bool retained = false) {
    say({.topic = "application/7/device/70b3d57ed0001a2b/event/" + event,
         .payload = R"({"deviceInfo":{"devEui":"70b3d57ed0001a2b"})" + more + "}",
         .route = 1,
         .retained = retained},
        seconds);
  }
  // What left since the last time: `id ON|OFF[ battery]`.
  std::vector<std::string> left() {
    std::vector<std::string> lines;
    for (const auto& status : out.devices) {
      std::string line =
          status.device_id() + (status.state() == v1::DeviceStatus::ONLINE ? " ON" : " OFF");
      if (status.has_battery()) line += fmt::format(" {}", status.battery());
      lines.push_back(line);
    }
    out.devices.clear();
    return lines;
  }
};

TEST_F(DeviceSigns, a_node_that_dies_takes_all_its_devices_along_at_the_next_tick) {
  start(configuration());
  bear_all();
  plant("NDEATH/gw", sparkplug_death(1), 2.5);
  EXPECT_THAT(out.devices, IsEmpty());
  tick(3);
  ASSERT_EQ(out.devices.size(), 3u);
  EXPECT_EQ(out.devices[0].reason(), "its death was announced");
  EXPECT_EQ(out.devices[0].last_seen().seconds(), 1'790'002'800);
  EXPECT_THAT(left(), UnorderedElementsAre("city/gw OFF", "city/gw/a OFF", "city/gw/b OFF"));
  tick(4);
  EXPECT_THAT(left(), IsEmpty());
  // Whether born or heard, each comes back for itself.
  plant("DDATA/gw/a", metrics(3, 4), 4.5);
  tick(5);
  EXPECT_THAT(left(), ElementsAre("city/gw/a ON"));
  plant("NBIRTH/gw", sparkplug_payload({bd_seq(2)}, 0, ms(5)), 5.5);  // without a reading
  tick(6);
  EXPECT_THAT(left(), UnorderedElementsAre("city/gw ON", "city/gw/a OFF"))
      << "of the new session only the node is known";
  expect_balance();
}

TEST_F(DeviceSigns, a_node_takes_along_whom_it_only_spoke_for) {
  start(configuration());
  plant("DDATA/gw/c", metrics(7, 0), 0.3);  // its birth was before this time
  tick(1);
  EXPECT_THAT(left(), ElementsAre("city/gw/c ON"));
  restore_from_snapshot();
  plant("NDEATH/gw", sparkplug_death(1), 2.5);
  tick(3);
  EXPECT_THAT(left(), ElementsAre("city/gw/c OFF"));
  plant("NDEATH/gw", sparkplug_death(1), 3.5);
  tick(4);
  EXPECT_THAT(left(), IsEmpty()) << "once";
  expect_balance();
}

TEST_F(DeviceSigns, who_is_not_born_again_with_the_node_is_away_until_then) {
  start(configuration());
  bear_all();
  plant("DDATA/gw/c", metrics(3, 1), 1.5);
  tick(2);
  EXPECT_THAT(left(), ElementsAre("city/gw/c ON"));
  plant("NBIRTH/gw", birth(2, 2), 2.1);
  plant("DBIRTH/gw/a", metrics(1, 2), 2.2);
  tick(3);
  ASSERT_EQ(out.devices.size(), 3u);
  for (const auto& status : out.devices) {
    if (status.state() == v1::DeviceStatus::ONLINE) continue;
    EXPECT_EQ(status.reason(), "its node was born again, so far without it");
  }
  EXPECT_THAT(left(), UnorderedElementsAre("city/gw/a ON", "city/gw/b OFF", "city/gw/c OFF"));
  plant("DBIRTH/gw/b", metrics(2, 3), 3.5);
  tick(4);
  EXPECT_THAT(left(), ElementsAre("city/gw/b ON"));
  plant("NBIRTH/gw", birth(2, 2), 4.5);  // the same message once more
  tick(5);
  EXPECT_THAT(left(), IsEmpty());
  expect_balance();
}

TEST_F(DeviceSigns, a_device_dies_alone) {
  start(configuration());
  bear_all();
  plant("DDEATH/gw/b", sparkplug_payload({}, 3, ms(2)), 2.5);
  tick(3);
  EXPECT_THAT(left(), ElementsAre("city/gw/b OFF"));
  plant("DBIRTH/gw/b", metrics(4, 3), 3.5);
  tick(4);
  EXPECT_THAT(left(), ElementsAre("city/gw/b ON"));
}

TEST_F(DeviceSigns, the_death_of_an_earlier_session_ends_nothing) {
  start(configuration());
  bear_all();
  plant("NDEATH/gw", sparkplug_death(0), 2.5);
  tick(3);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(DeviceSigns, of_one_that_nobody_has_heard_a_death_says_nothing) {
  start(configuration());
  plant("NDEATH/gw", sparkplug_death(1), 0.5);
  plant("DDEATH/gw/a", sparkplug_payload({}, 3, ms(0)), 0.6);
  tick(1);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(DeviceSigns, born_again_within_the_second_it_never_was_away) {
  start(configuration());
  bear_all();
  plant("NDEATH/gw", sparkplug_death(1), 2.1);
  plant("NBIRTH/gw", birth(2, 2), 2.2);
  plant("DBIRTH/gw/a", metrics(1, 2), 2.3);
  plant("DBIRTH/gw/b", metrics(2, 2), 2.4);
  tick(3);
  EXPECT_THAT(left(), UnorderedElementsAre("city/gw ON", "city/gw/a ON", "city/gw/b ON"));
}

TEST_F(DeviceSigns, a_death_outlives_a_restart) {
  start(configuration());
  bear_all();
  plant("NDEATH/gw", sparkplug_death(1), 2.5);
  restore_from_snapshot();
  tick(3);
  EXPECT_THAT(left(), UnorderedElementsAre("city/gw OFF", "city/gw/a OFF", "city/gw/b OFF"));
  restore_from_snapshot();
  tick(30);
  EXPECT_THAT(left(), IsEmpty()) << "once";
  plant("DDATA/gw/b", metrics(5, 30), 30.5);
  tick(31);
  EXPECT_THAT(left(), ElementsAre("city/gw/b ON"));
}

TEST_F(DeviceSigns, a_status_event_is_no_observation_but_tells_the_battery) {
  start(configuration());
  lora("status", R"(,"margin":7,"batteryLevel":75.5)", 0.5);
  tick(1);
  EXPECT_THAT(left(), ElementsAre("70b3d57ed0001a2b ON 75.5"));
  EXPECT_THAT(out.collections, IsEmpty());
  EXPECT_THAT(out.letters, IsEmpty());
  lora("up", R"(,"fCnt":8,"object":{"co2":500})", 700.5);
  tick(701);
  EXPECT_THAT(left(), ElementsAre("70b3d57ed0001a2b ON 75.5")) << "kept";
  expect_balance();
}

TEST_F(DeviceSigns, what_is_not_of_this_moment_shows_nothing) {
  start(configuration());
  lora("status", R"(,"batteryLevel":75.5)", 0.5, true);
  tick(1);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(DeviceSigns, one_that_may_not_speak_is_not_heard) {
  PipelineConfiguration strict = configuration();
  strict.routes[1].unknown_devices = UnknownDevices::reject;
  strict.routes[0].limits.unregistered_devices = 1;
  start(strict);
  lora("status", R"(,"batteryLevel":75.5)", 0.5);
  plant("NBIRTH/gw", sparkplug_payload({bd_seq(1)}, 0, ms(0)), 0.6);
  plant("NBIRTH/other", sparkplug_payload({bd_seq(1)}, 0, ms(0)), 0.7);
  tick(1);
  EXPECT_THAT(left(), ElementsAre("city/gw ON"));
  expect_balance();
}

}  // namespace
}  // namespace senne::pipeline
