#include "app/configuration/configuration_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/app/configuration/sample.h"

namespace senne::app {
namespace {

using testing::HasSubstr;

// Files in memory; what the store does not use is not there.
class MemoryStorage final : public Storage {
 public:
  Result<std::unique_ptr<MappedFile>> create_mapped(const std::string&, std::size_t) override {
    return fail(ErrorKind::failed, "not used");
  }
  Result<std::unique_ptr<MappedFile>> open_mapped(const std::string&) override {
    return fail(ErrorKind::failed, "not used");
  }
  Result<std::unique_ptr<MappedFile>> open_mapped_read_only(const std::string&) override {
    return fail(ErrorKind::failed, "not used");
  }
  Result<void> write_whole(const std::string& name, std::string_view bytes) override {
    ++writes;
    files[name] = std::string(bytes);
    return {};
  }
  Result<std::string> read_whole(const std::string& name) override {
    const auto found = files.find(name);
    if (found == files.end()) return fail(ErrorKind::not_found, name);
    return found->second;
  }
  Result<void> rename(const std::string&, const std::string&) override { return {}; }
  Result<void> remove(const std::string&) override { return {}; }
  Result<std::vector<std::string>> list() override { return std::vector<std::string>{}; }
  Result<void> lock() override { return {}; }
  std::string path() const override { return "/data/configurations"; }

