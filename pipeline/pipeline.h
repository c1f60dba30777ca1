// From one record of the log to what leaves because of it: decode, normalise, deduplicate, aggregate, account.
//
// A deterministic function of the log and of the configurations that the log names.
//
// THREAD  the shard's.
// OWNS    all state that outlives a record; it is what a snapshot holds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/logging.h"
#include "core/operator.h"
#include "pipeline/ledger.h"

namespace senne::pipeline {

struct WindowAccount {
  std::string window;
  std::uint64_t offered = 0;  // = accumulated + missed
  std::uint64_t accumulated = 0;
  std::uint64_t missed = 0;
};

// A copy for others to look at.
struct PipelineFigures {
  std::vector<RouteAccount> routes;
  std::vector<WindowAccount> windows;
  Sequence last_sequence;
  std::uint64_t datastreams = 0;
  std::uint64_t open_windows = 0;
  std::uint64_t window_results = 0;  // emitted since the start, revisions included
  Duration watermark_lag{0};         // last tick - the slowest live datastream's watermark
};

class Pipeline final : public Operator {
 public:
  // `initial_configuration` is in force until the log names one. `log` identifies the log in ids of records that carry no
  // identity of their own.
  Pipeline(ConfigurationSource& configurations, Id128 initial_configuration, Id128 log, Logger& logger);
  ~Pipeline() override;

  void process(const Record& record, Collector& out) override;
  void tick(Instant time, Collector& out) override;
  void snapshot(std::string& bytes) const override;
  Result<void> restore(std::string_view bytes) override;

  // The configuration that the log named could not be loaded: the record was not applied, and nothing may go on.
  const std::optional<Error>& failure() const;

  const Ledger& ledger() const;
  Id128 configuration() const;
  void figures(PipelineFigures& into) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace senne::pipeline
