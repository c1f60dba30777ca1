// How long it takes from Senne's receiving a message to its observation being visible to a consumer
// that reads committed records only.
//
// THREAD  the one that started the subject.
// FAILS   when the publisher does.
#pragma once

#include <string>

#include "bench/end_to_end/subject.h"
#include "core/result.h"
#include "core/time.h"

namespace senne::bench {

struct Latency {
  double asked_per_second = 0;
  double per_second = 0;
  bool held = false;  // the rate was sent, and everything visible a second after the last message
  std::uint64_t messages = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
};

Result<Latency> latency_at_rate(Senne& senne, const std::string& bootstrap_servers,
                                double per_second, Duration length);

}  // namespace senne::bench
