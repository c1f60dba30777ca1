// How long the calling thread has had a processor: what a piece of work costs, whatever its
// neighbours on the machine do meanwhile.
#pragma once

#include <ctime>

#include <chrono>

namespace senne::testing {

inline std::chrono::nanoseconds thread_time() {
  std::timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace senne::testing
