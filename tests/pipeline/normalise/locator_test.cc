#include "pipeline/normalise/locator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace senne::normalise {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Locating : public testing::Test {
 protected:
  Locating() {
    configuration_.zones = {
        {"municipality",
         {{"21004", "", "", "POLYGON ((4.3 50.8, 4.4 50.8, 4.4 50.9, 4.3 50.9, 4.3 50.8))"},
          {"21001", "", "", "POLYGON ((4.2 50.8, 4.3 50.8, 4.3 50.9, 4.2 50.9, 4.2 50.8))"}}},
        {"park",
         {{"p", "", "", "POLYGON ((4.38 50.8, 4.4 50.8, 4.4 50.9, 4.38 50.9, 4.38 50.8))"}}}};
    Device fixed;
    fixed.location = Location{50.85, 4.35, 25};
    Device other;
    other.location = Location{50.85, 4.25, std::nullopt};
    configuration_.devices = {fixed, other, Device{}};
  }

  // Of a report by that device, null: unregistered.
  const v1::ObservationCollection& located(const Device* device,
                                           std::optional<Location> stated = std::nullopt) {
    Report report;
    report.location = stated;
    out_.clear();
    out_.device = device;
    locator().locate(report, readings_, out_);
    return out_.collection;
  }
  Locator& locator() {
    if (!locator_) locator_.emplace(configuration_);
    return *locator_;
  }
  bool mismatch() const { return out_.collection.quality_size() > 0; }

  PipelineConfiguration configuration_;
  std::optional<Locator> locator_;
  std::vector<RawReading> readings_;
  NormalisedReport out_;
};

TEST_F(Locating, a_fixed_device_is_where_it_is_registered) {
  for (int again = 0; again < 2; ++again) {
    const auto& one = located(&configuration_.devices[0]);
    EXPECT_EQ(one.location().latitude(), 50.85);
    EXPECT_EQ(one.location().altitude(), 25);
    EXPECT_THAT(one.zones(), ElementsAre("municipality/21004"));
    EXPECT_FALSE(mismatch());
    EXPECT_THAT(located(&configuration_.devices[1]).zones(), ElementsAre("municipality/21001"));
  }
}

TEST_F(Locating, a_moving_device_is_where_each_message_says) {
  const Device* const bus = &configuration_.devices[2];
  EXPECT_THAT(located(bus, Location{50.85, 4.39, {}}).zones(),
              ElementsAre("municipality/21004", "park/p"));
  EXPECT_THAT(located(bus, Location{50.85, 4.25, {}}).zones(), ElementsAre("municipality/21001"));
  EXPECT_FALSE(mismatch());
  EXPECT_FALSE(located(bus).has_location());
  EXPECT_THAT(out_.collection.zones(), IsEmpty());
  EXPECT_FALSE(mismatch());
}

TEST_F(Locating, a_tracker_is_where_its_readings_say) {
  const auto reading = [](std::string_view name, Value value) {
    RawReading made;
    made.name = name;
    made.value = value;
    return made;
  };
  readings_ = {reading("temperature", 1.0), reading("latitude", 50.85), reading("lon", 4.25)};
  const auto& tracker = located(&configuration_.devices[2]);
  EXPECT_EQ(tracker.location().latitude(), 50.85);
  EXPECT_EQ(tracker.location().longitude(), 4.25);
  EXPECT_THAT(tracker.zones(), ElementsAre("municipality/21001"));
  // What the report itself states goes first.
  EXPECT_EQ(located(nullptr, Location{50.85, 4.39, {}}).location().longitude(), 4.39);
  readings_[1].value = std::int64_t{0};
  readings_[2].value = std::int64_t{0};
  EXPECT_FALSE(located(nullptr).has_location());
  EXPECT_TRUE(mismatch());
  for (const auto& spoil : {+[](RawReading& r) { r.channel = "2"; },
                            +[](RawReading& r) { r.bad = DeadLetterReason::bad_value; },
                            +[](RawReading& r) { r.value = std::string_view("4.25"); },
                            +[](RawReading& r) { r.unit = "rad"; }}) {
    readings_ = {reading("latitude", 50.85), reading("longitude", 4.25)};
    spoil(readings_[1]);
    EXPECT_FALSE(located(nullptr).has_location());
    EXPECT_FALSE(mismatch());
  }
}

TEST_F(Locating, outside_all_zones_is_flagged_and_stays) {
  const auto& far = located(nullptr, Location{51.2, 4.4, {}});
  EXPECT_EQ(far.location().latitude(), 51.2);
  EXPECT_THAT(far.zones(), IsEmpty());
  EXPECT_THAT(far.quality(), ElementsAre(v1::LOCATION_MISMATCH));
}

TEST_F(Locating, without_zones_no_place_is_outside) {
  configuration_.zones.clear();
  EXPECT_EQ(located(nullptr, Location{60.17, 24.94, {}}).location().latitude(), 60.17);
  EXPECT_FALSE(mismatch());
  EXPECT_TRUE(located(&configuration_.devices[0]).has_location());
  EXPECT_FALSE(mismatch());
}

TEST_F(Locating, away_from_where_it_is_registered_is_flagged_and_stays_as_stated) {
  const Device* const fixed = &configuration_.devices[0];
  // 0.008 degrees of latitude are 890 m, 0.0095 are 1,056 m.
  EXPECT_EQ(located(fixed, Location{50.858, 4.35, {}}).location().latitude(), 50.858);
  EXPECT_FALSE(mismatch());
  EXPECT_EQ(located(fixed, Location{50.8595, 4.35, {}}).location().latitude(), 50.8595);
  EXPECT_TRUE(mismatch());
  EXPECT_THAT(located(fixed, Location{50.85, 4.25, {}}).zones(), ElementsAre("municipality/21001"));
  EXPECT_THAT(out_.collection.quality(), ElementsAre(v1::LOCATION_MISMATCH));
}

TEST_F(Locating, a_known_mistake_does_not_leave_and_is_flagged_once) {
  for (const Location& wrong :
       {Location{4.35, 50.85, {}}, Location{149'000, 170'500, {}}, Location{0, 0, {}},
        Location{std::numeric_limits<double>::quiet_NaN(), 4.35, {}}, Location{91, 4.35, {}}}) {
    const auto& registered = located(&configuration_.devices[0], wrong);
    EXPECT_EQ(registered.location().latitude(), 50.85);
    EXPECT_THAT(registered.zones(), ElementsAre("municipality/21004"));
    EXPECT_THAT(registered.quality(), ElementsAre(v1::LOCATION_MISMATCH));
    EXPECT_FALSE(located(nullptr, wrong).has_location());
    EXPECT_THAT(out_.collection.quality(), ElementsAre(v1::LOCATION_MISMATCH));
  }
}

}  // namespace
}  // namespace senne::normalise
