// Messages of The Things Stack as its console exports them, as its streams of events hold them and
// as its storage integration hands them out.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// What The Things Stack calls an ApplicationUp.
std::string up(std::string_view device, std::string_view eui, std::string_view members) {
  return fmt::format(
      R"({{"@type":"type.googleapis.com/ttn.lorawan.v3.ApplicationUp","end_device_ids":{{)"
      R"("device_id":"{}","application_ids":{{"application_id":"city"}},"dev_eui":"{}"}},)"
      R"("received_at":"2026-11-18T10:00:00.7Z",{}}})",
      device, eui, members);
}

std::string event(std::string_view name, std::string_view data) {
  return fmt::format(
      R"({{"name":"{}","time":"2026-11-18T10:00:00.75Z","identifiers":[{{"device_ids":{{)"
      R"("device_id":"door-3","application_ids":{{"application_id":"city"}}}}}}],"data":{},)"
      R"("correlation_ids":["gs:uplink:1"],"origin":"as-0","context":{{"tenant-id":"CgNicng="}},)"
      R"("visibility":{{"rights":["RIGHT_APPLICATION_TRAFFIC_READ"]}},"unique_id":"01HXYZ"}})",
      name, data);
}

std::string uplink(std::string_view device, std::string_view eui, int counter, double value) {
  return up(device, eui,
            fmt::format(R"("uplink_message":{{"f_port":85,"f_cnt":{},"frm_payload":"AXVV",)"
                        R"("decoded_payload":{{"temperature":{}}},)"
                        R"("rx_metadata":[{{"rssi":-35,"snr":9}}],)"
                        R"("received_at":"2026-11-18T10:00:00.5Z"}})",
                        counter, value));
}

const std::string door = uplink("door-3", "70B3D57ED0001A2B", 42, 21.5);
const std::string mast = uplink("mast-2", "70B3D57ED0001A2C", 7, 12.5);

Decoding tts(const std::string& payload, const std::string& topic = "events/tts") {
  return {route_of(Format::tts_v3), payload, topic};
}

TEST(TtsEvents, the_event_of_a_forwarded_uplink_is_that_uplink) {
  for (const std::string& form :
       {event("as.up.data.forward", door),
        R"({"result":)" + event("as.up.data.forward", door) + "}", R"({"result":)" + door + "}"}) {
    const auto decoding = tts(form);
    ASSERT_TRUE(decoding.ok()) << form << decoding.detail();
    ASSERT_THAT(decoding.decoded.reports, SizeIs(1)) << form;
    EXPECT_EQ(decoding.report().device, "70b3d57ed0001a2b");
    EXPECT_EQ(decoding.report().other_device, "door-3");
    EXPECT_EQ(decoding.report().sequence, "42");
    EXPECT_EQ(decoding.report().time.start, at("2026-11-18T10:00:00.5Z"));
    EXPECT_THAT(decoding.readings(), ElementsAre("temperature=21.5"));
    EXPECT_EQ(decoding.decoded.link.rssi, -35);
  }
}

TEST(TtsEvents, other_events_say_no_observation) {
  const auto outcome = [](std::string_view name, std::string_view data) {
    return tts(event(name, data)).outcome();
  };
  const auto of = [](std::string_view member) {
    return up("door-3", "70B3D57ED0001A2B", fmt::format(R"("{}":{{}})", member));
  };
  EXPECT_EQ(outcome("as.up.join.forward", of("join_accept")), "suppressed:join");
  EXPECT_EQ(outcome("as.up.join.forward", "null"), "suppressed:join") << "without its data";
  EXPECT_EQ(outcome("as.up.location.forward", of("location_solved")), "suppressed:location");
  EXPECT_EQ(outcome("as.up.location.forward", "null"), "suppressed:location");
  EXPECT_EQ(outcome("as.up.service.forward", of("service_data")), "suppressed:status");
  EXPECT_EQ(outcome("as.up.service.forward", "null"), "suppressed:status");
  EXPECT_EQ(outcome("as.down.data.forward", door), "suppressed:downlink");
  EXPECT_EQ(outcome("ns.down.data.schedule.success", "{}"), "suppressed:downlink");
  EXPECT_EQ(outcome("js.join.accept", "{}"), "suppressed:join");
  EXPECT_EQ(outcome("ns.up.data.process", door), "suppressed:log") << "the same uplink, raw";
  EXPECT_EQ(outcome("as.up.data.receive", "null"), "suppressed:log");
  EXPECT_EQ(outcome("gs.status.receive", "{}"), "suppressed:log");
  EXPECT_EQ(outcome("as.up.data.forward", R"({"end_device_ids":{}})"), "rejected:malformed");
  EXPECT_EQ(tts(R"({"error":{"code":8,"message":"too many"}})").outcome(), "rejected:malformed");
}

