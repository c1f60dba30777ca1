// Waits for what another thread or process does, and no longer than it takes.
#pragma once

#include <chrono>
#include <thread>

#include "core/time.h"

namespace senne::test {

// Until `condition` holds; false when it does not within `patience`.
template <class Condition>
bool eventually(Condition&& condition, Duration patience = std::chrono::seconds{60}) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

}  // namespace senne::test
