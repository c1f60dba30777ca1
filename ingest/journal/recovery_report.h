// What a journal found when it was opened: for the log line at the start.
#pragma once

#include <cstdint>

#include "core/time.h"

namespace senne::ingest {

struct JournalRecovery {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;      // of verified records
  std::uint64_t cut_bytes = 0;  // behind the end and not zero: a torn tail that was cut
  Duration took{0};
};

}  // namespace senne::ingest
