#include "pipeline/normalise/normalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace senne::normalise {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant received{milliseconds{1'795'334'400'250}};

Instant instant(const google::protobuf::Timestamp& timestamp) {
  return Instant{seconds{timestamp.seconds()} + Duration{timestamp.nanos()}};
}

std::vector<int> flags(const google::protobuf::RepeatedField<int>& quality) {
  return {quality.begin(), quality.end()};
}

class normaliser : public testing::Test {
 protected:
  normaliser() {
    configuration_.instance = "brussels-1";
    Route lora;
    lora.name = "lora";
    lora.format = Format::tts_v3;
    lora.provider = "environment";
    lora.units["soil"] = "%";
    configuration_.routes.push_back(lora);
    Route strict = lora;
    strict.name = "strict";
    strict.unknown_devices = UnknownDevices::reject;
    configuration_.routes.push_back(strict);
    Route mapping;
    mapping.name = "mapped";
    mapping.format = Format::mapping;
    configuration_.routes.push_back(mapping);

    Device school;
    school.id = "70B3D57ED0001A2B";
    school.provider = "environment";
    school.location = Location{50.8466, 4.3528, 25};
    school.interval = minutes{10};
    configuration_.devices.push_back(school);
    Device foreign;
    foreign.id = "foreign";
    foreign.provider = "mobility";
    configuration_.devices.push_back(foreign);

    record_.position = Position{64};
    record_.kind = RecordKind::message;
    record_.receive_time = received;
    record_.message.route = RouteIndex{0};
    report_.device = "70b3d57ed0001a2b";
  }

  RawReading& add(std::string_view name, Value value, std::string_view unit = {}) {
    RawReading reading;
    reading.name = name;
    reading.value = value;
    reading.unit = unit;
    reading.unit_system = unit.empty() ? UnitSystem::none : UnitSystem::ucum;
    decoded_.readings.push_back(reading);
    report_.reading_count = decoded_.readings.size() - report_.first_reading;
    return decoded_.readings.back();
  }

  NormaliseResult normalise() {
    if (!normaliser_) normaliser_.emplace(configuration_);
    return normaliser_->normalise(record_, report_, decoded_, out_);
  }
  const v1::ObservationCollection& collection() {
    const auto result = normalise();
    EXPECT_TRUE(result);
    return out_.collection;
  }
  DeadLetterReason rejection() {
    const auto result = normalise();
    EXPECT_FALSE(result);
    const auto& rejected = std::get<Rejected>(result.error());
    EXPECT_NE(rejected.detail, "");
    return rejected.reason;
  }

  PipelineConfiguration configuration_;
  Record record_;
  Report report_;
  Decoded decoded_;
  NormalisedReport out_;
  std::optional<Normaliser> normaliser_;
};

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

TEST_F(normaliser, gives_a_sample_for_each_number) {
  report_.time.start = received - seconds{2};
  add("temperature", 294.65, "K").channel = "roof";
  add("motion", true);
  add("wobble", 3.0);
  add("firmware", std::string_view("1.2"));
  collection();
  ASSERT_EQ(out_.samples.size(), 2U);
  const Sample& air = out_.samples[0];
  EXPECT_EQ(air.observation, 0U);
  EXPECT_EQ(air.datastream, "70b3d57ed0001a2b/air_temperature/roof");
  EXPECT_EQ(air.property, find_property("air_temperature"));
  EXPECT_EQ(air.unit, "Cel");
  EXPECT_DOUBLE_EQ(air.value, 21.5);
  EXPECT_EQ(air.time, received - seconds{2});
  EXPECT_EQ(air.interval, minutes{10});
  EXPECT_EQ(out_.samples[1].observation, 2U);
  EXPECT_EQ(out_.samples[1].datastream, "70b3d57ed0001a2b/raw.wobble");
  EXPECT_EQ(out_.samples[1].property, nullptr);
  EXPECT_EQ(out_.samples[1].unit, "1");
}

TEST_F(normaliser, views_of_many_samples_stay_valid_together) {
  for (int i = 0; i < 200; ++i) add("t", 1.0).channel = decoded_.keep(std::to_string(i));
  collection();
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(out_.samples[i].datastream, "70b3d57ed0001a2b/air_temperature/" + std::to_string(i));
  }
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

TEST_F(normaliser, stored_values_are_flagged) {
  report_.historical = true;
  add("temperature", 21.5, "Cel");
  EXPECT_THAT(flags(collection().quality()), ElementsAre(v1::HISTORICAL));
}

