// IoT platforms: FIWARE's agents, ThingsBoard, Sentilo, SensorThings, HSL's vehicles.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ultralight, pairs_groups_and_times) {
  const Decoding decoding(route_of(Format::ultralight),
                          "t|15|k|abc#2026-11-18T11:06:40Z|humidity|45%|x||y| \n",
                          "/4jggokgpepnvsb2uv4s40d59ov/motion001/attrs");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 2u);
  EXPECT_EQ(decoding.report().device, "motion001");
  EXPECT_FALSE(decoding.report(0).time.start);
  EXPECT_THAT(decoding.readings(0), ElementsAre("t=15", "k='abc'"));
  EXPECT_EQ(decoding.report(1).time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_THAT(decoding.readings(1), ElementsAre("humidity='45%'"))
      << "a value that is not there says nothing";
}

TEST(Ultralight, topics) {
  const auto decode = [](const std::string& topic, const std::string& payload = "t|15") {
    return Decoding(route_of(Format::ultralight), payload, topic);
  };
  EXPECT_EQ(decode("/ul/key/dev/attrs").report().device, "dev");
  EXPECT_EQ(decode("key/dev/attrs").report().device, "dev");
  EXPECT_EQ(decode("/ul/dev/attrs").report().device, "dev") << "a key that is called ul";
  EXPECT_THAT(decode("/ul/key/dev/attrs/temperature", "-4.5").readings(),
              ElementsAre("temperature=-4.5"));
  EXPECT_THAT(decode("/key/dev/attrs/state", "a|b#c").readings(), ElementsAre("state='a|b#c'"));
  EXPECT_EQ(decode("/key/dev/cmdexe", "dev@ping|Ping ok").outcome(), "suppressed:command");
  EXPECT_EQ(decode("/key/dev/cmd", "dev@ping|").outcome(), "suppressed:command");
  EXPECT_EQ(decode("/key/dev/configuration/commands").outcome(), "suppressed:status");
  EXPECT_EQ(decode("/key/dev/other").outcome(), "rejected:malformed");
  EXPECT_EQ(decode("dev").outcome(), "rejected:malformed");
}

TEST(Ultralight, what_is_no_pair) {
  for (const char* payload : {"", "t", "t|1|k", "today|t|1", "|", "|4"}) {
    const Decoding decoding(route_of(Format::ultralight), payload, "/key/dev/attrs");
    EXPECT_EQ(decoding.outcome(), "rejected:malformed") << payload;
  }
  const Decoding nameless(route_of(Format::ultralight), "t|1||4", "/key/dev/attrs");
  EXPECT_THAT(nameless.readings(), ElementsAre("t=1", "=!malformed"));
}

TEST(Ultralight, a_bar_in_front_of_a_group_and_the_result_of_a_command) {
  const auto decode = [](const std::string& payload) {
    return Decoding(route_of(Format::ultralight), payload, "/ul/key/dev/attrs");
  };
  const auto barred = decode("|t|15#|2026-11-18T11:06:40Z|h|45");
  ASSERT_TRUE(barred.ok()) << barred.detail();
  EXPECT_THAT(barred.readings(0), ElementsAre("t=15"));
  EXPECT_THAT(barred.readings(1), ElementsAre("h=45"));
  EXPECT_EQ(barred.report(1).time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_EQ(decode("dev@ping|Ping ok").outcome(), "suppressed:command");
  const auto both = decode("dev@ping|Ping ok#t|15");
  ASSERT_EQ(both.decoded.reports.size(), 1u);
  EXPECT_THAT(both.readings(), ElementsAre("t=15"));
  EXPECT_THAT(decode("mail|a@b").readings(), ElementsAre("mail='a@b'"));
}

TEST(Ultralight, a_broken_group_spoils_itself_alone) {
  const Decoding decoding(route_of(Format::ultralight), "t|15#t|1|k##h|45", "/key/dev/attrs");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 4u);
  EXPECT_THAT(decoding.readings(0), ElementsAre("t=15"));
  EXPECT_THAT(decoding.readings(1), ElementsAre("/1=!malformed"));
  EXPECT_THAT(decoding.readings(2), ElementsAre("/2=!malformed"));
  EXPECT_THAT(decoding.readings(3), ElementsAre("h=45"));
}

