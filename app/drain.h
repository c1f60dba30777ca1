// Works off what a journal still holds whose place another one has taken, under a name of its own,
// so that what was acknowledged to the sources reaches Kafka after all.
//
// THREAD  one; blocks until everything is committed.
// OWNS    the data directory meanwhile.
// FAILS   configuration: the journal is not taken over, or the name is in use; the rest as a start
//         of `senne run` does. It can be broken off and begun again at any time.
#pragma once

#include <optional>
#include <string>

#include "app/configuration/configuration.h"
#include "core/clock.h"
#include "core/ids.h"
#include "core/logging.h"
#include "core/result.h"

namespace senne::app {

struct Drained {
  Position from;
  Position until;
};

// `as`: the instance name to commit under. `from`: where to begin; where it is not given, Kafka
// says what was committed when the journal was taken over.
Result<Drained> drain(const Configuration& configuration, const std::string& as,
                      std::optional<Position> from, const Clock& clock, Logger& logger);

}  // namespace senne::app
