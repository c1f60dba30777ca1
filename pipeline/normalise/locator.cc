#include "pipeline/normalise/locator.h"

#include "core/vocabulary.h"
#include "pipeline/place/plausible.h"

namespace senne::normalise {
namespace {

std::optional<double> degrees_in(const RawReading& reading) {
  if (const auto* real = std::get_if<double>(&reading.value)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&reading.value)) {
    return static_cast<double>(*whole);
  }
  return std::nullopt;
}

// The property that a reading measures, if it is a coordinate in degrees.
const Property* coordinate_of(const RawReading& reading) {
  const std::string_view name = reading.name;
  const bool may_be = !name.empty() && (name[0] == 'l' || name[0] == 'L');
  if (!may_be || reading.bad || reading.raw || !degrees_in(reading)) return nullptr;
  if (!reading.unit.empty() && reading.unit != "deg") return nullptr;
  const auto known = find_alias(name);
  return known && known->property->unit == "deg" ? known->property : nullptr;
}

// Where a tracker says that it is.
std::optional<Location> measured(std::span<const RawReading> readings) {
  const RawReading* north = nullptr;
  const RawReading* east = nullptr;
  for (const RawReading& reading : readings) {
    const Property* const property = coordinate_of(reading);
    if (property == nullptr) continue;
    if (property->name == "latitude" && north == nullptr) north = &reading;
    if (property->name == "longitude" && east == nullptr) east = &reading;
  }
  if (north == nullptr || east == nullptr || north->channel != east->channel) return std::nullopt;
  return Location{*degrees_in(*north), *degrees_in(*east), std::nullopt};
}

}  // namespace

Locator::Locator(const PipelineConfiguration& configuration)
    : configuration_(configuration),
      zones_(configuration.zones),
      places_(zones_.empty() ? 0 : configuration.devices.size()) {}

void Locator::locate(const Report& report, std::span<const RawReading> readings,
                     NormalisedReport& out) {
  const std::optional<Location> place = report.location ? report.location : measured(readings);
  const std::optional<Location> registered =
      out.device != nullptr ? out.device->location : std::nullopt;
  bool mismatch = false;
  bool stated = false;
  if (place) {
    const bool mistaken = place::fault_of(*place) != place::Fault::none;
    const bool elsewhere =
        !mistaken && registered && place::distance(*place, *registered) > mismatch_metres;
    mismatch = mistaken || elsewhere;
    stated = !mistaken;
  }
  if (stated || registered) {
    out.set_location(stated ? *place : *registered);
    if (!zones_.empty()) {
      const auto zones = stated ? zones_.find(*place) : zones_of(*out.device);
      for (const std::string_view zone : zones) {
        out.collection.add_zones(zone.data(), zone.size());
      }
      mismatch = mismatch || zones.empty();
    }
  }
  if (mismatch) out.collection.add_quality(v1::LOCATION_MISMATCH);
}

std::span<const std::string_view> Locator::zones_of(const Device& device) {
  const auto index = static_cast<std::size_t>(&device - configuration_.devices.data());
  Place& place = places_[index];
  if (!place.known) {
    const auto found = zones_.find(*device.location);
    place.zones.assign(found.begin(), found.end());
    place.known = true;
  }
  return place.zones;
}

}  // namespace senne::normalise