TEST(TtsEvents, an_export_of_the_console_is_an_array) {
  const auto decoding =
      tts("[" + event("as.up.data.forward", mast) + "," + event("as.up.data.receive", "null") +
          "," + event("as.up.data.forward", door) + "]");
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_THAT(decoding.decoded.reports, SizeIs(2));
  EXPECT_EQ(decoding.report(0).device, "70b3d57ed0001a2c");
  EXPECT_EQ(decoding.report(1).device, "70b3d57ed0001a2b");
  EXPECT_THAT(decoding.readings(0), ElementsAre("temperature=12.5"));
  EXPECT_THAT(decoding.readings(1), ElementsAre("temperature=21.5"));
  EXPECT_FALSE(decoding.decoded.link.rssi) << "how one was heard is not how the other was";
  EXPECT_EQ(tts("[]").outcome(), "rejected:malformed");
  EXPECT_EQ(tts("[" + event("as.up.join.forward", "null") + "]").outcome(), "suppressed:join");
}

TEST(TtsEvents, a_stream_of_the_storage_integration_is_a_document_a_line) {
  const std::string stored = R"({"result":)" + door + "}\r\n\r\n" + R"({"result":)" + mast + "}\n";
  const auto decoding = tts(stored);
  ASSERT_TRUE(decoding.ok()) << decoding.detail();
  ASSERT_THAT(decoding.decoded.reports, SizeIs(2));
  EXPECT_EQ(decoding.report(0).other_device, "door-3") << "texts outlive the line they stand in";
  EXPECT_EQ(decoding.report(1).other_device, "mast-2");
  EXPECT_EQ(decoding.report(0).sequence, "42");
  EXPECT_THAT(decoding.readings(0), ElementsAre("temperature=21.5"));
  EXPECT_THAT(decoding.readings(1), ElementsAre("temperature=12.5"));
}

TEST(TtsEvents, one_document_over_several_lines_is_no_stream) {
  const auto pretty =
      tts("{\n\"result\": {\"end_device_ids\": {\"device_id\": \"a\"},\n"
          "\"uplink_message\": {\"decoded_payload\": {\"t\": 1}}}\n}\n");
  ASSERT_TRUE(pretty.ok()) << pretty.detail();
  EXPECT_THAT(pretty.readings(), ElementsAre("t=1"));
  EXPECT_EQ(tts(R"({"a":{}})"
                "\n"
                R"(,{"b":{}})")
                .outcome(),
            "rejected:malformed");
}

TEST(TtsEvents, a_broken_part_spoils_itself_alone) {
  const auto lines =
      tts(R"({"result":)" + door + "}\n{\"result\":{]}\n" + R"({"result":)" + mast + "}");
  ASSERT_TRUE(lines.ok()) << lines.detail();
  ASSERT_THAT(lines.decoded.reports, SizeIs(3));
  EXPECT_THAT(lines.readings(0), ElementsAre("temperature=21.5"));
  EXPECT_THAT(lines.readings(1), ElementsAre("/1=!malformed"));
  EXPECT_EQ(lines.report(1).device, "") << "nothing says whose it was";
  EXPECT_THAT(lines.readings(2), ElementsAre("temperature=12.5"));

  const auto bytes_only =
      up("mast-2", "70B3D57ED0001A2C", R"("uplink_message":{"frm_payload":"AQ=="})");
  const auto list = tts("[" + door + ",7," + bytes_only + "]");
  ASSERT_TRUE(list.ok()) << list.detail();
  ASSERT_THAT(list.decoded.reports, SizeIs(3));
  EXPECT_THAT(list.readings(1), ElementsAre("/1=!malformed"));
  EXPECT_THAT(list.readings(2), ElementsAre("/2=!no_codec"));
  EXPECT_EQ(list.report(2).device, "70b3d57ed0001a2c");

  EXPECT_EQ(tts("[7,8]").outcome(), "rejected:malformed") << "nothing is left";
  EXPECT_EQ(tts("[" + event("as.up.join.forward", "null") + ",7]").outcome(), "rejected:malformed");
}

TEST(TtsEvents, what_the_topic_contradicts_ends_the_message) {
  EXPECT_EQ(tts("[" + door + "," + mast + "]", "v3/city@brussels/devices/door-3/up").outcome(),
            "rejected:identity_mismatch");
  EXPECT_EQ(tts(event("as.up.data.forward", door), "v3/city@brussels/devices/door-4/up").outcome(),
            "rejected:identity_mismatch");
}

TEST(TtsEvents, readings_up_to_the_limit_of_the_whole_message) {
  Route route = route_of(Format::tts_v3);
  route.limits.readings_per_message = 2;
  EXPECT_TRUE(Decoding(route, "[" + door + "," + mast + "]").ok());
  EXPECT_EQ(Decoding(route, "[" + door + "," + mast + "," + door + "]").outcome(),
            "rejected:limit");
  EXPECT_EQ(Decoding(route, "[" + door + ",1,2]").outcome(), "rejected:limit");
}

}  // namespace
}  // namespace senne::decode