TEST(IotAgentJson, measures_mostly_as_text) {
  const Decoding decoding(
      route_of(Format::iotagent_json),
      R"({"humidity":"45%","h":"45%","t":"23","big":"9007199254740993","on":true,"none":null,)"
      R"("TimeInstant":"2026-11-18T11:06:40Z"})",
      "/json/key/dev/attrs");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "dev");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_THAT(decoding.readings(),
              ElementsAre("humidity='45%'", "h='45%'", "t=23", "big=9007199254740993", "on=true"));
}

TEST(IotAgentJson, several_measures_one_attribute_and_ngsi) {
  const Decoding several(route_of(Format::iotagent_json), R"([{"t":"23"},{"t":"21"},{}])",
                         "/key/dev/attrs");
  ASSERT_EQ(several.decoded.reports.size(), 2u);
  EXPECT_THAT(several.readings(1), ElementsAre("t=21"));
  EXPECT_THAT(
      Decoding(route_of(Format::iotagent_json), "23.5", "/key/dev/attrs/temperature").readings(),
      ElementsAre("temperature=23.5"));
  EXPECT_THAT(Decoding(route_of(Format::iotagent_json), "open", "/key/dev/attrs/door").readings(),
              ElementsAre("door='open'"));
  const Decoding ngsi(
      route_of(Format::iotagent_json),
      R"({"actionType":"append","entities":[{"id":"e","type":"T","co2":{"type":"Number","value":415}}]})",
      "/key/dev/attrs");
  EXPECT_EQ(ngsi.report().device, "e");
  EXPECT_THAT(ngsi.readings(), ElementsAre("co2=415"));
  EXPECT_EQ(Decoding(route_of(Format::iotagent_json), "{}", "/key/dev/attrs").outcome(),
            "rejected:malformed");
  EXPECT_EQ(Decoding(route_of(Format::iotagent_json), "[1]", "/key/dev/attrs").outcome(),
            "rejected:malformed");
  EXPECT_EQ(Decoding(route_of(Format::iotagent_json), "{}", "/key/dev/cmdexe").outcome(),
            "suppressed:command");
}

Decoding agent(const std::string& payload, const std::string& topic = "/json/key/dev/attrs") {
  return {route_of(Format::iotagent_json), payload, topic};
}

TEST(IotAgentJson, typed_measures_are_their_values) {
  const auto decoding = agent(
      R"({"t":{"type":"Number","value":21},"h":{"type":"Number","value":"45.5"},"plain":"7",)"
      R"("state":{"type":"Text","value":"12"},"l":{"a":2,"b":"up","type":"x","value":1},)"
      R"("p":{"type":"Number","value":1013,"metadata":{"TimeInstant":{"type":"DateTime",)"
      R"("value":"2026-11-18T11:00:00Z"},"unitCode":{"type":"Text","value":"A97"}}},)"
      R"("location":{"type":"geo:point","value":"50.85, 4.35"},"none":{"type":"Number","value":null},)"
      R"("TimeInstant":{"type":"DateTime","value":"2026-11-18T11:06:40Z"}})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "dev");
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_THAT(decoding.readings(),
              ElementsAre("plain=7", "l.a=2", "l.b='up'", "l.type='x'", "l.value=1", "h=45.5",
                          "p=1013 hPa", "state='12'", "t=21"));
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->latitude, 50.85);
  EXPECT_EQ(decoding.decoded.readings.at(6).time.start, at("2026-11-18T11:00:00Z"));
  EXPECT_THAT(
      agent(R"({"t":{"type":"Number","value":1},"t":{"type":"Number","value":2}})").readings(),
      ElementsAre("t=1"))
      << "of members with one name the first counts";
}

TEST(IotAgentJson, groups_have_their_own_times_and_faults) {
  const auto decoding =
      agent(R"([{"t":"23","TimeInstant":"2026-11-18T11:00:00Z"},7,)"
            R"({"t":{"type":"Number","value":21},"TimeInstant":"2026-11-18T11:05:00Z"}])");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 3u);
  EXPECT_EQ(decoding.report(0).time.start, at("2026-11-18T11:00:00Z"));
  EXPECT_THAT(decoding.readings(1), ElementsAre("/1=!malformed"));
  EXPECT_EQ(decoding.report(2).time.start, at("2026-11-18T11:05:00Z"));
  EXPECT_THAT(decoding.readings(2), ElementsAre("t=21"));
}

