// Says where a report was made: the place that it or its readings state, or else the registered one
// of its device, and the zones that this lies in.
//
// LOCATION_MISMATCH is set where what is stated is a known mistake (pipeline/place/plausible.h),
// where it is more than `mismatch_metres` from where the device is registered, and where the place
// lies in no zone of any layer. A stated place that is a mistake does not leave; any other leaves
// as it is, whatever the registry says: nothing is corrected.
//
// THREAD  the shard's.
// OWNS    the zones' polygons, and the zones of each registered place once they were asked for. The
//         configuration must outlive it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/normalise/normalised_report.h"
#include "pipeline/place/zones.h"

namespace senne::normalise {

class Locator {
 public:
  static constexpr double mismatch_metres = 1000;

  explicit Locator(const PipelineConfiguration& configuration);

  // Sets location, zones and that flag of `out.collection`; `out.device` is known. The report
  // states its place, or its readings do: the first latitude and longitude of one channel.
  void locate(const Report& report, std::span<const RawReading> readings, NormalisedReport& out);

 private:
  struct Place {
    bool known = false;
    std::vector<std::string_view> zones;
  };
  std::span<const std::string_view> zones_of(const Device& device);

  const PipelineConfiguration& configuration_;
  place::Zones zones_;
  std::vector<Place> places_;  // of the registered devices; names point into zones_
};

}  // namespace senne::normalise
