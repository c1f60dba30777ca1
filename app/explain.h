// Why a message became what it became: what was read of it, which rule took the time, what each
// name and unit was taken for, and what was applied to each number.
//
// THREAD  the pipeline's.
#pragma once

#include <string>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/record.h"
#include "pipeline/normalise/registry.h"

namespace senne::app {

// One line of JSON: {"explain":{...}}. `decoded` is what the message's decoder read, with no report
// where it read none; the record's route is one of the configuration.
std::string explain(const PipelineConfiguration& configuration,
                    const normalise::DeviceRegistry& registry, const Record& record,
                    const Decoded& decoded);

}  // namespace senne::app
