#include "app/city/city_configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>

#include "app/city/device.h"

namespace senne::city {
namespace {

constexpr std::string_view routes = R"(
registry: devices.yaml
routes:
  - name: lora                       # The Things Stack: air quality, waste containers
    topic: v3/+/devices/+/+
    format: tts-v3
    provider: brussels-environment
    units: {no2: ug/m3, o3: ug/m3, pm2_5: ug/m3, pm10: ug/m3, temperature: Cel, humidity: "%",
            fill_level: "%", battery_voltage: V}
  - name: chirpstack                 # ChirpStack: noise, air in classrooms
    topic: application/+/device/+/event/+
    format: chirpstack-v4
    provider: brussels-digital
    units: {laeq: "dB[SPL]", co2: "[ppm]", temperature: Cel, humidity: "%", battery: "%"}
  - name: meteo                      # weather stations
    topic: meteo/+/senml
    format: senml-json
    provider: brussels-meteo
  - name: traffic                    # a maker's own JSON; devices that nobody registered are refused
    topic: traffic/v2/+/counts
    format: mapping
    mapping: traffic.mapping.yaml
    provider: brussels-mobility
    unknown_devices: reject
  - name: parking
    topic: parking/+/state
    format: mapping
    mapping: parking.mapping.yaml
    provider: parking-brussels
windows:
  - {name: 10s, length: 10s, lateness: 2s, max_wait: 20s, revise_for: 60s}
  - {name: 10min, length: 10min, lateness: 5min, max_wait: 30min, revise_for: 10min}
  - {name: 1h, length: 1h, lateness: 10min, max_wait: 2h, revise_for: 1h}
)";

constexpr std::string_view traffic_mapping = R"(device: /station/id
time: {at: /ts, form: epoch_ms}
sequence: /seq
location: {latitude: /station/pos/lat, longitude: /station/pos/lon}
readings:
  - {each: /channels, channel: /no, at: /count, property: vehicle_count, unit: "{vehicle}"}
  - {each: /channels, channel: /no, at: /speed, property: vehicle_speed, unit: km/h}
  - {at: /cabinet/temp_f, property: device_temperature, unit: "[degF]"}
)";

constexpr std::string_view parking_mapping = R"(device: "{level:1}"
time: {at: /at, form: rfc3339}
sequence: /n
readings:
  - {at: /state, property: parking_occupied, true_when: [occupied]}
  - {at: /battery_mv, property: battery_voltage, unit: mV}
)";

// A double-quoted YAML scalar.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string senne_yaml(const ConfigurationPlaces& places) {
  const bool embedded = places.kafka_bootstrap_servers == "embedded";
  std::string text = fmt::format("instance: {}\n", quoted(places.instance));
  if (!places.data_dir.empty()) text += fmt::format("data_dir: {}\n", quoted(places.data_dir));
  text +=
      fmt::format("mqtt: {{url: {}}}\njournal: {{max_bytes: 256MiB}}\n", quoted(places.mqtt_url));
  text += fmt::format("kafka:\n  bootstrap_servers: {}\n", quoted(places.kafka_bootstrap_servers));
  if (embedded) text += "  delivery: at_least_once\n";
  text += fmt::format("http: {{listen: {}}}", quoted(places.http_listen));
  return text.append(routes);
}

// Whole units only, as the configuration has them.
std::string duration_text(Duration duration) {
  const auto us = std::max<std::int64_t>(
      1, std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
  if (us % 1'000'000 == 0) return fmt::format("{}s", us / 1'000'000);
  return us >= 10'000 ? fmt::format("{}ms", us / 1'000) : fmt::format("{}us", us);
}

std::string devices_yaml(const CityOptions& options) {
  std::string text = "devices:\n";
  for (const Device& device : City(options, Instant{}).registered_devices()) {
    fmt::format_to(std::back_inserter(text),
                   "  - id: {}\n    provider: {}\n    title: {{fr: {}, nl: {}}}\n"
                   "    location: {{latitude: {:.6f}, longitude: {:.6f}}}\n    interval: {}\n"
                   "    classification: open\n    licence: {}\n",
                   quoted(device.id), device.provider, quoted(device.title_fr),
                   quoted(device.title_nl), device.location->latitude, device.location->longitude,
                   duration_text(*device.interval), device.licence);
  }
  return text;
}

}  // namespace

std::vector<ConfigurationFile> city_configuration(const CityOptions& options,
                                                  const ConfigurationPlaces& places) {
  return {{"senne.yaml", senne_yaml(places)},
          {"devices.yaml", devices_yaml(options)},
          {"traffic.mapping.yaml", std::string(traffic_mapping)},
          {"parking.mapping.yaml", std::string(parking_mapping)}};
}

Result<std::string> write_city_configuration(const CityOptions& options,
                                             const ConfigurationPlaces& places,
                                             const std::string& directory) {
  const std::vector<ConfigurationFile> files = city_configuration(options, places);
  for (const ConfigurationFile& file : files) {
    const std::string path = directory + "/" + file.name;
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream << file.text;
    stream.close();
    if (!stream) return fail(ErrorKind::failed, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  return directory + "/" + files.front().name;
}

}  // namespace senne::city