TEST(IotAgentJson, an_array_of_entities_is_ngsi) {
  const auto decoding = agent(
      R"([{"id":"urn:ngsi-ld:ParkingSpot:p:3","type":"ParkingSpot","status":{"type":"Property",)"
      R"("value":"free","observedAt":"2026-11-18T11:00:00Z"},"@context":["https://example.org/c"]},)"
      R"({"id":"urn:ngsi-ld:ParkingSpot:p:4","type":"ParkingSpot","status":{"type":"Property",)"
      R"("value":"occupied"}}])");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 2u);
  EXPECT_EQ(decoding.report(0).device, "p:3");
  EXPECT_THAT(decoding.readings(0), ElementsAre("parking_occupied='free'"));
  EXPECT_EQ(decoding.report(1).device, "p:4");
}

TEST(IotAgentJson, one_attribute_at_several_moments_or_as_bytes) {
  const std::string topic = "/json/key/dev/attrs/h";
  const auto decoding = agent(
      R"([{"timestamp":"2026-11-18T11:00:00Z","value":44},{"value":"33","TimeInstant":"2026-11-18T11:05:00Z"},)"
      R"({"timestamp":"2026-11-18T11:10:00Z"},{"value":[1,2]}])",
      topic);
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 4u);
  EXPECT_EQ(decoding.report(0).time.start, at("2026-11-18T11:00:00Z"));
  EXPECT_THAT(decoding.readings(0), ElementsAre("h=44"));
  EXPECT_EQ(decoding.report(1).time.start, at("2026-11-18T11:05:00Z"));
  EXPECT_THAT(decoding.readings(1), ElementsAre("h=33"));
  EXPECT_THAT(decoding.readings(2), ElementsAre("/2=!malformed"));
  EXPECT_THAT(decoding.readings(3), ElementsAre("h#0=1", "h#1=2"));
  EXPECT_THAT(agent("[1,2]", topic).readings(), ElementsAre("h#0=1", "h#1=2"));
  EXPECT_THAT(agent("\xff\x01 A", topic).readings(), ElementsAre("h='ff012041'"));
  EXPECT_EQ(agent(" ", topic).outcome(), "rejected:malformed");
}

TEST(ThingsboardGateway, devices_and_moments) {
  const Decoding decoding(
      route_of(Format::thingsboard_gateway),
      R"({"Device A":[{"ts":1795000000000,"values":{"temperature":42,"humidity":80}},)"
      R"({"ts":1795000001500,"values":{"temperature":43}}],"Device B":[{"temperature":7}],)"
      R"("Device C":{"co2":415}})",
      "v1/gateway/telemetry");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 4u);
  EXPECT_EQ(decoding.report(0).device, "Device A");
  EXPECT_EQ(decoding.report(0).time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_THAT(decoding.readings(0), ElementsAre("temperature=42", "humidity=80"));
  EXPECT_EQ(decoding.report(1).time.start, at("2026-11-18T11:06:41.5Z"));
  EXPECT_THAT(decoding.readings(1), ElementsAre("temperature=43"));
  EXPECT_FALSE(decoding.report(2).time.start);
  EXPECT_THAT(decoding.readings(2), ElementsAre("temperature=7"));
  EXPECT_EQ(decoding.report(3).device, "Device C");
}

TEST(ThingsboardGateway, what_is_no_telemetry) {
  const auto outcome = [](const std::string& json, const std::string& topic) {
    return Decoding(route_of(Format::thingsboard_gateway), json, topic).outcome();
  };
  EXPECT_EQ(outcome(R"({"device":"A"})", "v1/gateway/connect"), "suppressed:status");
  EXPECT_EQ(outcome(R"({"device":"A"})", "v1/gateway/disconnect"), "suppressed:status");
  EXPECT_EQ(outcome(R"({"A":{"firmware":1}})", "v1/gateway/attributes"), "suppressed:status");
  EXPECT_EQ(outcome(R"({"device":"A"})", "v1/gateway/rpc"), "suppressed:command");
  EXPECT_EQ(outcome(R"({"A":[]})", "v1/gateway/telemetry"), "rejected:malformed");
  EXPECT_EQ(outcome(R"({"A":7})", "v1/gateway/telemetry"), "rejected:malformed");
  EXPECT_EQ(outcome(R"({"":{"co2":1}})", "v1/gateway/telemetry"), "rejected:malformed");
}

