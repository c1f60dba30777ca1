#include "app/city/payload.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>
#include <string_view>

#include "core/check.h"

namespace senne::city {
namespace {

// Value of a reading whose sensor is broken: what firmware in the field really sends.
constexpr std::string_view sensor_error = R"("sensor error")";

template <class... Arguments>
void append(std::string& text, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Arguments>(arguments)...);
}

// 2026-11-22T08:00:01.200000000Z
std::string rfc3339(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string uuid(Random& random) {
  const std::uint64_t high = random.bits();
  const std::uint64_t low = random.bits();
  return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF,
                     high & 0xFFF, low >> 52, low & 0xFFFF'FFFF'FFFF);
}

// Opaque to everyone but the device's maker: bytes of the right look.
std::string frame_bytes(Random& random) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  const std::uint64_t high = random.bits();
  const std::uint64_t low = random.bits();
  for (int i = 0; i < 8; ++i) text += alphabet[(high >> (6 * i)) & 63];
  for (int i = 0; i < 8; ++i) text += alphabet[(low >> (6 * i)) & 63];
  return text;
}

std::string address(const SimulatedDevice& device) { return "26" + device.eui.substr(10); }

// {"no2":31.2,"o3":40.1}; the second value is in error when the device is.
std::string object_of(const std::vector<Measurement>& measurements, const SimulatedDevice& device) {
  std::string text = "{";
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    const Measurement& measurement = measurements[i];
    append(text, "{}\"{}\":", i == 0 ? "" : ",", measurement.name);
    if (i == 1 && device.fault == Fault::bad_reading) {
      text += sensor_error;
    } else {
      append(text, "{:.{}f}", measurement.value, measurement.decimals);
    }
  }
  return text + "}";
}

// Members with their default value are left out, as protobuf's JSON mapping does.
std::string counter_member(std::string_view name, std::uint64_t counter) {
  return counter == 0 ? "" : fmt::format("\"{}\":{},", name, counter);
}

struct Reception {
  unsigned gateway;
  int rssi;
  double snr;
  int spreading_factor;
};
Reception reception(Random& random) {
  const double snr = random.uniform(-12, 10);
  return {static_cast<unsigned>(random.uniform(1, 60)), static_cast<int>(-105 + 2.5 * snr), snr,
          snr < -7  ? 10
          : snr < 0 ? 9
                    : 7};
}

constexpr std::string_view tts_application = "brussels-environment";

std::string tts_head(SimulatedDevice& device) {
  return fmt::format(
      R"({{"end_device_ids":{{"device_id":"{}","application_ids":{{"application_id":"{}"}},)"
      R"("dev_eui":"{}","join_eui":"70B3D57ED0000000","dev_addr":"{}"}},)"
      R"("correlation_ids":["as:up:{}"],)",
      device.name, tts_application, upper(device.eui), upper(address(device)), uuid(device.random));
}

std::string tts_uplink(SimulatedDevice& device, Instant stamp, const std::string& readings,
                       bool simulated) {
  const Reception by = reception(device.random);
  std::string text = tts_head(device);
  const std::string network_time = rfc3339(stamp + std::chrono::milliseconds{38});
  append(text, R"("received_at":"{}","uplink_message":{{"f_port":2,{}"frm_payload":"{}",)",
         rfc3339(stamp + std::chrono::milliseconds{240}), counter_member("f_cnt", device.counter),
         frame_bytes(device.random));
  append(text,
         R"("decoded_payload":{},"rx_metadata":[{{"gateway_ids":{{"gateway_id":"bxl-gw-{:02}"}},)"
         R"("rssi":{},"channel_rssi":{},"snr":{:.1f},"received_at":"{}"}}],)",
         readings, by.gateway, by.rssi, by.rssi, by.snr, network_time);
  append(text,
         R"("settings":{{"data_rate":{{"lora":{{"bandwidth":125000,"spreading_factor":{}}}}},)"
         R"("frequency":"868100000","time":"{}"}},"received_at":"{}"}}{}}})",
         by.spreading_factor, rfc3339(stamp), network_time,
         simulated ? R"(,"simulated":true)" : "");
  return text;
}

