// Kafka as a simulated run has it: the memory cluster, behind a gate at which calls fail in every
// way that librdkafka knows, the process dies before and after each, and nothing passes for a
// process that is dead.
//
// THREAD  one.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sinks/memory_sink.h"
#include "tests/simulation/chance.h"

namespace senne::simulation {

class Cluster {
 public:
  Cluster(Chance chance, std::string owner);

  // The sinks of one process. `crash_point` is called before and after each call takes effect, and
  // says whether the process is still alive.
  SinkFactory sinks(std::function<bool()> crash_point);

  void set_away(bool away) { away_ = away; }
  // Of the calls from now on one in so many fails; zero: none.
  void fail_calls(std::uint64_t one_in) { fail_one_in_ = one_in; }
  // A failure ends the process for good: what only a new configuration or cluster repairs.
  void fail_fatally(bool also) { fatal_ = also; }

  void expire_transaction() { memory_->expire_transaction(owner_); }
  // As when offsets expire; what the operator knows it was.
  std::optional<Committed> forget_position();

  std::vector<sinks::MemoryRecord> records() const { return memory_->records(); }
  std::vector<sinks::MemoryRecord> records(Topic topic) const { return memory_->records(topic); }

 private:
  class Gate;
  // Lets the next call of this step fail, perhaps.
  void plan(sinks::SinkStep step);

  Chance chance_;
  const std::string owner_;
  std::shared_ptr<sinks::MemoryCluster> memory_ = sinks::MemoryCluster::create();
  bool away_ = false;
  bool fatal_ = false;
  std::uint64_t fail_one_in_ = 0;
};

}  // namespace senne::simulation
