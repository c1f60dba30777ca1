#include "app/city/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace senne::city {
namespace {

constexpr double km_per_degree_latitude = 111.2;
constexpr double km_per_degree_longitude = 70.2;  // at 50.85 degrees north

DeviceKind kind_of(std::size_t number) {
  auto place = static_cast<int>(number % 20);
  std::size_t kind = 0;
  while (place >= kinds_of_device[kind].of_twenty) place -= kinds_of_device[kind++].of_twenty;
  return static_cast<DeviceKind>(kind);
}

Fault fault_of(DeviceKind kind, std::size_t number_in_kind) {
  switch (number_in_kind % 40) {
    case 11:
      return Fault::not_json;
    case 17:
      return Fault::wrong_type;
    case 23:
      return Fault::bad_reading;
    case 29:
      return Fault::unregistered;
    case 35:
      return kind == DeviceKind::traffic ? Fault::clock : Fault::none;
    default:
      return Fault::none;
  }
}

// As Senne reads it from the messages: the DevEUI of LoRaWAN, the URN (RFC 9039) of a SenML base
// name, else the device's own name.
std::string registered_id(const SimulatedDevice& device) {
  if (is_lorawan(device.kind)) return device.eui;
  return device.kind == DeviceKind::weather ? "urn:dev:ops:" + device.name : device.name;
}

const Municipality& drawn_by_weight(Random& random) {
  int all = 0;
  for (const Municipality& municipality : municipalities) all += municipality.weight;
  double left = random.uniform() * all;
  for (const Municipality& municipality : municipalities) {
    left -= municipality.weight;
    if (left < 0) return municipality;
  }
  return municipalities.back();
}

// Evenly over the municipality's circle.
Location scattered(const Municipality& municipality, Random& random) {
  const double distance_km = municipality.radius_km * std::sqrt(random.uniform());
  const double angle = 2 * std::numbers::pi * random.uniform();
  Location location;
  location.latitude =
      std::clamp(municipality.latitude + distance_km * std::sin(angle) / km_per_degree_latitude,
                 brussels_bbox.south, brussels_bbox.north);
  location.longitude =
      std::clamp(municipality.longitude + distance_km * std::cos(angle) / km_per_degree_longitude,
                 brussels_bbox.west, brussels_bbox.east);
  return location;
}

}  // namespace

const KindOfDevice& about(DeviceKind kind) {
  return kinds_of_device[static_cast<std::size_t>(kind)];
}

bool is_lorawan(DeviceKind kind) {
  return about(kind).route == lora_route || about(kind).route == chirpstack_route;
}

std::vector<SimulatedDevice> make_devices(std::uint64_t seed, std::size_t count) {
  Random seeds(seed);
  std::array<std::size_t, kinds_of_device.size()> of_kind{};
  std::vector<SimulatedDevice> devices(count);
  for (std::size_t i = 0; i < count; ++i) {
    SimulatedDevice& device = devices[i];
    device.random = Random(seeds.bits());
    device.kind = kind_of(i);
    const std::size_t number = of_kind[static_cast<std::size_t>(device.kind)]++;
    device.fault = fault_of(device.kind, number);
    device.name = fmt::format("{}-{:04}", about(device.kind).prefix, number + 1);
    // The vendor prefix is that of devices without a vendor's own; the rest is the city's number.
    if (is_lorawan(device.kind)) device.eui = fmt::format("70b3d57ed0{:06x}", i + 1);
    device.registered_id = registered_id(device);
    device.municipality = &drawn_by_weight(device.random);
    device.location = scattered(*device.municipality, device.random);
    device.counter = static_cast<std::uint64_t>(device.random.uniform(100, 20'000));
    device.bias = device.random.normal();
    device.level = device.kind == DeviceKind::classroom ? 450 : device.random.uniform(0, 80);
    device.occupied = device.random.chance(0.5);
  }
  return devices;
}

}  // namespace senne::city
