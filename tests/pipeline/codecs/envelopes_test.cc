// The uplinks of network servers of thingsboard/data-converters: the bytes in each, and what its
// converters read from them.
#include <absl/strings/escaping.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/pipeline/codecs/decentlab_names.h"

namespace senne::decode {
namespace {

namespace fs = std::filesystem;

const std::string which_message = "which kind of message it is";

Names milesight(const std::string& profile, std::vector<Same> same) {
  same.push_back({"battery", "battery_level"});
  same.push_back({"temperature", "air_temperature"});
  same.push_back({"distance", "distance"});
  same.push_back({"protocol_version", "protocol_version"});
  same.push_back({"sn", "serial_number"});
  same.push_back({"hardware_version", "hardware_version"});
  same.push_back({"firmware_version", "firmware_version"});
  return {"milesight/" + profile, std::move(same)};
}

std::map<std::string, Names> models() {
  const std::map<std::string, std::string> triggered = {{"\"trigger\"", "true"}};
  std::map<std::string, Names> all;
  all["AM319"] = milesight("am319", {{"humidity", "relative_humidity"},
                                     {"pir", "motion", 1, 0, triggered},
                                     {"light_level", "light_level"},
                                     {"co2", "co2"},
                                     {"tvoc", "voc"},
                                     {"pressure", "air_pressure"},
                                     {"hcho", "formaldehyde"},
                                     {"pm2_5", "pm2_5"},
                                     {"pm10", "pm10"},
                                     {"beep", "beep", 1, 0, {{"\"no\"", "false"}}},
                                     // Their converter compares the byte with a text, so that it is
                                     // always idle; the layout has 1 for triggered.
                                     {"trigger", "motion", 1, 0, {{"\"idle\"", "true"}}}});
  // In earlier readings their converter takes the sign off: 57600 tenths where the layout has
  // -7936.
  all["AM319"].same.push_back({"temperature", "air_temperature", 1, 0, {{"5760.0", "-793.6"}}});
  all["EM400-UDL"] =
      milesight("em400-udl", {{"temperature_abnormal", "temperature_abnormal"},
                              {"distance_alarming", "distance_alarming"},
                              {"position", "position", 1, 0, {{"\"tilt\"", "'tilt'"}}}});
  all["EM500-UDL"] = milesight("em500-udl", {});
  all["VS121"] = milesight("vs121", {});
  for (int region = 1; region <= 16; ++region) {
    const std::string number = std::to_string(region);
    all["VS121"].same.push_back({"region_" + number + "_count", "people_count#region_" + number});
  }
  all["VS132"] = milesight("vs132", {{"total_counter_in", "total_in"},
                                     {"total_counter_out", "total_out"},
                                     {"periodic_counter_in", "people_in"},
                                     {"periodic_counter_out", "people_out"}});
  all["WS202"] = milesight("ws202", {{"pir", "motion", 1, 0, triggered},
                                     {"daylight", "daylight", 1, 0, {{"\"dark\"", "'dark'"}}}});
  all["Parking_Lot_Sensor"] = {
      "bosch/parking",
      {{"occupied", "parking_occupied"}, {"temperature", "device_temperature"}},
      {{"type", which_message}}};
  all["G4_NPS_SM"] = {
      "nwave",
      {{"occupied", "parking_occupied"},
       {"previous_state_duration", "previous_state_duration"},
       {"previous_state_duration_error", "previous_state_duration_error"},
       {"previous_state_duration_overflow", "previous_state_duration_overflow"},
       {"hw_health_status", "hw_health_status"},
       {"temperature", "device_temperature"},
       // Their converter reads a signed byte; the maker's own example of these bytes has 3.344 V.
       {"battery_voltage", "battery_voltage", 1, 0, {{"2.32", "3344i"}}}},
      {{"type", which_message}, {"battery_health", "made of voltage and temperature"}}};
  for (const char* model : {"DL-ATM41", "DL-IAM", "DL-MBX", "DL-PM"}) {
    all[model] = decentlab_names(model);
  }
  return all;
}

std::string from_base64(const std::string& text) {
  std::string bytes;
  EXPECT_TRUE(absl::Base64Unescape(text, &bytes)) << text;
  return bytes;
}

struct Uplink {
  std::string bytes;
  int port;
};

Uplink uplink_of(const std::string& server, const json& envelope) {
  if (server.starts_with("tts-v3")) {
    const json& message = envelope.at("uplink_message");
    return {from_base64(message.at("frm_payload")), message.at("f_port").get<int>()};
  }
  if (server.starts_with("thingpark")) {
    const json& message = envelope.at("DevEUI_uplink");
    const json& port = message.at("FPort");
    return {from_hex(message.at("payload_hex").get<std::string>()),
            port.is_string() ? std::stoi(port.get<std::string>()) : port.get<int>()};
  }
  if (server == "loriot") {
    return {from_hex(envelope.at("data").get<std::string>()), envelope.at("port").get<int>()};
  }
  return {from_base64(envelope.at("data")), envelope.at("fPort").get<int>()};
}

// Gateways follow the device in some.
const json& device_of(const json& result) { return result.is_array() ? result.at(0) : result; }

bool of_device(const std::string& attribute) {
  static const std::set<std::string> known = {"protocol_version", "sn", "hardware_version",
                                              "firmware_version"};
  return known.contains(attribute);
}

void compare(const Names& names, const Uplink& uplink, const json& result) {
  Compared compared(names, uplink.bytes, uplink.port);
  const json& telemetry = result.at("telemetry");
  if (result.contains("attributes")) {
    for (const auto& [key, value] : result.at("attributes").items()) {
      if (of_device(key)) compared.expect(key, value);
    }
  }
  ASSERT_EQ(telemetry.size(), compared.coding().decoded.reports.size());
  for (std::size_t i = 0; i < telemetry.size(); ++i) {
    for (const auto& [key, value] : telemetry.at(i).at("values").items()) {
      compared.expect(key, value, i);
    }
    compared.finish(i);
    const Report& report = compared.coding().decoded.reports[i];
    EXPECT_EQ(report.historical, i > 0);
    if (i == 0) continue;
    EXPECT_EQ(to_nanos(*report.time.start),
              telemetry.at(i).at("ts").get<std::int64_t>() * 1'000'000);
  }
}

using Envelopes = SamplePayloads;

TEST_F(Envelopes, each_value_of_each_result_is_read) {
  const std::map<std::string, Names> known = models();
  std::size_t count = 0;
  std::set<std::string> seen;
  for (const char* server : {"tts-v3", "tts-v3-industries", "chirpstack-v4", "loriot", "thingpark",
                             "thingpark-enterprise", "http-vendor"}) {
    for (const auto& entry : fs::recursive_directory_iterator(payloads() / server)) {
      const fs::path& file = entry.path();
      const std::string model = file.parent_path().filename();
      const std::string name = file.filename();
      if (!name.starts_with("payload") || model == "docs") continue;
      SCOPED_TRACE(file);
      const auto names = known.find(model);
      ASSERT_NE(names, known.end());
      const json result = json_of(file.parent_path() / ("result" + name.substr(7)));
      compare(names->second, uplink_of(server, json_of(file)), device_of(result));
      seen.insert(model);
      ++count;
    }
  }
  EXPECT_EQ(seen.size(), known.size());
  EXPECT_EQ(count, 85U);
}

}  // namespace
}  // namespace senne::decode
