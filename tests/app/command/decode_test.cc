// senne decode: one message in, the records it would become out; no server, no disk.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/app/command/without_servers.h"
#include "tests/integration/senne_process.h"

namespace senne::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* uplink =
    R"({"end_device_ids":{"device_id":"d1","dev_eui":"70B3D57ED0001A2B"},)"
    R"("received_at":"2026-11-22T08:00:00Z",)"
    R"("uplink_message":{"f_cnt":3,"decoded_payload":{"temperature":21.5}}})";

class Decode : public ::testing::Test {
 protected:
  Ended decode(const std::string& topic, const std::vector<std::string>& more,
               std::string_view input = {}) {
    std::vector<std::string> arguments = {"decode", "-c",         "senne.yaml",          "--topic",
                                          topic,    "--received", "2026-11-22T08:00:01Z"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return place_.command(arguments, input);
  }
  json record(const Ended& ended) {
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_THAT(ended.err, IsEmpty());
    EXPECT_TRUE(is_one_line(ended.out)) << ended.out;
    return json::parse(ended.out, nullptr, false);
  }

  SenneProcess place_{{{"senne.yaml", configuration_without_servers()}}};
};

TEST_F(Decode, a_message_becomes_a_record_of_topic_key_headers_and_value) {
  const json got = record(decode("v3/a@t/devices/d1/up", {uplink}));
  ASSERT_TRUE(got.is_object());
  EXPECT_EQ(got.size(), 4u);
  EXPECT_EQ(got["topic"], "urban.observations.v1");
  EXPECT_EQ(got["key"], "70b3d57ed0001a2b");
  EXPECT_EQ(got["headers"]["ce_type"], "senne.observations.v1");
  EXPECT_EQ(got["headers"]["ce_subject"], "70b3d57ed0001a2b");
  EXPECT_EQ(got["value"]["deviceId"], "70b3d57ed0001a2b");
  EXPECT_EQ(got["value"]["receiveTime"], "2026-11-22T08:00:01Z");
  EXPECT_EQ(got["value"]["observations"][0]["property"], "air_temperature");
  EXPECT_EQ(got["value"]["observations"][0]["number"], 21.5);
  EXPECT_FALSE(std::filesystem::exists(place_.folder() + "/data"));
}

TEST_F(Decode, the_payload_comes_from_an_argument_a_dash_or_standard_input) {
  const json from_argument = record(decode("v3/a@t/devices/d1/up", {uplink}));
  EXPECT_EQ(record(decode("v3/a@t/devices/d1/up", {"-"}, uplink)), from_argument);
  EXPECT_EQ(record(decode("v3/a@t/devices/d1/up", {}, uplink)), from_argument);
  // An empty argument is an empty payload.
  EXPECT_EQ(record(decode("v3/a@t/devices/d1/up", {""}, uplink))["value"]["reason"], "malformed");
}

TEST_F(Decode, the_route_s_unit_of_a_numbered_name_is_that_channel_s) {
  place_.put("senne.yaml",
             configuration_with_routes("  - {name: f, topic: v3/+/devices/+/#, format: tts-v3,\n"
                                       "     units: {temperature_1: '[degF]'}}\n"));
  const json got =
      record(decode("v3/a@t/devices/d1/up",
                    {R"({"end_device_ids":{"device_id":"d1"},"received_at":"2026-11-22T08:00:00Z",)"
                     R"("uplink_message":{"decoded_payload":{"temperature":21,"temperature_1":70,)"
                     R"("temperature_2":22}}})"}))["value"]["observations"];
  EXPECT_EQ(got[0]["number"], 21);
  EXPECT_EQ(got[1]["channel"], "1");
  EXPECT_NEAR(got[1]["number"].get<double>(), 21.1, 0.02);
  EXPECT_FALSE(got[1].contains("quality"));
  EXPECT_EQ(got[2]["number"], 22);
  EXPECT_EQ(got[2]["quality"], json({"UNIT_ASSUMED"}));
}

TEST_F(Decode, a_raw_property_of_a_mapping_or_a_table_stays_raw) {
  place_.put("senne.yaml",
             configuration_with_routes(
                 "  - {name: own, topic: own/#, format: mapping, mapping: {device: /d, readings:\n"
                 "     [{at: /t, property: raw.temperature_3, unit: Cel}]}}\n"
                 "  - {name: lora, topic: v3/+/devices/+/#, format: tts-v3}\n") +
                 "codecs: [{name: own, layouts: [{fields:\n"
                 "  [{property: raw.pressure_2, type: u8, unit: bar}]}]}]\n"
                 "devices: [{id: d1, profile: own}]\n");
  json got = record(decode("own/x", {R"({"d":"x","t":2})"}))["value"]["observations"];
  EXPECT_EQ(got, json::parse(R"([{"property":"raw.temperature_3","number":2,"unit":"1"}])"));
  got = record(decode("v3/a@t/devices/d1/up",
                      {R"({"end_device_ids":{"device_id":"d1"},)"
                       R"("uplink_message":{"f_port":1,"frm_payload":"Ag=="}})"}))["value"];
  EXPECT_EQ(got["observations"],
            json::parse(R"([{"property":"raw.pressure_2","number":2,"unit":"1"}])"));
}

TEST_F(Decode, a_device_may_be_registered_with_the_bytes_of_its_dev_eui_apart) {
  place_.put("senne.yaml", configuration_without_servers() +
                               "devices: [{id: 70-B3-D5-7E-D0-00-1A-2B, interval: 1h}]\n");
  const json got = record(decode("v3/a@t/devices/d1/up", {uplink}))["value"];
  EXPECT_EQ(got["deviceId"], "70b3d57ed0001a2b");
  EXPECT_FALSE(got.contains("quality")) << got;
}

TEST_F(Decode, the_same_message_gives_the_same_line) {
  const Ended first = decode("v3/a@t/devices/d1/up", {uplink});
  EXPECT_EQ(decode("v3/a@t/devices/d1/up", {uplink}).out, first.out);
}

TEST_F(Decode, what_would_be_said_to_a_device_is_the_last_line_of_an_explanation) {
  std::string yaml = configuration_without_servers();
  const std::string routes = "routes:\n";
  yaml.insert(yaml.find(routes) + routes.size(),
              "  - {name: plant, topic: 'spBv1.0/#', format: sparkplug-b}\n");
  place_.put("senne.yaml", yaml);
  // seq 3, alias 7: a value of which no birth is known.
  const std::string payload = "\x12\x04\x10\x07\x50\x01\x18\x03";
  EXPECT_EQ(record(decode("spBv1.0/city/NDATA/gw-1", {}, payload))["value"]["reason"], "no_codec");
  const Ended ended = decode("spBv1.0/city/NDATA/gw-1", {"--explain", "-"}, payload);
  EXPECT_EQ(ended.status, 0) << ended.err;
  std::vector<json> lines;
  std::istringstream out(ended.out);
  for (std::string line; std::getline(out, line);) lines.push_back(json::parse(line));
  ASSERT_EQ(lines.size(), 3u) << ended.out;
  EXPECT_EQ(lines[0]["explain"]["reports"][0]["device"], "city/gw-1");
  EXPECT_EQ(lines[0]["explain"]["reports"][0]["readings"][0]["refused"], "no_codec");
  EXPECT_EQ(lines[1]["value"]["reason"], "no_codec");
  EXPECT_EQ(lines[2]["command"]["mqttTopic"], "spBv1.0/city/NCMD/gw-1");
  EXPECT_THAT(lines[2]["command"]["payload"].get<std::string>(),
              HasSubstr("b2RlIENvbnRyb2wvUmViaXJ0a"));
}

TEST_F(Decode, bytes_are_read_by_the_profile_of_their_device) {
  place_.put("senne.yaml", configuration_without_servers() + R"(codecs: [puddle.yaml]
devices:
  - {id: 70B3D57ED0001A2B, profile: milesight/em400-udl}
  - {id: d2, profile: acme/puddle}
)");
  place_.put("puddle.yaml", R"(name: acme/puddle
source: "a puddle"
layouts: [{fields: [{property: water_level, type: u16, unit: mm}]}]
)");
  const auto observations = [&](const std::string& ids, const std::string& bytes) {
    const json got =
        record(decode("v3/a@t/devices/d2/up",
                      {R"({"end_device_ids":{)" + ids +
                       R"(},"uplink_message":{"f_port":85,"frm_payload":")" + bytes + R"("}})"}));
    return got["value"];
  };
  const json bought =
      observations(R"("device_id":"d2","dev_eui":"70B3D57ED0001A2B")", "AXVcA2cBAQ==");
  EXPECT_EQ(bought["observations"][0]["property"], "battery_level");
  EXPECT_EQ(bought["observations"][0]["number"], 92);
  EXPECT_EQ(bought["observations"][1]["property"], "air_temperature");
  EXPECT_EQ(bought["observations"][1]["number"], 25.7);
  EXPECT_FALSE(bought.contains("quality")) << bought;
  const json own = observations(R"("device_id":"d2")", "ANI=");
  EXPECT_EQ(own["observations"][0]["property"], "water_level");
  EXPECT_EQ(own["observations"][0]["number"], 0.21);
  const json unknown = observations(R"("device_id":"d2","dev_eui":"70B3D57ED0001A2C")", "AXVc");
  EXPECT_EQ(unknown["observations"][0]["property"], "water_level")
      << "the other of its two names is registered";
}

TEST_F(Decode, malformed_input_becomes_a_dead_letter_with_its_bytes_and_user_properties) {
  const std::string bytes("\x00\xff{\n\"", 5);
  const json got =
      record(decode("senml/x", {"--user-property", "a=b", "--user-property", "c=d=e"}, bytes));
  EXPECT_EQ(got["topic"], "urban.deadletter.v1");
  EXPECT_EQ(got["value"]["reason"], "malformed");
  EXPECT_EQ(got["value"]["mqttTopic"], "senml/x");
  EXPECT_EQ(got["value"]["payload"], "AP97CiI=");
  EXPECT_EQ(got["value"]["payloadLength"], "5");
  EXPECT_EQ(got["value"]["userProperties"],
            json::parse(R"([{"key":"a","value":"b"},{"key":"c","value":"d=e"}])"));
}

TEST_F(Decode, over_size_input_keeps_a_prefix_and_its_length) {
  const json got = record(decode("senml/x", {}, std::string(300 * 1024, 'x')));
  EXPECT_EQ(got["value"]["reason"], "too_large");
  EXPECT_EQ(got["value"]["payloadLength"], "307200");
}

TEST_F(Decode, over_a_small_limit_the_prefix_is_what_the_limit_keeps) {
  std::string configuration = configuration_without_servers();
  const std::string senml = "format: senml-json}";
  configuration.replace(configuration.find(senml), senml.size(),
                        "format: senml-json, limits: {payload: 1KiB}}");
  place_.put("senne.yaml", configuration);
  // A valid message and more of it than the limit admits.
  const std::string valid = R"([{"n":"urn:dev:ops:d-1:temperature","u":"Cel","v":1}])";
  const json got = record(decode("senml/x", {}, valid + std::string(2048 - valid.size(), ' ')));
  EXPECT_EQ(got["value"]["reason"], "too_large");
  EXPECT_EQ(got["value"]["payloadLength"], "2048");
  EXPECT_EQ(got["value"]["payload"].get<std::string>().size(), (1024 + 2) / 3 * 4) << "in base 64";
}

TEST_F(Decode, what_yields_no_record_says_why) {
  EXPECT_EQ(decode("v3/a@t/devices/d1/join", {R"({"end_device_ids":{"device_id":"d1"},)"
                                              R"("join_accept":{}})"})
                .out,
            "{\"suppressed\":{\"reason\":\"join\"}}\n");
  EXPECT_EQ(decode("v3/a@t/devices/d1/up", {R"({"end_device_ids":{"device_id":"d1"},)"
                                            R"("simulated":true,"uplink_message":{}})"})
                .out,
            "{\"suppressed\":{\"reason\":\"simulated\"}}\n");
}

TEST_F(Decode, a_topic_without_a_route_is_refused) {
  const Ended ended = decode("elsewhere/1", {"{}"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.err, "no route of senne.yaml matches topic elsewhere/1\n");
  EXPECT_THAT(ended.out, IsEmpty());
}

TEST_F(Decode, an_explanation_says_what_was_taken_for_what_and_why) {
  place_.put("senne.yaml", configuration_without_servers() + R"(
devices:
  - id: 70b3d57ed0001a2b
    provider: here
    location: {latitude: 50.85, longitude: 4.35}
    calibration: [{property: air_temperature, scale: 2, offset: -1}]
)");
  const std::string payload =
      R"({"end_device_ids":{"device_id":"d1","dev_eui":"70B3D57ED0001A2B"},)"
      R"("received_at":"2026-11-22T08:00:00Z",)"
      R"("uplink_message":{"f_cnt":3,"settings":{"time":"2026-11-22T07:59:59.5Z"},)"
      R"("locations":{"user":{"latitude":4.35,"longitude":50.85}},)"
      R"("decoded_payload":{"temperature":21.5,"odd":"x"}}})";
  const Ended ended = decode("v3/a@t/devices/d1/up", {"--explain", payload});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const std::size_t end = ended.out.find('\n');
  const json why = json::parse(ended.out.substr(0, end))["explain"];
  EXPECT_EQ(why["route"], "lora");
  EXPECT_EQ(why["filter"], "v3/+/devices/+/#");
  EXPECT_EQ(why["format"], "tts-v3");
  const json& report = why["reports"][0];
  EXPECT_EQ(report["registry"], "registered: 70b3d57ed0001a2b");
  EXPECT_EQ(report["time"]["from"], "uplink_message.settings.time");
  EXPECT_EQ(report["time"]["used"], "2026-11-22T07:59:59.500Z");
  EXPECT_EQ(report["time"]["why"], "as sent");
  EXPECT_EQ(
      report["location"]["why"],
      "latitude and longitude exchanged: left out, flagged LOCATION_MISMATCH; the registry's");
  const json& temperature = report["readings"][0];
  EXPECT_EQ(temperature["name"], "temperature");
  EXPECT_EQ(temperature["property"], "air_temperature");
  EXPECT_EQ(temperature["why"], "the source's own name for it");
  EXPECT_THAT(temperature["unitFrom"], HasSubstr("UNIT_ASSUMED"));
  EXPECT_EQ(temperature["calibration"], "measured * 2 + -1");
  EXPECT_EQ(temperature["result"], 42);
  EXPECT_EQ(report["readings"][1]["property"], "raw.odd");
  EXPECT_EQ(report["readings"][1]["why"], "nobody knows the name");
  // What is explained is what leaves.
  const json record = json::parse(ended.out.substr(end + 1));
  EXPECT_EQ(record["value"]["observations"][0]["number"], 42);
  EXPECT_EQ(record["value"]["phenomenonTime"], "2026-11-22T07:59:59.500Z");
  EXPECT_EQ(record["value"]["location"]["latitude"], 50.85);
}

TEST_F(Decode, an_explanation_names_conversions_and_times_that_were_not_used) {
  const Ended ended = decode(
      "senml/1", {"--explain", R"([{"bn":"d/","n":"temperature","u":"K","v":300,"t":1e9}])"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const json report =
      json::parse(ended.out.substr(0, ended.out.find('\n')))["explain"]["reports"][0];
  EXPECT_EQ(report["registry"], "not registered");
  EXPECT_EQ(report["time"]["from"], "bt + t");
  EXPECT_EQ(report["time"]["sent"], "2001-09-09T01:46:40Z");
  EXPECT_EQ(report["time"]["used"], "2026-11-22T08:00:01Z");
  EXPECT_EQ(report["time"]["why"],
            "what was sent lies outside `time_sanity`: the time of receipt, flagged CLOCK");
  EXPECT_EQ(report["readings"][0]["conversion"], "(x - 273.15)");
  EXPECT_EQ(report["readings"][0]["unitFrom"], "the message, its profile or its mapping");
}

TEST_F(Decode, an_explanation_of_what_cannot_be_decoded_has_no_reports) {
  const Ended ended = decode("senml/1", {"--explain", "[{"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const json why = json::parse(ended.out.substr(0, ended.out.find('\n')))["explain"];
  EXPECT_EQ(why["route"], "senml");
  EXPECT_THAT(why["reports"], IsEmpty());
}

}  // namespace
}  // namespace senne::test
