// Turns what a decoder read into observations that mean one thing: the registry's device, the
// vocabulary's property, the canonical unit, calibrated, a plausible time, a place and its zones,
// and flags for what is known against them. Steps 1 to 5 of the design's section 7; needs no memory
// of earlier messages.
//
// THREAD  the shard's.
// OWNS    caches of what names mean, bounded. The configuration must outlive it; a new
//         configuration gets a new normaliser.
// FAILS   by value: `Rejected` when the whole report becomes a dead letter (unknown_device,
//         identity_mismatch, malformed, limit), `Suppressed` for a retained report without a time
//         of its own. A reading that cannot be used goes into `NormalisedReport::bad`, the rest
//         stays.
#pragma once

#include <span>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/record.h"
#include "pipeline/normalise/locator.h"
#include "pipeline/normalise/names.h"
#include "pipeline/normalise/normalised_report.h"
#include "pipeline/normalise/registry.h"

namespace senne::normalise {

using NormaliseResult = tl::expected<void, NotDecoded>;

class Normaliser {
 public:
  static constexpr std::size_t id_bytes_max = 256;  // of a device id, and of a sequence

  explicit Normaliser(const PipelineConfiguration& configuration);

  // `report` stands in `decoded`, which was decoded from `record` by its route's format; the
  // record's route is one of the configuration. `out` is cleared first. On success it holds one
  // observation for each usable reading, in their order: none if all were bad.
  NormaliseResult normalise(const Record& record, const Report& report, const Decoded& decoded,
                            NormalisedReport& out);

  // Only who it is: the device, its key and its id. `out` is cleared first. FAILS   as above.
  NormaliseResult identify(const Record& record, const Report& report, NormalisedReport& out) const;

  const DeviceRegistry& registry() const { return registry_; }

 private:
  NormaliseResult identify(const Route& route, const Report& report, NormalisedReport& out) const;
  struct ReportContext;
  void observe(const RawReading& sent, const ReportContext& context, NormalisedReport& out);

  const PipelineConfiguration& configuration_;
  DeviceRegistry registry_;
  Locator locator_;
  std::vector<RouteNames> names_;  // one a route
  std::vector<std::string> providers_;
};

}  // namespace senne::normalise
