// Of whom a report is, of when and of where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/pipeline/normalise/normalising.h"

namespace senne::normalise {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class normaliser : public Normalising {};

TEST_F(normaliser, tells_who_what_when_and_where) {
  report_.sequence = "42";
  report_.time.start = received - seconds{2};
  report_.result_time = received - seconds{1};
  add("temperature", 21.5, "Cel");
  const auto& out = collection();
  EXPECT_EQ(out.device_id(), "70b3d57ed0001a2b");
  EXPECT_EQ(out.provider(), "environment");
  EXPECT_EQ(out.route(), "lora");
  EXPECT_EQ(out.sequence(), "42");
  EXPECT_EQ(instant(out.phenomenon_time()), received - seconds{2});
  EXPECT_FALSE(out.has_phenomenon_time_end());
  EXPECT_EQ(instant(out.result_time()), received - seconds{1});
  EXPECT_EQ(instant(out.receive_time()), received);
  EXPECT_EQ(out.location().latitude(), 50.8466);
  EXPECT_EQ(out.location().longitude(), 4.3528);
  EXPECT_EQ(out.location().altitude(), 25);
  EXPECT_THAT(out.quality(), IsEmpty());
  ASSERT_EQ(out.observations_size(), 1);
  EXPECT_EQ(out.observations(0).property(), "air_temperature");
  EXPECT_EQ(out.observations(0).channel(), "");
  EXPECT_EQ(out.observations(0).number(), 21.5);
  EXPECT_EQ(out.observations(0).unit(), "Cel");
  EXPECT_THAT(out.observations(0).quality(), IsEmpty());
  EXPECT_FALSE(out.observations(0).has_phenomenon_time());
}

TEST_F(normaliser, an_unregistered_device_is_flagged_or_rejected_by_the_route_s_policy) {
  report_.device = "A81758FFFE0301AA";
  add("temperature", 21.5, "Cel");
  EXPECT_THAT(flags(collection().quality()), ElementsAre(v1::UNREGISTERED));
  EXPECT_EQ(out_.collection.device_id(), "a81758fffe0301aa");
  EXPECT_EQ(out_.device, nullptr);
  EXPECT_EQ(out_.device_key, device_key("environment", "a81758fffe0301aa"));
  EXPECT_EQ(out_.samples[0].interval, std::nullopt);
  EXPECT_FALSE(out_.collection.has_location());
  record_.message.route = RouteIndex{1};
  EXPECT_EQ(rejection(), DeadLetterReason::unknown_device);
}

TEST_F(normaliser, a_device_is_known_by_its_second_name_and_bears_the_registry_s) {
  report_.device = "school-7";
  report_.other_device = "70B3D57ED0001A2B";
  add("temperature", 21.5, "Cel");
  EXPECT_EQ(collection().device_id(), "70b3d57ed0001a2b");
  EXPECT_EQ(out_.device, &configuration_.devices[0]);
  EXPECT_EQ(out_.device_key, device_key("environment", "70b3d57ed0001a2b"));
}

TEST_F(normaliser, a_route_speaks_only_for_its_provider) {
  report_.device = "foreign";
  add("temperature", 21.5, "Cel");
  EXPECT_EQ(rejection(), DeadLetterReason::identity_mismatch);
}

TEST_F(normaliser, a_route_without_a_provider_speaks_for_the_instance) {
  record_.message.route = RouteIndex{2};
  report_.device = "own";
  add("air_temperature", 21.5);
  EXPECT_EQ(collection().provider(), "brussels-1");
}

TEST_F(normaliser, a_device_id_must_be_there_be_short_and_be_text) {
  add("temperature", 21.5, "Cel");
  report_.device = "";
  EXPECT_EQ(rejection(), DeadLetterReason::malformed);
  report_.device = "sensor\xC0\xAF";
  EXPECT_EQ(rejection(), DeadLetterReason::malformed);
  const std::string longer(Normaliser::id_bytes_max + 1, 'a');
  report_.device = longer;
  EXPECT_EQ(rejection(), DeadLetterReason::limit);
  report_.device = "a";
  report_.sequence = longer;
  EXPECT_EQ(rejection(), DeadLetterReason::limit);
  report_.sequence = "\xFF";
  EXPECT_EQ(rejection(), DeadLetterReason::malformed);
}

TEST_F(normaliser, a_message_received_while_the_clocks_were_apart_is_flagged) {
  record_.message.clock_apart = true;
  add("temperature", 21.5, "Cel");
  EXPECT_THAT(flags(collection().quality()), ElementsAre(v1::CLOCK));
}

TEST_F(normaliser, an_implausible_time_gives_way_to_the_receive_time_and_is_flagged) {
  report_.time.start = received - hours{24 * 30};
  add("temperature", 21.5, "Cel");
  EXPECT_EQ(instant(collection().phenomenon_time()), received);
  EXPECT_THAT(flags(out_.collection.quality()), ElementsAre(v1::CLOCK));
  EXPECT_EQ(out_.samples[0].time, received);
}

TEST_F(normaliser, a_message_without_a_time_has_the_receive_time_unflagged) {
  add("temperature", 21.5, "Cel");
  EXPECT_EQ(instant(collection().phenomenon_time()), received);
  EXPECT_THAT(out_.collection.quality(), IsEmpty());
}

TEST_F(normaliser, an_interval_keeps_its_end) {
  report_.time.start = received - minutes{15};
  report_.time.end = received;
  add("rain", 0.4, "mm");
  EXPECT_EQ(instant(collection().phenomenon_time()), received - minutes{15});
  EXPECT_EQ(instant(out_.collection.phenomenon_time_end()), received);
  EXPECT_EQ(out_.samples[0].time, received - minutes{15});
}

TEST_F(normaliser, a_reading_s_own_time_stands_where_it_differs) {
  report_.time.start = received - minutes{1};
  add("temperature", 21.5, "Cel").time.start = received - minutes{1};
  add("temperature", 21.4, "Cel").time.start = received - minutes{2};
  add("temperature", 21.3, "Cel").time.start = received - hours{24 * 365};
  add("temperature", 21.2, "Cel").time.malformed = true;
  const auto& out = collection();
  EXPECT_FALSE(out.observations(0).has_phenomenon_time());
  EXPECT_EQ(instant(out.observations(1).phenomenon_time()), received - minutes{2});
  EXPECT_THAT(out.observations(1).quality(), IsEmpty());
  for (const int implausible : {2, 3}) {
    EXPECT_EQ(instant(out.observations(implausible).phenomenon_time()), received);
    EXPECT_THAT(flags(out.observations(implausible).quality()), ElementsAre(v1::CLOCK));
  }
  EXPECT_THAT(out.quality(), IsEmpty());
  EXPECT_EQ(out_.samples[1].time, received - minutes{2});
  EXPECT_EQ(out_.samples[2].time, received);
}

TEST_F(normaliser, the_stated_place_wins_over_the_registry_s) {
  report_.location = Location{50.8500, 4.3500, std::nullopt};
  add("temperature", 21.5, "Cel");
  EXPECT_EQ(collection().location().latitude(), 50.85);
  EXPECT_FALSE(out_.collection.location().has_altitude());
  EXPECT_THAT(out_.collection.quality(), IsEmpty());
}

TEST_F(normaliser, a_place_that_is_not_on_earth_gives_way_and_is_flagged) {
  add("temperature", 21.5, "Cel");
  for (const Location& nowhere :
       {Location{149'000, 170'500, std::nullopt}, Location{50, 181, std::nullopt},
        Location{std::numeric_limits<double>::quiet_NaN(), 4, std::nullopt}}) {
    report_.location = nowhere;
    EXPECT_EQ(collection().location().latitude(), 50.8466);
    EXPECT_THAT(flags(out_.collection.quality()), ElementsAre(v1::LOCATION_MISMATCH));
  }
}

TEST_F(normaliser, a_retained_report_without_a_time_of_its_own_is_suppressed) {
  record_.message.retained = true;
  add("temperature", 21.5, "Cel");
  report_.time.malformed = true;
  const auto result = normalise();
  ASSERT_FALSE(result);
  EXPECT_EQ(std::get<Suppressed>(result.error()).reason, SuppressedReason::retained);
  decoded_.readings[0].time.start = received;
  EXPECT_TRUE(normalise());
  decoded_.readings[0].time = {};
  report_.time = {received, std::nullopt, false};
  EXPECT_TRUE(normalise());
  // Of months ago: no more of use than none.
  report_.time.start = received - std::chrono::days{200};
  EXPECT_FALSE(normalise());
}

TEST_F(normaliser, nothing_of_a_report_shows_in_the_next) {
  report_.time.start = received - minutes{15};
  report_.time.end = received;
  report_.result_time = received;
  report_.sequence = "1";
  report_.historical = true;
  add("wobble", std::string_view("text")).channel = "c";
  add("temperature", 21.5).time.start = received - minutes{1};
  add("co2", std::string_view("n/a"));
  collection();

  report_ = Report{};
  report_.device = "other";
  decoded_.clear();
  add("humidity", 45.0, "%");
  const auto& out = collection();
  NormalisedReport fresh;
  ASSERT_TRUE(normaliser_->normalise(record_, report_, decoded_, fresh));
  EXPECT_EQ(out.SerializeAsString(), fresh.collection.SerializeAsString());
  EXPECT_EQ(out_.samples.size(), 1U);
  EXPECT_THAT(out_.bad, IsEmpty());
  EXPECT_EQ(out_.device, nullptr);
}

}  // namespace
}  // namespace senne::normalise