  std::map<std::string, std::string> files;
  int writes = 0;
};

// Everything that the stored part can hold.
const std::string full =
    smallest +
    "    units: {temperature: '[degF]', Wind_Speed_2: 'm/s'}\n"
    "    qos: 0\n"
    "    unknown_devices: reject\n"
    "    limits: {payload: 1KiB, depth: 5, readings: 7}\n"
    "  - name: own\n"
    "    topic: own/#\n"
    "    format: mapping\n"
    "    provider: somebody\n"
    "    mapping:\n"
    "      each: /m\n"
    "      device: '{level:1}'\n"
    "      time: {at: '', form: naive, zone: Europe/Brussels}\n"
    "      sequence: /seq\n"
    "      location: {latitude: /la, longitude: /lo}\n"
    "      readings:\n"
    "        - {at: /t, property: air_temperature, unit: '[degF]'}\n"
    "        - {each: /c, channel: '', at: /v, property: door_open,\n"
    "           true_when: [open, 1, \"\", 'a\"b\\\\', \"$${X}\"]}\n"
    "        - {at: /x, property: raw.strange}\n"
    "windows:\n"
    "  - {name: a, length: 10s, revise_for: 0s}\n"
    "  - {name: b, length: 1h, lateness: 5min, max_wait: 5min}\n"
    "time_sanity: {oldest: 30d, newest: 1500ms}\n"
    "devices:\n"
    "  - {id: 70b3d57ed0001a2b, title: {fr: École no 7, nl: \"\\u263a\"}}\n"
    "  - {id: '0123', provider: p, interval: 10min, classification: open,\n"
    "     licence: CC0-1.0,\n"
    "     location: {latitude: 50.846600000000002, longitude: -4.3, altitude: 0},\n"
    "     calibration: [{property: no2, channel: a, scale: 1.04, offset: -2.1, from: 2026-01-01,\n"
    "                    to: '2026-07-01T00:00:00.5+02:00'}, {property: raw.Vent}]}\n"
    "  - {id: metres, location: {lambert72: [149000, 170500], altitude: 7}}\n"
    "zones:\n"
    "  - {name: municipality,\n"
    "     zones: [{id: 21004, title: {fr: Bruxelles, nl: Brussel},\n"
    "              polygons: 'POLYGON ((4.3 50.8, 4.4 50.8, 4.4 50.900000000000006, 4.3 "
    "50.8))'}]}\n";

TEST(ConfigurationStore, what_is_stored_reads_back_and_is_stored_alike) {
  const auto configuration = parse(full);
  ASSERT_TRUE(configuration) << configuration.error().message;
  const std::string text = canonical_text(configuration->pipeline);
  const auto again = parse_canonical(text, "stored");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(canonical_text(*again), text);

  ASSERT_EQ(again->routes.size(), 2u);
  EXPECT_EQ(again->instance, "test-1");
  EXPECT_EQ(again->routes[0].provider, "test-1");
  EXPECT_EQ(again->routes[0].units.at("Wind_Speed_2"), "m/s");
  EXPECT_EQ(again->routes[0].limits.payload_bytes, 1024u);
  EXPECT_EQ(again->routes[0].unknown_devices, UnknownDevices::reject);
  const Mapping& mapping = *again->routes[1].mapping;
  EXPECT_EQ(mapping.device.topic_level, 1u);
  EXPECT_TRUE(mapping.has_time);
  EXPECT_EQ(mapping.time.zone, "Europe/Brussels");
  EXPECT_EQ(mapping.readings[1].channel, "");
  EXPECT_THAT(mapping.readings[1].true_when,
              testing::ElementsAre("open", "1", "", "a\"b\\\\", "${X}"));
  EXPECT_EQ(mapping.readings[2].property, "strange");
  EXPECT_EQ(again->windows[0].revise_for, Duration{0});
  EXPECT_EQ(again->newest_accepted, std::chrono::milliseconds{1500});
  EXPECT_EQ(again->devices[0].title_nl, "\u263a");
  EXPECT_FALSE(again->devices[0].location);
  EXPECT_EQ(again->devices[1].location->latitude, 50.846600000000002);
  EXPECT_EQ(again->devices[1].location->altitude, 0.0);
  ASSERT_EQ(again->devices[1].calibration.size(), 2u);
  const Calibration& calibration = again->devices[1].calibration[0];
  EXPECT_EQ(calibration.channel, "a");
  EXPECT_EQ(calibration.scale, 1.04);
  EXPECT_EQ(calibration.offset, -2.1);
  EXPECT_EQ(to_nanos(*calibration.from), 1'767'225'600'000'000'000);
  EXPECT_EQ(to_nanos(*calibration.to), 1'782'856'800'500'000'000);
  EXPECT_EQ(again->devices[1].calibration[1].property, "raw.Vent");
  // To the last bit what the conversion gave when the file was read.
  EXPECT_EQ(again->devices[2].location->latitude,
            configuration->pipeline.devices[2].location->latitude);
  EXPECT_NEAR(again->devices[2].location->latitude, 50.8449053, 1e-5);
  EXPECT_EQ(again->devices[2].location->altitude, 7.0);
  ASSERT_EQ(again->zones.size(), 1u);
  EXPECT_EQ(again->zones[0].zones[0].title_nl, "Brussel");
  EXPECT_EQ(again->zones[0].zones[0].polygons,
            "POLYGON ((4.3 50.8, 4.4 50.8, 4.4 50.900000000000006, 4.3 50.8))");
}

// Checks that came later: a log may name what was stored before them.
TEST(ConfigurationStore, what_was_accepted_once_is_read_for_ever) {
  auto configuration = parse(smallest);
  ASSERT_TRUE(configuration) << configuration.error().message;
  PipelineConfiguration& stored = configuration->pipeline;
  stored.routes[0].units = {{"foo", "bar"}, {"temperature_1", "C"}};
  stored.devices.resize(2);
  stored.devices[0].id = "70-B3-D5-7E-D0-00-1A-2E";
  stored.devices[1].id = "70b3d57ed0001a2e";
  stored.zones = {{"a", {{"1", "", "", "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"}}}};
  stored.quality.resize(2);
  stored.quality[0].property = "air_temperature";
  stored.quality[0].limits.minimum = 70;
  stored.quality[1].property = "co2";
  stored.quality[1].limits.minimum = 5;
  stored.quality[1].limits.maximum = 4;
  const std::string text = canonical_text(stored);
  const auto again = parse_canonical(text, "stored");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(canonical_text(*again), text);
}

// What breaks lines in YAML, what may not stand in it as it is, and what may.
TEST(ConfigurationStore, characters_that_yaml_treats_its_own_way_come_back) {
  const auto configuration =
      parse(smallest +
            R"(devices: [{id: a, title: {fr: "a\u0085b\u2028c\u2029d\ufeffe\u009ff\ufffeg\uffff",)"
            R"( nl: "\U0001F600 \u00e9 \u2027 \u00a0 \ufffd"}}])" +
            "\n");
  ASSERT_TRUE(configuration) << configuration.error().message;
  const std::string text = canonical_text(configuration->pipeline);
  const auto again = parse_canonical(text, "stored");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(canonical_text(*again), text);
  EXPECT_EQ(again->devices[0].title_fr, "a\u0085b\u2028c\u2029d\ufeffe\u009ff\ufffeg\uffff");
  EXPECT_EQ(again->devices[0].title_nl, "\U0001F600 \u00e9 \u2027 \u00a0 \ufffd");
}

TEST(ConfigurationStore, layout_comments_and_where_things_stand_do_not_change_the_hash) {
  const TemporaryFolder folder;
  folder.write("devices.yaml", "devices: [{id: a}]\n");
  const auto in_file =
      parse("# a comment\n" + smallest + "registry: devices.yaml\n", {}, folder.path());
  const auto in_line = parse("devices:\n  - id: \"a\"\n" + smallest);
  ASSERT_TRUE(in_file && in_line);
  EXPECT_EQ(canonical_text(in_file->pipeline), canonical_text(in_line->pipeline));
  EXPECT_NE(canonical_text(in_file->pipeline), canonical_text(parse(smallest)->pipeline));
}

TEST(ConfigurationStore, no_secret_and_nothing_of_broker_and_cluster_is_stored) {
  std::string text = full;
  text.replace(text.find("  url:"), 6, "  password: hunter2\n  url:");
  const auto configuration = parse(text);
  ASSERT_TRUE(configuration) << configuration.error().message;
  const std::string stored = canonical_text(configuration->pipeline);
  EXPECT_EQ(stored.find("hunter2"), std::string::npos);
  EXPECT_EQ(stored.find("broker"), std::string::npos);
  EXPECT_EQ(stored.find("k1:9092"), std::string::npos);
}

TEST(ConfigurationStore, saved_configurations_are_found_by_their_hash) {
  MemoryStorage storage;
  ConfigurationStore store(storage);
  const auto configuration = parse(full);
  const auto hash = store.save(configuration->pipeline);
  ASSERT_TRUE(hash);
  ASSERT_TRUE(storage.files.contains(to_hex(*hash) + ".json"));
  EXPECT_EQ(*store.save(configuration->pipeline), *hash);
  EXPECT_EQ(storage.writes, 1) << "the same content is not written again";

  const auto loaded = store.load(*hash);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(canonical_text(**loaded), canonical_text(configuration->pipeline));
}

TEST(ConfigurationStore, a_damaged_copy_is_written_anew) {
  MemoryStorage storage;
  ConfigurationStore store(storage);
  const auto configuration = parse(smallest);
  const auto hash = store.save(configuration->pipeline);
  storage.files.begin()->second[5] ^= 1;
  EXPECT_EQ(store.load(*hash).error().kind, ErrorKind::damage);
  EXPECT_THAT(store.load(*hash).error().message,
              HasSubstr("/data/configurations/" + to_hex(*hash)));
  ASSERT_TRUE(store.save(configuration->pipeline));
  EXPECT_TRUE(store.load(*hash));
}

TEST(ConfigurationStore, a_hash_that_was_never_stored_is_not_found) {
  MemoryStorage storage;
  ConfigurationStore store(storage);
  const auto loaded = store.load(Id128{1, 2});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::not_found);
  EXPECT_THAT(loaded.error().message, HasSubstr("00000000000000010000000000000002.json"));
}

TEST(ConfigurationStore, sound_content_that_this_version_does_not_know_is_of_a_newer_one) {
  MemoryStorage storage;
  ConfigurationStore store(storage);
  const std::string text = "{\"instance\":\"a\",\"novelty\":1}\n";
  storage.files[to_hex(content_hash(text)) + ".json"] = text;
  EXPECT_EQ(store.load(content_hash(text)).error().kind, ErrorKind::version);
}

}  // namespace
}  // namespace senne::app
