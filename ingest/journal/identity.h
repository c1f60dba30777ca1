// What the journal notes about itself beside the records; survives restarts.
#pragma once

#include <string>

#include "core/ids.h"

namespace senne::ingest {

struct JournalIdentity {
  Id128 id;  // random, drawn when the journal was created
  bool has_committed = false;
  std::string cluster_id;  // of the Kafka cluster it committed to; empty before
};

}  // namespace senne::ingest
