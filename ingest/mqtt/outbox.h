// Commands on their way from the pipeline to the session: few, and of no use when they are old.
//
// A topic has one at a time. Over the bound a new one is let go; so is one whose message came more
// than `useful_for` ago, when it is taken: what it asks for may be in the log by now. Whoever still
// wants it says so again.
//
// THREAD  any; nobody waits for longer than a copy takes.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "core/operator.h"
#include "core/time.h"

namespace senne::ingest {

class Outbox {
 public:
  static constexpr std::size_t letters_max = 256;
  static constexpr Duration useful_for = std::chrono::seconds{30};

  struct Letter {
    std::string topic;
    std::string payload;
    Instant time;
  };

  void put(const DeviceCommand& command);
  // All that are still of use, and empties it.
  std::vector<Letter> take(Instant now);

 private:
  std::mutex mutex_;
  std::vector<Letter> letters_;  // under mutex_
};

}  // namespace senne::ingest
