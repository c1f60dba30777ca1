// What the simulated city publishes, and what it knows of it. The checker compares this with what
// came out.
//
// THREAD  one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/configuration.h"
#include "tests/simulation/broker.h"
#include "tests/simulation/chance.h"

namespace senne::simulation {

// What one published message says, and what became of it at the broker.
struct Published {
  enum class Kind : std::uint8_t { reading, rubbish };
  Kind kind = Kind::reading;
  bool repeated = false;  // the same bytes again, as gateways do: not to be counted twice
  int device = 0;
  std::int64_t counter = 0;
  std::int64_t time_ms = 0;  // since 1970
  double value = 0;
  std::string payload;
  bool acknowledged = false;
  Duration acknowledged_at{0};  // monotonic, the first time
  bool may_be_missing = false;  // the broker forgot it, or the power cut took it within the promise
};

class Traffic {
 public:
  Traffic(Chance chance, std::size_t devices) : chance_(chance), counters_(devices, 0) {}

  // One message of some device, its time at or shortly before `now`.
  MessageId publish(Broker& broker, Instant now);

  std::vector<Published>& messages() { return messages_; }
  const std::vector<Published>& messages() const { return messages_; }

  // A configuration that understands it. Variants differ in nothing that comes out, but a message
  // read by another variant than the one in force when it came is misread.
  static PipelineConfiguration configuration(int variant = 0);

 private:
  Chance chance_;
  std::vector<std::int64_t> counters_;
  std::vector<Published> messages_;  // by MessageId
};

}  // namespace senne::simulation
