// Publishes numbered messages from a thread of its own, through whatever happens to the broker:
// what it did not acknowledge is sent again on the next connection.
//
// THREAD  the test's.
// OWNS    the thread and its connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "tests/integration/traffic.h"

namespace senne::test {

class Publishing {
 public:
  // Messages [first, first + at_most), `per_second` of them in bursts of a second's worth; 0: as
  // fast as they go. `traffic` outlives it.
  Publishing(int port, const Traffic& traffic, std::uint64_t at_most, double per_second,
             std::uint64_t first = 0);
  ~Publishing() { join(); }
  Publishing(const Publishing&) = delete;
  Publishing& operator=(const Publishing&) = delete;

  // Handed to the connection; the broker may not have all of them.
  std::uint64_t published() const { return published_.load(); }
  // Publishes nothing new. Returns the number after the last message; the broker has acknowledged
  // all before it.
  std::uint64_t finish();
  // Until `at_most` are published and acknowledged.
  void join();

 private:
  void work(int port, std::uint64_t at_most, double per_second, std::uint64_t first);

  const Traffic& traffic_;
  std::atomic<bool> finishing_{false};
  std::atomic<std::uint64_t> published_;
  std::thread thread_;
};

}  // namespace senne::test
