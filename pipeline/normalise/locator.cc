#include "pipeline/normalise/locator.h"

#include "pipeline/place/plausible.h"

namespace senne::normalise {

Locator::Locator(const PipelineConfiguration& configuration)
    : configuration_(configuration),
      zones_(configuration.zones),
      places_(zones_.empty() ? 0 : configuration.devices.size()) {}

void Locator::locate(const Report& report, NormalisedReport& out) {
  const std::optional<Location> registered =
      out.device != nullptr ? out.device->location : std::nullopt;
  bool mismatch = false;
  bool stated = false;
  if (report.location) {
    const bool mistaken = place::fault_of(*report.location) != place::Fault::none;
    const bool elsewhere =
        !mistaken && registered && place::distance(*report.location, *registered) > mismatch_metres;
    mismatch = mistaken || elsewhere;
    stated = !mistaken;
  }
  if (stated || registered) {
    out.set_location(stated ? *report.location : *registered);
    if (!zones_.empty()) {
      const auto zones = stated ? zones_.find(*report.location) : zones_of(*out.device);
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