TEST_F(normaliser, a_calibration_holds_for_its_time_and_its_property) {
  configuration_.devices[0].calibration = {
      {"air_temperature", "", 2, 1, received - minutes{5}, received}};
  report_.time.start = received - minutes{1};
  add("temperature", 50.0, "[degF]");  // 10 Cel, measured
  add("humidity", 50.0, "%");
  add("temperature", 20.0, "Cel").time.start = received;
  add("temperature", 1e308, "Cel");
  const auto& out = collection();
  ASSERT_EQ(out.observations_size(), 3);
  EXPECT_EQ(out.observations(0).number(), 21);
  EXPECT_EQ(out_.samples[0].value, 21);
  EXPECT_EQ(out.observations(1).number(), 50);
  EXPECT_EQ(out.observations(2).number(), 20);
  ASSERT_EQ(out_.bad.size(), 1u);
  EXPECT_EQ(out_.bad[0].reason, DeadLetterReason::bad_value);
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

TEST_F(normaliser, an_assumed_unit_is_flagged_and_a_stated_one_is_not) {
  add("temperature", 21.5);
  add("temperature", 70.7, "[degF]");
  add("soil_moisture", 12.0, "%");
  const auto& out = collection();
  EXPECT_THAT(flags(out.observations(0).quality()), ElementsAre(v1::UNIT_ASSUMED));
  EXPECT_THAT(out.observations(1).quality(), IsEmpty());
  EXPECT_DOUBLE_EQ(out.observations(1).number(), 21.5);
}

TEST_F(normaliser, a_flag_has_no_unit_and_nothing_assumed) {
  add("door", std::string_view("open"));
  const auto& observation = collection().observations(0);
  EXPECT_EQ(observation.property(), "door_open");
  EXPECT_TRUE(observation.flag());
  EXPECT_EQ(observation.unit(), "");
  EXPECT_THAT(observation.quality(), IsEmpty());
}

TEST_F(normaliser, unknown_names_come_out_raw) {
  add("wobble", 3.0);
  add("serial", std::uint64_t{1} << 60);
  add("firmware", std::string_view("1.2"));
  add("armed", true);
  add("occupancy", true);
  const auto& out = collection();
  ASSERT_EQ(out.observations_size(), 5);
  EXPECT_EQ(out.observations(0).property(), "raw.wobble");
  EXPECT_EQ(out.observations(0).unit(), "1");
  EXPECT_EQ(out.observations(1).text(), "1152921504606846976");
  EXPECT_EQ(out.observations(1).unit(), "");
  EXPECT_EQ(out.observations(2).text(), "1.2");
  EXPECT_TRUE(out.observations(3).flag());
  EXPECT_EQ(out.observations(4).property(), "raw.occupancy");
  EXPECT_TRUE(out.observations(4).flag());
}

TEST_F(normaliser, a_count_under_the_name_of_a_flag_comes_out_raw_with_its_unit) {
  add("motion", std::int64_t{12});
  const auto& observation = collection().observations(0);
  EXPECT_EQ(observation.property(), "raw.motion");
  EXPECT_EQ(observation.number(), 12);
  EXPECT_EQ(observation.unit(), "1");
}

TEST_F(normaliser, a_second_sensor_has_its_channel_from_its_name) {
  add("temperature", 21.5);
  add("externalTemperature", 4.0);
  add("external_temperature_2", 5.0);
  add("externalTemperature", 6.0).channel = "3";
  const auto& out = collection();
  EXPECT_EQ(out.observations(0).channel(), "");
  EXPECT_EQ(out.observations(1).property(), "air_temperature");
  EXPECT_EQ(out.observations(1).channel(), "external");
  EXPECT_EQ(out.observations(2).channel(), "external.2");
  EXPECT_EQ(out.observations(3).channel(), "external.3");
}

TEST_F(normaliser, a_bad_reading_leaves_the_others_whole) {
  add("temperature", 21.5, "furlong");
  add("humidity", 45.0, "%");
  add("co2", std::string_view("n/a"));
  add("pressure", 1013.0, "hPa").bad = DeadLetterReason::malformed;
  add("t", 1.0, "Cel").channel = "\xFF";
  const std::string long_channel(RouteNames::name_bytes_max + 1, 'c');
  add("t", 1.0, "Cel").channel = long_channel;
  add("\xFF", 1.0);
  const auto& out = collection();
  ASSERT_EQ(out.observations_size(), 1);
  EXPECT_EQ(out.observations(0).property(), "relative_humidity");
  EXPECT_EQ(out_.samples.at(0).observation, 0U);
  std::vector<std::pair<std::string, DeadLetterReason>> bad;
  for (const BadReading& reading : out_.bad) bad.emplace_back(reading.name, reading.reason);
  EXPECT_THAT(bad, ElementsAre(std::pair{"temperature", DeadLetterReason::bad_unit},
                               std::pair{"co2", DeadLetterReason::bad_value},
                               std::pair{"pressure", DeadLetterReason::malformed},
                               std::pair{"t", DeadLetterReason::bad_value},
                               std::pair{"t", DeadLetterReason::limit},
                               std::pair{"", DeadLetterReason::bad_value}));
}

TEST_F(normaliser, channels_are_the_reading_s_or_the_number_behind_the_name) {
  add("temperature_3", 1.0, "Cel");
  add("temperature", 1.0, "Cel").channel = "a";
  const auto& out = collection();
  EXPECT_EQ(out.observations(0).channel(), "3");
  EXPECT_EQ(out.observations(1).channel(), "a");
}

TEST_F(normaliser, takes_only_the_report_s_own_readings) {
  add("temperature", 1.0, "Cel");
  add("temperature", 2.0, "Cel");
  add("temperature", 3.0, "Cel");
  report_.first_reading = 1;
  report_.reading_count = 1;
  ASSERT_EQ(collection().observations_size(), 1);
  EXPECT_EQ(out_.collection.observations(0).number(), 2.0);
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

TEST_F(normaliser, what_identifies_a_person_stays_here) {
  add("IBEACON.MAC", std::string_view("A4C138112233"));
  add("action_code", std::int64_t{4711});
  add("contactPoint.email", std::string_view("jan@example.org"));
  add("vehiclePlateIdentifier", std::string_view("1-ABC-234"));
  add("machine", std::string_view("on"));
  add("temperature", 21.5, "Cel");
  const auto& out = collection();
  ASSERT_EQ(out.observations_size(), 2);
  EXPECT_EQ(out.observations(0).property(), "raw.machine");
  EXPECT_EQ(out_.personal, 4u);
  EXPECT_TRUE(out_.bad.empty());
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