TEST(Sentilo, observations_of_several_sensors) {
  const Decoding decoding(
      route_of(Format::sentilo),
      R"({"sensors":[{"sensor":"RE0012","observations":[{"value":"1.1"},)"
      R"({"value":"1.2","timestamp":"18/11/2026T12:06:40CET","location":"50.85 4.35"},)"
      R"({"value":true,"timestamp":"yesterday"}]},)"
      R"({"sensor":"RE0013","observations":[{"value":"open","timestamp":"18/07/2026T13:06:40CEST"}]}]})");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_EQ(decoding.decoded.reports.size(), 4u);
  EXPECT_EQ(decoding.report(0).device, "RE0012");
  EXPECT_FALSE(decoding.report(0).time.start || decoding.report(0).time.malformed);
  EXPECT_THAT(decoding.readings(0), ElementsAre("value=1.1"));
  EXPECT_EQ(decoding.report(1).time.start, at("2026-11-18T11:06:40Z"));
  ASSERT_TRUE(decoding.report(1).location);
  EXPECT_EQ(decoding.report(1).location->latitude, 50.85);
  EXPECT_TRUE(decoding.report(2).time.malformed);
  EXPECT_EQ(decoding.report(3).device, "RE0013");
  EXPECT_EQ(decoding.report(3).time.start, at("2026-07-18T11:06:40Z"));
  EXPECT_THAT(decoding.readings(3), ElementsAre("value='open'"));
}

TEST(Sentilo, one_sensor_by_its_topic) {
  const Decoding decoding(route_of(Format::sentilo), R"({"observations":[{"value":7}]})",
                          "data/provider/RE0014");
  EXPECT_EQ(decoding.report().device, "RE0014");
  EXPECT_THAT(decoding.readings(), ElementsAre("value=7"));
  EXPECT_FALSE(decoding.report().time.malformed);
  const Decoding epoch(route_of(Format::sentilo),
                       R"({"observations":[{"value":7,"timestamp":1794000000000}]})",
                       "data/provider/RE0014");
  EXPECT_TRUE(epoch.report().time.malformed);
  for (const char* json : {R"({})", R"({"sensors":[{}]})", R"({"sensors":[{"sensor":"a"}]})",
                           R"({"sensors":[{"sensor":"a","observations":[]}]})",
                           R"({"sensors":[{"sensor":"a","observations":[1]}]})"}) {
    EXPECT_EQ(Decoding(route_of(Format::sentilo), json).outcome(), "rejected:malformed") << json;
  }
}

TEST(Sensorthings, observations) {
  const Decoding minimal(route_of(Format::sensorthings), R"({"result":7.0})",
                         "v1.1/Datastreams(1)/Observations");
  EXPECT_EQ(minimal.report().device, "1");
  EXPECT_THAT(minimal.readings(), ElementsAre("result=7"));
  const Decoding full(
      route_of(Format::sensorthings),
      R"({"@iot.id":99,"result":21.5,"phenomenonTime":"2026-11-18T11:00:00Z/2026-11-18T11:10:00Z",)"
      R"("resultTime":"2026-11-18T11:10:05Z","Datastream":{"@iot.id":"ds-4",)"
      R"("unitOfMeasurement":{"name":"degree Celsius","symbol":"°C"},)"
      R"("ObservedProperty":{"name":"air_temperature"}}})",
      "frost/v1.1/Observations");
  ASSERT_TRUE(full.ok()) << full.detail();
  EXPECT_EQ(full.report().device, "ds-4");
  EXPECT_EQ(full.report().sequence, "99");
  EXPECT_EQ(full.report().time.start, at("2026-11-18T11:00:00Z"));
  EXPECT_EQ(full.report().time.end, at("2026-11-18T11:10:00Z"));
  EXPECT_EQ(full.report().result_time, at("2026-11-18T11:10:05Z"));
  EXPECT_THAT(full.readings(), ElementsAre("air_temperature=21.5 °C"));
}

