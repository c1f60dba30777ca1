// The samples of the other network servers and platforms. Expectations are written from the
// formats' own documentation, not from what comes out here.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/pipeline/decode/played_codec.h"
#include "tests/pipeline/decode/samples.h"

namespace senne::decode {
namespace {

// In the order of the document: readings come out in it.
using json = nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

// Messages with their topics, one a line.
class Messages : public Samples {
 protected:
  struct Said {
    std::string topic;
    std::string payload;
  };
  static std::vector<Said> messages(const std::string& file) {
    std::vector<Said> found;
    std::istringstream lines(content(payloads() / file));
    for (std::string line; std::getline(lines, line);) {
      if (line.empty()) continue;
      const json message = json::parse(line);
      found.push_back({message["topic"], message.contains("payload_text")
                                             ? message["payload_text"].get<std::string>()
                                             : message["payload"].dump()});
    }
    return found;
  }
  static Decoding decode(Format format, const Said& said) {
    return {route_of(format), said.payload, said.topic};
  }
};

// Their registry is empty here: what is no uplink with bytes is told apart all the same.
TEST_F(Samples, servers_that_hand_on_bytes) {
  const auto bytes = [](const fs::path&) { return "rejected:no_codec"; };
  compare("loriot", Format::loriot, {}, 22, bytes);
  compare("thingpark", Format::thingpark, {}, 8, bytes);
  compare("thingpark-enterprise", Format::thingpark, {}, 2, bytes);
  compare("http-vendor", Format::chirpstack_v3, {}, 3, bytes);
  compare("senml-kpn", Format::kpn, {{"device_online.json", {"suppressed:location", "", {}}}}, 3,
          bytes);
}

TEST_F(Samples, chirpstack_v3_with_a_decoded_object_as_text) {
  for (const char* device : {"DL-ATM41", "DL-IAM", "DL-MBX", "DL-PM"}) {
    const Decoding decoding(route_of(Format::chirpstack_v3),
                            content(payloads() / "chirpstack-v4" / device / "payload_03.json"));
    ASSERT_TRUE(decoding.ok()) << device << decoding.detail();
    EXPECT_EQ(decoding.report().device, "0202020202020202");
    EXPECT_EQ(decoding.report().sequence, "10");
    EXPECT_EQ(decoding.report().time.start, at("2019-11-08T13:59:25.048445Z"));
    EXPECT_THAT(decoding.readings(), ElementsAre("temperatureSensor=25", "humiditySensor=32"));
  }
}

// Each is the protobuf of the JSON beside it: both decoders must say the same, the bytes included.
TEST_F(Samples, chirpstack_v4_in_protobuf_says_what_its_json_says) {
  std::size_t uplinks = 0;
  for (const auto& entry : fs::directory_iterator(payloads() / "chirpstack-v4-protobuf")) {
    if (entry.path().extension() != ".bin") continue;
    fs::path twin = entry.path();
    twin.replace_extension(".json");
    const std::string text = content(twin);
    const json twin_info = json::parse(text).value("deviceInfo", json::object());
    const std::string eui = twin_info.value("devEui", "1000000000000001");
    const auto dash = entry.path().stem().string();
    const std::string event = dash.starts_with("docs_") ? dash.substr(5) : "up";
    const std::string topic = "application/7/device/" + eui + "/event/" + event;
    PlayedCodecs of_bytes(eui);
    PlayedCodecs of_text(eui);
    const Decoding a(route_of(Format::chirpstack_v4_protobuf), content(entry.path()), topic,
                     received, &of_bytes);
    const Decoding b(route_of(Format::chirpstack_v4), text, topic, received, &of_text);
    EXPECT_EQ(a.outcome(), b.outcome()) << entry.path() << a.detail();
    EXPECT_EQ(of_bytes.bytes, of_text.bytes) << entry.path();
    EXPECT_EQ(of_bytes.port, of_text.port) << entry.path();
    if (!a.ok()) continue;
    ++uplinks;
    EXPECT_EQ(a.report().device, b.report().device);
    EXPECT_EQ(a.report().sequence, b.report().sequence) << entry.path();
    EXPECT_EQ(a.report().time.start, b.report().time.start) << entry.path();
    EXPECT_EQ(a.readings(), b.readings()) << entry.path();
  }
  EXPECT_GE(uplinks, 13u);
}

TEST_F(Samples, a_vendors_malformed_time_is_marked) {
  const Decoding decoding(route_of(Format::chirpstack_v3),
                          content(payloads() / "http-vendor" / "AM319" / "payload.json"));
  EXPECT_EQ(decoding.outcome(), "rejected:no_codec") << "the message itself can be read";
}

TEST_F(Messages, ultralight) {
  const auto said = messages("ultralight/messages.ndjson");
  ASSERT_EQ(said.size(), 3u);
  const Decoding first = decode(Format::ultralight, said[0]);
  EXPECT_EQ(first.report().device, "motion001");
  EXPECT_THAT(first.readings(), ElementsAre("t=15", "k='abc'"));
  const Decoding second = decode(Format::ultralight, said[1]);
  EXPECT_EQ(second.report().time.start, at("2016-06-13T00:35:30Z"));
  EXPECT_THAT(second.readings(), ElementsAre("lle=100"));
  EXPECT_EQ(decode(Format::ultralight, said[2]).outcome(), "suppressed:command");
}

TEST_F(Messages, zigbee2mqtt) {
  const auto said = messages("zigbee2mqtt/messages.ndjson");
  ASSERT_EQ(said.size(), 3u);
  EXPECT_EQ(decode(Format::zigbee2mqtt, said[0]).report().device, "xiaomi_wsdcgq01lm");
  EXPECT_THAT(decode(Format::zigbee2mqtt, said[0]).readings(),
              ElementsAre("air_temperature=27.34 Cel", "relative_humidity=44.72 %"));
  EXPECT_THAT(decode(Format::zigbee2mqtt, said[1]).readings(), ElementsAre("motion=true"));
  EXPECT_EQ(decode(Format::zigbee2mqtt, said[2]).outcome(), "suppressed:bridge");
}

TEST_F(Messages, sensorthings) {
  const auto said = messages("sensorthings/messages.ndjson");
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(decode(Format::sensorthings, said[0]).report().device, "1");
  EXPECT_THAT(decode(Format::sensorthings, said[0]).readings(), ElementsAre("result=7"));
}

TEST_F(Messages, hsl_hfp) {
  const auto said = messages("hsl-hfp/messages.ndjson");
  ASSERT_EQ(said.size(), 4u);
  const char* const devices[] = {"40/648", "40/641", "40/457", "12/1009"};
  const char* const times[] = {"2026-09-29T04:53:45.256Z", "2026-09-29T04:53:44.257Z",
                               "2026-09-29T04:53:12.758Z", "2018-10-01T10:56:43Z"};
  const char* const speeds[] = {"vehicle_speed=4.2 m/s", "vehicle_speed=4.93 m/s",
                                "vehicle_speed=0 m/s", "vehicle_speed=5.12 m/s"};
  const double latitudes[] = {60.167548, 60.178980, 60.206677, 60.245656};
  for (std::size_t i = 0; i < said.size(); ++i) {
    const Decoding decoding = decode(Format::hsl_hfp, said[i]);
    ASSERT_TRUE(decoding.ok()) << decoding.detail();
    EXPECT_EQ(decoding.report().device, devices[i]);
    EXPECT_EQ(decoding.report().time.start, at(times[i]));
    ASSERT_TRUE(decoding.report().location);
    EXPECT_EQ(decoding.report().location->latitude, latitudes[i]);
    EXPECT_THAT(decoding.readings(), IsSupersetOf({speeds[i]}));
  }
}

TEST_F(Samples, single_files_of_platforms) {
  const auto decode = [](Format format, const char* file, const char* topic) {
    return Decoding(route_of(format), content(payloads() / file), topic);
  };
  EXPECT_THAT(decode(Format::iotagent_json, "iotagent-json/flat.json", "/k/d/attrs").readings(),
              ElementsAre("h='45%'", "t=23", "l=1570"));
  const Decoding several =
      decode(Format::iotagent_json, "iotagent-json/multimeasure_array.json", "/k/d/attrs");
  ASSERT_EQ(several.decoded.reports.size(), 2u);
  EXPECT_THAT(several.readings(1), ElementsAre("h='47%'", "t=21", "l=1321"));
  EXPECT_THAT(
      decode(Format::iotagent_json, "iotagent-json/ngsiv2_batch.json", "/k/d/attrs").readings(),
      ElementsAre("attr1='MyAttr1Value'", "attr2='MyAttr1Value'"));
  const Decoding tasmota =
      decode(Format::tasmota, "tasmota/bme280_SENSOR.json", "tele/plug/SENSOR");
  EXPECT_EQ(tasmota.report().time.start, at("2019-11-03T18:34:28Z"));
  EXPECT_THAT(tasmota.readings(),
              ElementsAre("air_temperature=21.7 Cel", "relative_humidity=66.6 %",
                          "air_pressure=988.6 hPa"));
  EXPECT_THAT(
      decode(Format::sensor_community, "sensor-community/nrz2016_push_P1P2.json", "a/7").readings(),
      ElementsAre("pm10=11.43 ug/m3", "pm2_5=6.25 ug/m3"));
  const Decoding airrohr =
      decode(Format::sensor_community, "sensor-community/nrz2017_sds_dht.json", "a/7");
  EXPECT_EQ(airrohr.report().device, "3394227");
  EXPECT_THAT(airrohr.readings(),
              ElementsAre("pm10=4.3 ug/m3", "pm2_5=3.53 ug/m3", "air_temperature=20.8 Cel",
                          "relative_humidity=52.3 %", "rssi=-82 dB"));
  const Decoding gateway = decode(Format::thingsboard_gateway,
                                  "thingsboard-gateway/v1_gateway_telemetry.json", "v1/gateway");
  ASSERT_EQ(gateway.decoded.reports.size(), 3u);
  EXPECT_EQ(gateway.report(1).time.start, at("2017-01-01T00:00:01Z"));
  EXPECT_THAT(gateway.readings(1), ElementsAre("temperature=43", "humidity=82"));
  EXPECT_EQ(gateway.report(2).device, "Device B");
  const Decoding sentilo = decode(Format::sentilo, "sentilo/publish_observations.json", "s");
  ASSERT_EQ(sentilo.decoded.reports.size(), 2u);
  EXPECT_EQ(sentilo.report(1).time.start, at("2012-09-17T11:34:45Z"));
  EXPECT_THAT(sentilo.readings(1), ElementsAre("value=1.2"));
}

// The four representations of one entity, as their models' repositories publish them. They do not
// all hold the same attributes, and two differ in a value: what occurs in both must be the same.
TEST_F(Samples, ngsi_representations_agree) {
  std::size_t files = 0;
  for (const auto& folder : fs::directory_iterator(payloads() / "ngsi-ld")) {
    std::map<std::string, std::string> first;
    std::string device;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      const std::string file = entry.path().string();
      ++files;
      const Decoding decoding(route_of(Format::ngsi_ld), content(entry.path()));
      ASSERT_TRUE(decoding.ok()) << file << decoding.detail();
      if (device.empty()) device = decoding.report().device;
      EXPECT_EQ(decoding.report().device, device) << file;
      EXPECT_FALSE(decoding.report().time.malformed) << file;
      for (const std::string& line : decoding.readings()) {
        const auto equals = line.find('=');
        const std::string name = line.substr(0, equals);
        // With a unit code where the other representation has none, or another value as published.
        if (name == "co" || name == "no" || name == "so2" || name == "nox" ||
            name == "wind_from_direction" || name == "relative_humidity") {
          continue;
        }
        const auto [known, fresh] = first.emplace(name, line);
        EXPECT_EQ(known->second, line) << file;
      }
    }
  }
  EXPECT_EQ(files, 34u);
}

}  // namespace
}  // namespace senne::decode
