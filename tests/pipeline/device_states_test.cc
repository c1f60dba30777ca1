#include "pipeline/device_states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/pipeline_steps.h"

namespace senne::pipeline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant start{hours{24 * 365 * 56}};

// `school ON 1000 87 -101.5 7` : who, how, last seen in seconds after the start, battery, rssi,
// snr;
// `-` is absent.
std::string text_of(const v1::DeviceStatus& status) {
  const auto number = [](bool present, double value) {
    return present ? testing::PrintToString(value) : std::string("-");
  };
  const auto seen = status.last_seen().seconds() - start.time_since_epoch() / seconds{1};
  return status.device_id() + (status.state() == v1::DeviceStatus::ONLINE ? " ON " : " OFF ") +
         std::to_string(seen) + " " + number(status.has_battery(), status.battery()) + " " +
         number(status.link().has_rssi(), status.link().rssi()) + " " +
         number(status.link().has_snr(), status.link().snr());
}

class States : public testing::Test {
 protected:
  States() {
    configuration_.instance = "i";
    Device school;
    school.id = "school";
    school.interval = minutes{10};
    Device bus;
    bus.id = "bus";
    configuration_.devices = {school, bus};
    registry_.emplace(configuration_);
    states_.configure(configuration_, *registry_);
    other_.configure(configuration_, *registry_);
    states_.connected(start);
  }

  void hear(const std::string& id, int second,
            const std::vector<std::pair<std::string, double>>& numbers = {}) {
    hear_by(states_, id, second, numbers);
  }
  static void hear_by(DeviceStates& states, const std::string& id, int second,
                      const std::vector<std::pair<std::string, double>>& numbers = {}) {
    normalise::NormalisedReport report;
    report.collection.set_device_id(id);
    report.device_key = normalise::device_key("i", id);
    for (const auto& [property, value] : numbers) {
      v1::Observation& one = *report.collection.add_observations();
      one.set_property(property);
      one.set_number(value);
    }
    states.hear(report, start + seconds{second});
  }
  std::vector<std::string> tick(int second) { return tick_by(states_, second); }
  static std::vector<std::string> tick_by(DeviceStates& states, int second) {
    Output out;
    states.tick(start + seconds{second}, out);
    std::vector<std::string> texts;
    for (const auto& status : out.devices) texts.push_back(text_of(status));
    return texts;
  }

  PipelineConfiguration configuration_;
  std::optional<normalise::DeviceRegistry> registry_;
  DeviceStates states_;
  DeviceStates other_;
};

TEST_F(States, the_first_report_puts_a_device_online_at_the_next_tick) {
  EXPECT_THAT(tick(1), IsEmpty());
  hear("bus", 1, {{"battery_level", 87}, {"rssi", -101.5}, {"snr", 7}, {"co2", 5}});
  hear("stranger", 1);
  EXPECT_THAT(tick(2), ElementsAre("bus ON 1 87 -101.5 7", "stranger ON 1 - - -"));
  EXPECT_THAT(tick(3), IsEmpty());
}

TEST_F(States, what_it_says_of_itself_leaves_at_most_every_ten_minutes) {
  hear("bus", 0, {{"battery_level", 87}});
  EXPECT_THAT(tick(1), ElementsAre("bus ON 0 87 - -"));
  hear("bus", 300, {{"battery_level", 86}, {"rssi", -90}});
  EXPECT_THAT(tick(301), IsEmpty());
  hear("bus", 600);
  EXPECT_THAT(tick(601), IsEmpty());  // the last one left at 1
  hear("bus", 601, {{"rssi", -91}});
  hear("bus", 601, {{"rssi", -92}});
  EXPECT_THAT(tick(602), ElementsAre("bus ON 601 86 -92 -"));
  EXPECT_THAT(tick(9000), IsEmpty());  // nobody expects it
}

TEST_F(States, what_the_network_says_stands_in_for_what_the_device_does_not_say) {
  normalise::NormalisedReport report;
  report.collection.set_device_id("bus");
  report.device_key = normalise::device_key("i", "bus");
  report.link = {-110.0, -3.5, 99.0};
  v1::Observation& battery = *report.collection.add_observations();
  battery.set_property("battery_level");
  battery.set_number(41);
  states_.hear(report, start);
  EXPECT_THAT(tick(1), ElementsAre("bus ON 0 41 -110 -3.5"));
}

TEST_F(States, one_that_is_expected_goes_offline_after_three_intervals_and_comes_back) {
  hear("school", 0, {{"battery_level", 50}});
  tick(1);
  EXPECT_THAT(tick(1800), IsEmpty());
  EXPECT_THAT(tick(1810), ElementsAre("school OFF 0 50 - -"));
  EXPECT_THAT(tick(1820), IsEmpty());
  hear("school", 1821);
  EXPECT_THAT(tick(1822), ElementsAre("school ON 1821 50 - -"));
  Output out;
  states_.tick(start + seconds{3640}, out);
  ASSERT_EQ(out.devices.size(), 1u);
  EXPECT_EQ(out.devices[0].reason(), "silent for more than 3 of its intervals");
}

TEST_F(States, while_the_broker_was_away_nobody_was_silent) {
  hear("school", 0);
  tick(1);
  states_.connected(start + seconds{10'000});
  EXPECT_THAT(tick(10'000), IsEmpty());
  EXPECT_THAT(tick(11'800), IsEmpty());
  EXPECT_THAT(tick(11'810), ElementsAre("school OFF 0 - - -"));
}

TEST_F(States, goes_on_after_a_restore_as_if_nothing_had_been) {
  for (int i = 0; i < 200; ++i) {
    const std::string id = i % 3 == 0 ? "school" : "d" + std::to_string(i % 7);
    const int second = i * (i % 20 == 0 ? 200 : 1) + i * 30;
    if (i % 11 == 0) states_.connected(start + seconds{second});
    hear(id, second, {{"battery_level", i}});
    std::string bytes;
    states_.snapshot(bytes);
    ByteReader reader(bytes);
    ASSERT_TRUE(other_.restore(reader));
    ASSERT_TRUE(reader.at_end());
    std::string again;
    other_.snapshot(again);
    ASSERT_EQ(again, bytes);
    if (i % 2 == 0) {
      ASSERT_EQ(tick(second + 1), tick_by(other_, second + 1)) << i;
    }
  }
}

TEST_F(States, a_damaged_state_is_refused_and_empty) {
  for (int i = 0; i < 3; ++i) hear("d" + std::to_string(i), i);
  std::string bytes;
  states_.snapshot(bytes);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    ByteReader reader(std::string_view(bytes).substr(0, cut));
    EXPECT_FALSE(states_.restore(reader)) << cut;
    EXPECT_EQ(states_.devices(), 0u);
    EXPECT_THAT(tick(static_cast<int>(100 + cut)), IsEmpty());
  }
}

TEST_F(States, the_state_is_bounded_and_forgets_the_idle) {
  DeviceStates states(2);
  for (const char* id : {"a", "b", "c"}) hear_by(states, id, 1);
  EXPECT_EQ(states.devices(), 2u);
  EXPECT_THAT(tick_by(states, 2), ElementsAre("b ON 1 - - -", "c ON 1 - - -"));
  states.forget_idle(start + hours{2}, hours{1});
  EXPECT_EQ(states.devices(), 0u);
}

}  // namespace
}  // namespace senne::pipeline