TEST(Sensorthings, other_results_and_ids) {
  const auto decode = [](const std::string& json, const std::string& topic) {
    return Decoding(route_of(Format::sensorthings), json, topic);
  };
  const Decoding only_result_time = decode(R"({"result":true,"resultTime":"2026-11-18T11:10:05Z"})",
                                           "v1.1/Datastreams('a-b')/Observations");
  EXPECT_EQ(only_result_time.report().device, "a-b");
  EXPECT_EQ(only_result_time.report().time.start, at("2026-11-18T11:10:05Z"));
  EXPECT_THAT(only_result_time.readings(), ElementsAre("result=true"));
  EXPECT_THAT(
      decode(R"({"result":{"pm10":4,"pm2_5":3}})", "v1.1/Datastreams(2)/Observations").readings(),
      ElementsAre("pm10=4", "pm2_5=3"));
  EXPECT_THAT(decode(R"({"result":[4,3]})", "v1.1/MultiDatastreams(2)/Observations").readings(),
              ElementsAre("result#0=4", "result#1=3"));
  EXPECT_EQ(decode(R"({"result":null})", "v1.1/Datastreams(2)/Observations").outcome(),
            "rejected:malformed");
  EXPECT_EQ(decode(R"({"phenomenonTime":"x"})", "v1.1/Datastreams(2)/Observations").outcome(),
            "rejected:malformed");
  EXPECT_EQ(decode(R"({"result":1})", "v1.1/Observations").outcome(), "rejected:malformed");
  for (const auto& [id, outcome] : {std::pair{"2", "ok"}, {"18", "rejected:identity_mismatch"}}) {
    EXPECT_EQ(decode(fmt::format(R"({{"result":1,"Datastream":{{"@iot.id":{}}}}})", id),
                     "v1.1/Datastreams(2)/Observations")
                  .outcome(),
              outcome);
  }
}

constexpr const char* position =
    R"({"VP":{"desi":"4","oper":30,"veh":648,"tst":"2026-11-18T11:06:40.256Z","tsi":1795000000,)"
    R"("spd":4.2,"hdg":36,"lat":60.167548,"long":24.962017,"dl":null,"drst":0,"occu":20}})";

TEST(HslHfp, position_of_a_vehicle) {
  const Decoding decoding(
      route_of(Format::hsl_hfp), position,
      "/hfp/v2/journey/ongoing/vp/tram/0040/00648/1004 4/2/Katajanokka/07:40/1080403/3/60;24");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  EXPECT_EQ(decoding.report().device, "40/648") << "the vehicle's operator, not the trip's";
  EXPECT_EQ(decoding.report().time.start, at("2026-11-18T11:06:40.256Z"));
  ASSERT_TRUE(decoding.report().location);
  EXPECT_EQ(decoding.report().location->longitude, 24.962017);
  EXPECT_THAT(decoding.readings(), ElementsAre("desi='4'", "vehicle_speed=4.2 m/s", "hdg=36",
                                               "door_open=0", "occupancy=20 %"));
}

TEST(HslHfp, topics_of_the_first_version_and_of_none) {
  EXPECT_EQ(
      Decoding(route_of(Format::hsl_hfp), position, "/hfp/v1/journey/ongoing/bus/0012/00648/1037/2")
          .report()
          .device,
      "12/648");
  EXPECT_EQ(Decoding(route_of(Format::hsl_hfp), position, "elsewhere").report().device, "30/648");
  EXPECT_EQ(Decoding(route_of(Format::hsl_hfp), position,
                     "/hfp/v2/journey/ongoing/vp/tram/0040/00649/1004")
                .outcome(),
            "rejected:identity_mismatch");
  const Decoding nowhere(
      route_of(Format::hsl_hfp),
      R"({"VP":{"oper":1,"veh":2,"tsi":1795000000,"spd":null,"lat":null,"long":null,"odo":5}})");
  EXPECT_FALSE(nowhere.report().location);
  EXPECT_EQ(nowhere.report().time.start, at("2026-11-18T11:06:40Z"));
  EXPECT_THAT(nowhere.readings(), ElementsAre("odo=5"));
  for (const char* json : {R"({})", R"({"VP":1})", R"({"VP":{"spd":1}})"}) {
    EXPECT_EQ(Decoding(route_of(Format::hsl_hfp), json).outcome(), "rejected:malformed") << json;
  }
}

}  // namespace
}  // namespace senne::decode
