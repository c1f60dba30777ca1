// The samples of The Things Stack, ChirpStack v4 and SenML.
#include "tests/pipeline/decode/samples.h"

namespace senne::decode {
namespace {

TEST_F(Samples, tts_v3) {
  const Expectations expected = {
      {"docs/cayenne_INVALID_trailing_comma_0.json.txt", {"rejected:malformed", "", {}}},
      {"docs/uplink_full_INVALID_missing_comma.json.txt", {"rejected:malformed", "", {}}},
      {"docs/downlink_ack.json", {"suppressed:ack", "", {}}},
      {"docs/downlink_push.json", {"suppressed:downlink", "", {}}},
      {"docs/join_accept.json", {"suppressed:join", "", {}}},
      {"docs/mqtt_join.json", {"suppressed:join", "", {}}},
      {"docs/mqtt_uplink_raw_only.json", {"rejected:no_codec", "", {}}},
      // Fragments and answers of other interfaces: no end_device_ids at the root.
      {"docs/formatter_normalized_0.json", {"rejected:malformed", "", {}}},
      {"docs/formatter_normalized_2.json", {"rejected:malformed", "", {}}},
      {"docs/formatter_normalized_4.json", {"rejected:malformed", "", {}}},
      {"docs/storage_parking_decoded.json",
       {"ok", "dev1", {"occupied=true", "type='parking status'"}}},
      {"docs/ubidots_uplink.json", {"rejected:malformed", "", {}}},
  };
  // The devices' own samples carry bytes only.
  compare("tts-v3", Format::tts_v3, expected, 33, [](const fs::path& file) {
    return file.filename().string().starts_with("payload") ? "rejected:no_codec" : nullptr;
  });
}

TEST_F(Samples, chirpstack_v4) {
  const Expectations expected = {
      {"docs/up.json", {"rejected:no_codec", "", {}}},
      {"docs/join.json", {"suppressed:join", "", {}}},
      {"docs/ack.json", {"suppressed:ack", "", {}}},
      {"docs/log.json", {"suppressed:log", "", {}}},
      {"docs/integration.json", {"suppressed:status", "", {}}},
      // Events of version 3 among the samples of version 4.
      {"DL-ATM41/payload_03.json", {"rejected:unsupported_version", "", {}}},
      {"DL-IAM/payload_03.json", {"rejected:unsupported_version", "", {}}},
      {"DL-MBX/payload_03.json", {"rejected:unsupported_version", "", {}}},
      {"DL-PM/payload_03.json", {"rejected:unsupported_version", "", {}}},
  };
  compare("chirpstack-v4", Format::chirpstack_v4, expected, 30, [](const fs::path& file) {
    return file.filename().string().starts_with("payload") ? "rejected:no_codec" : nullptr;
  });
}

TEST_F(Samples, senml) {
  const std::string ow = "urn:dev:ow:10e2073a01080063";
  const std::string station = "urn:dev:ow:10e2073a0108006";
  const Expectation ex1{"ok", ow, {"temperature=23.1 Cel"}};
  const Expectation ex2{"ok", ow, {"voltage=120.1 V", "current=1.2 A"}};
  const Expectation ex3{"ok",
                        station,
                        {"voltage=120.1 V", "current=1.2 A", "current=1.3 A", "current=1.4 A",
                         "current=1.5 A", "current=1.6 A", "current=1.7 A"}};
  const Expectation ex6{"ok", "2001:db8::2", {"temperature=25.2 Cel", "humidity=30 %RH"}};
  const Expectation ex7{
      "ok", ow, {"temp=23.1 Cel", "label='Machine Room'", "open=false", "nfv-reader='aGkgCg'"}};
  // The published resolution of this example leaves its data value out.
  const Expectation ex7_resolved{"ok", ow, {"temp=23.1 Cel", "label='Machine Room'", "open=false"}};
  const Expectation ex9{"ok", ow, {"temp=23.1 Cel", "heat=1 /", "fan=0 /"}};
  const Expectation ex10{"ok", ow, {"temperature=23.5 Cel", "temperature=23.6 Cel"}};
  const Expectations expected = {
      {"ex1.json", ex1},   {"ex1.gen.json", ex1},   {"ex1.gen.resolved.json", ex1},
      {"ex2.json", ex2},   {"ex2.gen.json", ex2},   {"ex2.gen.resolved.json", ex2},
      {"ex3.json", ex3},   {"ex3.gen.json", ex3},   {"ex3.gen.resolved.json", ex3},
      {"ex6.json", ex6},   {"ex6.gen.json", ex6},   {"ex6.gen.resolved.json", ex6},
      {"ex7.json", ex7},   {"ex7.gen.json", ex7},   {"ex7.gen.resolved.json", ex7_resolved},
      {"ex9.json", ex9},   {"ex9.gen.json", ex9},   {"ex9.gen.resolved.json", ex9},
      {"ex10.json", ex10}, {"ex10.gen.json", ex10}, {"ex10.gen.resolved.json", ex10},
      {"ex11.json", ex10}, {"ex11.gen.json", ex10}, {"ex11.gen.resolved.json", ex10},
  };
  compare("senml", Format::senml_json, expected, 24, [](const fs::path&) { return nullptr; });
}

TEST_F(Samples, senml_resolutions_agree_to_the_nanosecond) {
  for (const char* example : {"ex3", "ex6", "ex10", "ex11"}) {
    const auto times = [&](const char* suffix) {
      const Decoding decoding(route_of(Format::senml_json),
                              content(payloads() / "senml" / (std::string(example) + suffix)));
      std::vector<std::int64_t> found;
      for (const auto& report : decoding.decoded.reports) {
        for (std::size_t i = 0; i < report.reading_count; ++i) {
          const auto& own = decoding.decoded.readings[report.first_reading + i].time.start;
          const auto time = own ? own : report.time.start;
          found.push_back(time ? to_nanos(*time) : 0);
        }
      }
      return found;
    };
    EXPECT_EQ(times(".json"), times(".gen.resolved.json")) << example;
    EXPECT_EQ(times(".gen.json"), times(".gen.resolved.json")) << example;
    EXPECT_FALSE(times(".json").empty());
  }
}

// The CBOR of each example says what its JSON says, to the nanosecond.
TEST_F(Samples, senml_in_cbor_says_what_its_json_says) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(payloads() / "senml")) {
    if (entry.path().extension() != ".cbor") continue;
    ++files;
    const std::string stem = entry.path().filename().string();
    const std::string example = stem.substr(0, stem.find('.'));
    const Decoding binary(route_of(Format::senml_cbor), content(entry.path()));
    const Decoding text(route_of(Format::senml_json),
                        content(payloads() / "senml" / (example + ".json")));
    ASSERT_TRUE(binary.ok()) << stem << binary.detail();
    ASSERT_EQ(binary.decoded.reports.size(), text.decoded.reports.size()) << stem;
    for (std::size_t i = 0; i < text.decoded.reports.size(); ++i) {
      EXPECT_EQ(binary.report(i).device, text.report(i).device) << stem;
      EXPECT_EQ(binary.report(i).time.start, text.report(i).time.start) << stem;
      EXPECT_EQ(binary.readings(i), text.readings(i)) << stem;
    }
    for (std::size_t i = 0; i < text.decoded.readings.size(); ++i) {
      EXPECT_EQ(binary.decoded.readings.at(i).time.start, text.decoded.readings[i].time.start)
          << stem;
    }
  }
  EXPECT_EQ(files, 8u);
}

TEST_F(Samples, senml_of_kpn) {
  const Expectations expected = {
      {"device_payload.json", {"rejected:no_codec", "", {}}},
      {"payload_old_style_bn_bt_only.json", {"rejected:no_codec", "", {}}},
      {"device_online.json",
       {"ok", "0059ac00001b3461", {"latitude=52.266785 lat", "longitude=4.630842 lon"}}},
  };
  compare("senml-kpn", Format::senml_json, expected, 3, [](const fs::path&) { return nullptr; });
}

}  // namespace
}  // namespace senne::decode
