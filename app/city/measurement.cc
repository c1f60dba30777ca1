#include "app/city/measurement.h"

#include <algorithm>
#include <cmath>

#include "app/city/weather.h"

namespace senne::city {
namespace {

using Measurements = std::vector<Measurement>;

void air_quality(SimulatedDevice& device, const Moment& moment, Measurements& out) {
  Random& random = device.random;
  const double still_air = std::max(0.0, 1.4 - moment.wind_m_s / 5);
  const double street = 1 + 0.25 * device.bias;
  const double no2 = std::max(
      2.0, (8 + 34 * moment.traffic) * street * (0.7 + 0.5 * still_air) + 2 * random.normal());
  const double pm2_5 =
      std::max(1.0, 5 + 7 * moment.traffic + 9 * still_air + 1.5 * device.bias + random.normal());
  const double o3 = std::max(1.0, 62 + 28 * moment.daylight - 0.9 * no2 + 2 * random.normal());
  out.push_back({"no2", no2, 1});
  out.push_back({"o3", o3, 1});
  out.push_back({"pm2_5", pm2_5, 1});
  out.push_back({"pm10", 1.6 * pm2_5 + std::abs(random.normal()), 1});
  out.push_back(
      {"temperature", moment.temperature_cel + 0.6 * device.bias + 0.2 * random.normal(), 2});
  out.push_back({"humidity", std::clamp(moment.humidity_percent + random.normal(), 5.0, 100.0), 1});
}

void waste_container(SimulatedDevice& device, const Moment& moment, Measurements& out) {
  Random& random = device.random;
  const double people = 0.2 + moment.daylight + 0.5 * moment.traffic;
  device.level += people * random.uniform(0, 2.2);
  if (device.level > 97 || (device.level > 60 && random.chance(0.02)))
    device.level = random.uniform(0, 4);
  out.push_back({"fill_level", device.level, 1});
  out.push_back({"temperature", moment.temperature_cel + 1 + 0.5 * random.normal(), 1});
  out.push_back({"battery_voltage", 3.6 + 0.02 * device.bias + 0.005 * random.normal(), 3});
}

void noise(SimulatedDevice& device, const Moment& moment, Measurements& out) {
  Random& random = device.random;
  const double siren = random.chance(0.004) ? random.uniform(12, 22) : 0;
  const double laeq =
      41 + 24 * std::sqrt(moment.traffic) + 2 * device.bias + 1.3 * random.normal() + siren;
  out.push_back({"laeq", std::clamp(laeq, 30.0, 110.0), 1});
  out.push_back(
      {"battery", std::clamp(86 + 4 * device.bias + 0.3 * random.normal(), 1.0, 100.0), 1});
}

void classroom(SimulatedDevice& device, const Moment& moment, Measurements& out) {
  Random& random = device.random;
  const double goes_to = moment.school ? 1250 + 180 * device.bias : 420;
  device.level += 0.3 * (goes_to - device.level) + 12 * random.normal();
  device.level = std::clamp(device.level, 400.0, 4800.0);
  out.push_back({"co2", device.level, 0});
  out.push_back({"temperature",
                 19.5 + (moment.school ? 2.2 : 0) + 0.5 * device.bias + 0.2 * random.normal(), 1});
  out.push_back({"humidity",
                 std::clamp(41 + (moment.school ? 9 : 0) + 1.2 * random.normal(), 10.0, 90.0), 1});
}

// In the units of the SenML registry: wind direction in rad, pressure in Pa.
void weather(SimulatedDevice& device, const Moment& moment, Measurements& out) {
  Random& random = device.random;
  constexpr double rad_per_deg = 0.017453292519943295;
  const double wind = std::max(0.0, moment.wind_m_s + 0.4 * device.bias + 0.5 * random.normal());
  const double from = std::fmod(moment.wind_from_deg + 12 * random.normal() + 720, 360);
  out.push_back(
      {"temperature", moment.temperature_cel + 0.4 * device.bias + 0.1 * random.normal(), 2});
  out.push_back({"humidity", std::clamp(moment.humidity_percent + random.normal(), 5.0, 100.0), 1});
  out.push_back({"pressure", 100 * (moment.pressure_hpa + 0.1 * random.normal()), 0});
  out.push_back({"wind_speed", wind, 2});
  out.push_back({"wind_direction", from * rad_per_deg, 4});
}

// A number of arrivals with that mean.
double arrivals(double mean, Random& random) {
  return std::max(0.0, std::round(mean + std::sqrt(mean) * random.normal()));
}

// Vehicles in a minute by lane, and bicycles; the cabinet's thermometer is American.
void traffic(SimulatedDevice& device, const Moment& moment, Measurements& out) {
  Random& random = device.random;
  const double road = std::max(0.3, 1 + 0.35 * device.bias);
  const double speed = std::max(5.0, 47 - 24 * moment.traffic * road + 2.5 * random.normal());
  const double cyclists =
      moment.traffic * (0.3 + moment.daylight) * (moment.wind_m_s < 7 ? 1 : 0.4);
  out.push_back({"car-1", arrivals(14 * moment.traffic * road, random), 0});
  out.push_back({"speed-1", speed, 1});
  out.push_back({"car-2", arrivals(12 * moment.traffic * road, random), 0});
  out.push_back({"speed-2", std::max(5.0, speed + 1.5 * random.normal()), 1});
  out.push_back({"bike", arrivals(5 * cyclists, random), 0});
  out.push_back({"speed-bike", std::max(4.0, 17 + 2 * random.normal()), 1});
  out.push_back({"temp_f", 32 + 1.8 * (moment.temperature_cel + 6 + random.normal()), 1});
}

void parking(SimulatedDevice& device, const Moment& moment, Measurements& out) {
  Random& random = device.random;
  const double wanted = moment.weekend ? 0.45 : 0.5 + 0.4 * moment.daylight;
  if (random.chance(0.2)) device.occupied = random.chance(wanted);
  out.push_back({"occupied", device.occupied ? 1.0 : 0.0, 0});
  out.push_back({"battery_mv", 3580 + 20 * device.bias + 8 * random.normal(), 0});
}

}  // namespace

void measure(SimulatedDevice& device, Instant at, std::vector<Measurement>& out) {
  const Moment moment = moment_at(at);
  out.clear();
  switch (device.kind) {
    case DeviceKind::air_quality:
      return air_quality(device, moment, out);
    case DeviceKind::waste_container:
      return waste_container(device, moment, out);
    case DeviceKind::noise:
      return noise(device, moment, out);
    case DeviceKind::classroom:
      return classroom(device, moment, out);
    case DeviceKind::weather:
      return weather(device, moment, out);
    case DeviceKind::traffic:
      return traffic(device, moment, out);
    case DeviceKind::parking:
      return parking(device, moment, out);
  }
}

}  // namespace senne::city
