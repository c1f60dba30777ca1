// The devices of the simulated city: what there is, how many, how often they report, and what is
// wrong with some of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/city/municipalities.h"
#include "app/city/random.h"
#include "core/configuration.h"
#include "core/time.h"

namespace senne::city {

enum class DeviceKind : std::uint8_t {
  air_quality,
  waste_container,
  noise,
  classroom,
  weather,
  traffic,
  parking
};

// Route names of the city's configuration.
inline constexpr std::string_view lora_route = "lora";
inline constexpr std::string_view chirpstack_route = "chirpstack";
inline constexpr std::string_view meteo_route = "meteo";
inline constexpr std::string_view traffic_route = "traffic";
inline constexpr std::string_view parking_route = "parking";

// One row a kind: the city's marginals. A device's share of twenty is by its number, not by chance,
// so that any twenty devices in a row are a small city.
struct KindOfDevice {
  std::string_view prefix;    // of device names
  std::string_view route;     // which is one of the formats below
  std::string_view provider;  // who runs them
  int of_twenty;              // share of all devices, in twentieths
  Duration interval;          // between two reports of a real device
  std::string_view french;
  std::string_view dutch;
};
inline constexpr std::array<KindOfDevice, 7> kinds_of_device = {{
    {"air", lora_route, "brussels-environment", 4, std::chrono::minutes{5}, "Qualité de l'air",
     "Luchtkwaliteit"},
    {"bin", lora_route, "brussels-environment", 3, std::chrono::minutes{30}, "Conteneur",
     "Container"},
    {"noise", chirpstack_route, "brussels-digital", 3, std::chrono::minutes{1}, "Sonomètre",
     "Geluidsmeter"},
    {"class", chirpstack_route, "brussels-digital", 3, std::chrono::minutes{10}, "École", "School"},
    {"meteo", meteo_route, "brussels-meteo", 1, std::chrono::minutes{1}, "Station météo",
     "Weerstation"},
    {"count", traffic_route, "brussels-mobility", 3, std::chrono::minutes{1}, "Compteur", "Teller"},
    {"bay", parking_route, "parking-brussels", 3, std::chrono::minutes{5}, "Place de parking",
     "Parkeerplaats"},
}};

// What happens to messages, of every kind of device alike.
inline constexpr double duplicate_share = 0.01;     // the same bytes again, soon after
inline constexpr double restart_share = 0.001;      // LoRaWAN: join, frame counter from 0 again
inline constexpr double outage_share = 0.002;       // the gateway is cut off from here on,
inline constexpr double outage_intervals_min = 3;   // for this many of the device's intervals,
inline constexpr double outage_intervals_max = 12;  // and then sends what it kept
inline constexpr double simulated_share = 0.005;    // The Things Stack: test uplinks
inline constexpr double jitter = 0.1;               // of an interval, to both sides

// What is wrong with a device for good. Of every forty of a kind, one each; the clock only of
// traffic counters, which alone state the time by their own clock.
enum class Fault : std::uint8_t { none, not_json, wrong_type, bad_reading, unregistered, clock };

struct SimulatedDevice {
  DeviceKind kind{};
  Fault fault = Fault::none;
  std::string name;  // air-0001
  std::string eui;   // LoRaWAN: 16 lower-case hex digits; else empty
  std::string registered_id;
  const Municipality* municipality = nullptr;
  Location location;
  Random random{0};

  std::uint64_t counter = 0;  // of the next message: frame counter, sequence
  Instant held_until{};       // end of the outage
  std::uint64_t held = 0;     // messages kept during it

  double bias = 0;   // of this place, in standard deviations: a busy street, a draughty corner
  double level = 0;  // what goes on from report to report: fill, CO2
  bool occupied = false;
};

const KindOfDevice& about(DeviceKind kind);
bool is_lorawan(DeviceKind kind);

// All devices of a city, in the order of their numbers.
std::vector<SimulatedDevice> make_devices(std::uint64_t seed, std::size_t count);

}  // namespace senne::city