std::string tts_topic(const SimulatedDevice& device, std::string_view event) {
  return fmt::format("v3/{}@ttn/devices/{}/{}", tts_application, device.name, event);
}

constexpr std::string_view chirpstack_application = "5f2a9c1e-21c4-4b5e-9f3d-2c1004a0b1e5";

std::string chirpstack_head(SimulatedDevice& device, Instant stamp) {
  return fmt::format(
      R"({{"deduplicationId":"{}","time":"{}","deviceInfo":{{)"
      R"("tenantId":"52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"Bruxelles",)"
      R"("applicationId":"{}","applicationName":"{}","deviceName":"{}","devEui":"{}",)"
      R"("tags":{{"nis":"{}"}}}},"devAddr":"{}")",
      uuid(device.random), rfc3339(stamp), chirpstack_application, about(device.kind).provider,
      device.name, device.eui, device.municipality->nis, address(device));
}

std::string chirpstack_uplink(SimulatedDevice& device, Instant stamp, const std::string& readings) {
  const Reception by = reception(device.random);
  std::string text = chirpstack_head(device, stamp);
  append(text, R"(,"dr":{},{}"fPort":85,"data":"{}","object":{},)", 12 - by.spreading_factor,
         counter_member("fCnt", device.counter), frame_bytes(device.random), readings);
  append(text,
         R"("rxInfo":[{{"gatewayId":"0016c001f153a1{:02x}","rssi":{},"snr":{:.1f}}}],)"
         R"("txInfo":{{"frequency":867100000,"modulation":{{"lora":{{"bandwidth":125000,)"
         R"("spreadingFactor":{},"codeRate":"CR_4_5"}}}}}}}})",
         by.gateway, by.rssi, by.snr, by.spreading_factor);
  return text;
}

std::string chirpstack_topic(const SimulatedDevice& device, std::string_view event) {
  return fmt::format("application/{}/device/{}/event/{}", chirpstack_application, device.eui,
                     event);
}

std::string senml_pack(const SimulatedDevice& device, Instant stamp,
                       const std::vector<Measurement>& measurements) {
  constexpr std::array<std::string_view, 5> units = {"Cel", "%RH", "Pa", "m/s", "rad"};
  SENNE_CHECK(measurements.size() == units.size());
  const double seconds = std::chrono::duration<double>(stamp.time_since_epoch()).count();
  std::string text = "[";
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    const Measurement& measurement = measurements[i];
    if (i == 0) {
      append(text, R"({{"bn":"{}:","bt":{:.6f},)", device.registered_id, seconds);
    } else {
      text += ",{";
    }
    append(text, R"("n":"{}","u":"{}",)", measurement.name, units[i]);
    if (i == 1 && device.fault == Fault::bad_reading) {
      append(text, R"("vs":{}}})", sensor_error);
    } else {
      append(text, R"("v":{:.{}f}}})", measurement.value, measurement.decimals);
    }
  }
  return text + "]";
}

std::string traffic_report(const SimulatedDevice& device, Instant stamp,
                           const std::vector<Measurement>& measurements) {
  SENNE_CHECK(measurements.size() == 7);
  // Without a clock the counter begins at 1970 when it is switched on: here, at midnight.
  const auto since = stamp.time_since_epoch();
  const auto stated = std::chrono::floor<std::chrono::milliseconds>(
      device.fault == Fault::clock ? since % std::chrono::days{1} : since);
  std::string text = fmt::format(
      R"({{"gateway":{{"firmware":"4.2.1"}},"station":{{"id":"{}","pos":{{"lat":{:.6f},"lon":{:.6f}}}}},)"
      R"("ts":{},"seq":{},"channels":[)",
      device.name, device.location.latitude, device.location.longitude, stated.count(),
      device.counter);
  for (std::size_t i = 0; i + 1 < measurements.size(); i += 2) {
    append(text, R"({}{{"no":"{}","count":)", i == 0 ? "" : ",", measurements[i].name);
    if (i == 2 && device.fault == Fault::bad_reading) {
      text += sensor_error;
    } else {
      append(text, "{:.0f}", measurements[i].value);
    }
    append(text, R"(,"speed":{:.1f}}})", measurements[i + 1].value);
  }
  append(text, R"(],"cabinet":{{"temp_f":{:.1f}}}}})", measurements[6].value);
  return text;
}

