#include "bench/traffic/uplinks.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

namespace senne::bench {
namespace {

constexpr std::array<std::string_view, 8> names = {"temperature", "humidity", "pressure", "co2",
                                                   "pm2_5",       "pm10",     "battery",  "tvoc"};

std::string rfc3339(Instant instant) {
  const Instant second = whole_second(instant);
  return fmt::format(
      "{:%Y-%m-%dT%H:%M:%S}.{:09}Z",
      fmt::gmtime(std::chrono::system_clock::to_time_t(
          std::chrono::time_point_cast<std::chrono::system_clock::duration>(second))),
      (instant - second).count());
}

}  // namespace

void Uplinks::next(Instant now) {
  const std::uint64_t device = sent_ % uplink_devices;
  const std::uint64_t counter = sent_ / uplink_devices + 1;
  const double value = 18.0 + 0.1 * static_cast<double>(sent_ % 71);
  const std::string time = rfc3339(now);
  ++sent_;

  topic_.clear();
  fmt::format_to(std::back_inserter(topic_), "v3/air-quality@brussels/devices/sensor-{:04}/up",
                 device);
  payload_.clear();
  const auto out = std::back_inserter(payload_);
  fmt::format_to(
      out,
      R"({{"end_device_ids":{{"device_id":"sensor-{0:04}","application_ids":{{)"
      R"("application_id":"air-quality"}},"dev_eui":"70B3D57ED000{0:04}",)"
      R"("join_eui":"70B3D57ED0000000","dev_addr":"260B{0:04}"}},)"
      R"("correlation_ids":["gs:uplink:01JD0W2K6Q8Y5T3N4M7B9C1D2E"],"received_at":"{1}",)"
      R"("uplink_message":{{"session_key_id":"AYfqmb0pc/1uRZv9xUydgQ==","f_port":85,"f_cnt":{2},)"
      R"("frm_payload":"AXVVA2fuAARofAUAAQbLAgd9qAMIfSUACXNmJwp9BAALfSAADH0wAA4BVQ==",)"
      R"("decoded_payload":{{)",
      device, time, counter);
  for (std::size_t i = 0; i < readings_; ++i) {
    fmt::format_to(out, R"({}"{}":{:.1f})", i == 0 ? "" : ",", names.at(i), value);
  }
  fmt::format_to(
      out,
      R"(}},"rx_metadata":[{{"gateway_ids":{{"gateway_id":"roof-1","eui":"6A7E111A10000000"}},"time":"{0}",)"
      R"("timestamp":3893546133,"rssi":-35,"channel_rssi":-35,"snr":13.2,)"
      R"("frequency_offset":"69","uplink_token":"CiIKIAoUZXVpLTZhN2UxMTFhMTAwMDAwMDASCCThJP",)"
      R"("channel_index":3,"received_at":"{0}"}}],"settings":{{"data_rate":{{"lora":{{)"
      R"("bandwidth":125000,"spreading_factor":7,"coding_rate":"4/5"}}}},)"
      R"("frequency":"867100000","timestamp":3893546133,"time":"{0}"}},"received_at":"{0}",)"
      R"("consumed_airtime":"0.056576s","locations":{{"user":{{"latitude":50.8466,)"
      R"("longitude":4.3528,"altitude":21}}}}}}}})",
      time);
}

}  // namespace senne::bench