std::string parking_state(const SimulatedDevice& device, Instant stamp,
                          const std::vector<Measurement>& measurements) {
  SENNE_CHECK(measurements.size() == 2);
  std::string text =
      fmt::format(R"({{"state":"{}","at":"{}","n":{},"battery_mv":)",
                  measurements[0].value > 0 ? "occupied" : "free", rfc3339(stamp), device.counter);
  if (device.fault == Fault::bad_reading) return text.append(sensor_error) + "}";
  append(text, "{:.0f}}}", measurements[1].value);
  return text;
}

Message whole_message(SimulatedDevice& device, Instant stamp,
                      const std::vector<Measurement>& measurements, bool simulated) {
  switch (device.kind) {
    case DeviceKind::air_quality:
    case DeviceKind::waste_container:
      return {tts_topic(device, "up"),
              tts_uplink(device, stamp, object_of(measurements, device), simulated)};
    case DeviceKind::noise:
    case DeviceKind::classroom:
      return {chirpstack_topic(device, "up"),
              chirpstack_uplink(device, stamp, object_of(measurements, device))};
    case DeviceKind::weather:
      return {fmt::format("meteo/{}/senml", device.name), senml_pack(device, stamp, measurements)};
    case DeviceKind::traffic:
      return {fmt::format("traffic/v2/{}/counts", device.municipality->nis),
              traffic_report(device, stamp, measurements)};
    case DeviceKind::parking:
      break;
  }
  // A bay says little, so its last word stays readable for who comes later.
  return {fmt::format("parking/{}/state", device.name), parking_state(device, stamp, measurements),
          true};
}

// JSON, but not what the format is made of.
std::string of_wrong_type(const SimulatedDevice& device) {
  switch (device.kind) {
    case DeviceKind::air_quality:
    case DeviceKind::waste_container:
      return fmt::format(R"({{"end_device_ids":"{}","uplink_message":[]}})", device.name);
    case DeviceKind::noise:
    case DeviceKind::classroom:
      return fmt::format(R"({{"deduplicationId":7,"deviceInfo":["{}"]}})", device.eui);
    case DeviceKind::weather:
      return R"({"bn":17,"v":"warm"})";
    case DeviceKind::traffic:
    case DeviceKind::parking:
      break;
  }
  return "42";
}

}  // namespace

Message report_message(SimulatedDevice& device, Instant stamp,
                       const std::vector<Measurement>& measurements, bool simulated) {
  Message message = whole_message(device, stamp, measurements, simulated);
  ++device.counter;
  if (device.fault == Fault::not_json) {
    // Cut off by a modem that took no more.
    message.payload.resize(message.payload.size() * 3 / 5);
  } else if (device.fault == Fault::wrong_type) {
    message.payload = of_wrong_type(device);
  }
  return message;
}

Message join_message(SimulatedDevice& device, Instant stamp) {
  if (about(device.kind).route == lora_route) {
    return {tts_topic(device, "join"),
            fmt::format(R"({}"received_at":"{}","join_accept":{{"received_at":"{}"}}}})",
                        tts_head(device), rfc3339(stamp + std::chrono::milliseconds{210}),
                        rfc3339(stamp))};
  }
  return {chirpstack_topic(device, "join"), chirpstack_head(device, stamp) + "}"};
}

}  // namespace senne::city
