// The one thread that turns the log into committed results: it reads records, runs the pipeline
// over them, and commits what came out together with the position. Every way of going on after a
// fault is the same restart.
//
// THREAD  `do_work` and `on_close` from one thread (the runner's, or a test's); `figures`,
//         `begin_drain` from any.
// OWNS    the pipeline, the sink of the moment; nothing of the log.
// FAILS   by `figures().failure`, after which `do_work` does nothing: taken over, a position that
//         does not fit, damage.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/agent.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/logging.h"
#include "core/metrics.h"
#include "core/output.h"
#include "pipeline/batch_limits.h"
#include "pipeline/figures.h"
#include "pipeline/quarantine.h"
#include "pipeline/restart.h"
#include "pipeline/snapshot/snapshot_store.h"

namespace senne::pipeline {

class Pipeline;

struct ShardSettings {
  Duration commit_interval = std::chrono::milliseconds{100};
  Duration quiet_commit_interval = std::chrono::seconds{10};  // batches without output
  Duration idle_commit_interval = std::chrono::minutes{10};   // nothing at all: offsets expire
  std::size_t commit_records = 50'000;                        // in catch-up
  std::uint64_t commit_bytes = 16ull << 20;                   // of log, in catch-up
  std::size_t commit_records_min = 500;         // however often a batch failed: see batch_limits.h
  std::uint64_t snapshot_bytes = 256ull << 20;  // of log since the last snapshot
  Duration snapshot_interval = std::chrono::minutes{5};
  std::uint64_t log_capacity_bytes =
      8ull << 30;  // above half of it, every commit is followed by a snapshot
  Duration back_off_min = std::chrono::milliseconds{100};
  Duration back_off_max = std::chrono::seconds{30};
};

enum class Phase : std::uint8_t {
  beginning,
  reaching,
  claiming,
  restoring,
  replaying,
  owning,
  running,
  failed
};
std::string_view name(Phase phase);

// What others may know of a shard; a copy, at most one batch old.
struct ShardFigures {
  Phase phase = Phase::reaching;
  std::string obstacle;          // why it is not running; empty when it is
  std::optional<Error> failure;  // it will not go on
  bool drained = false;          // after begin_drain: everything in the log is committed
  Position position;
  Position committed;
  // Receive time of the first message that is not committed, as far as the shard has looked.
  std::optional<Instant> oldest_uncommitted;
  // It was running once, so that what follows is the account at `committed`; before that it is what
  // the last snapshot knew.
  bool owned = false;
  PipelineFigures pipeline;
};

// Written by the shard, read at scrape.
struct ShardCounters {
  Counter committed;
  Counter aborted;
  Counter fenced;
  DurationHistogram commit_duration;
  DurationHistogram end_to_end_latency;  // from receive time to commit
};

class Shard final : public Agent {
 public:
  // All references must outlive the shard. `initial_configuration` is in force until the log names
  // one.
  Shard(Log& log, LogIdentity& identity, SinkFactory sinks, Output& output,
        ConfigurationSource& configurations, Id128 initial_configuration, SnapshotStore& snapshots,
        Quarantine& quarantine, const Clock& clock, Logger& logger, const ShardSettings& settings);
  ~Shard() override;

  Duration do_work() override;
  // Takes a last snapshot when everything processed is committed, so that the next start replays
  // nothing.
  void on_close() override;

  // From now on `drained` is reported once the end of the log is committed. No more appends may
  // come after this.
  void begin_drain() { draining_.store(true, std::memory_order_relaxed); }

  // What the account was when the last process ended, until a better one is known. Before any
  // thread runs.
  void show(const PipelineFigures& account) { figures_.pipeline = account; }

  ShardFigures figures() const;
  // How long the shard has been waiting for the sink to answer; zero when it is not.
  Duration waiting() const;
  const ShardCounters& counters() const { return counters_; }

 private:
  static constexpr std::size_t poll_records = 1024;

  Duration begin();
  Duration reach();
  Duration claim();
  Duration restore();
  Duration replay();
  Duration own();
  Duration run();
  Duration commit();

  // A call of the sink, which may block; others see that it does.
  template <class Call>
  auto ask(Call call);

  // False when the phase was left because of an error.
  bool take_batch();
  bool process(const Record& record);
  bool commit_due(Duration now) const;
  Duration pause(Duration now) const;
  void note_commit(Duration begun);
  void look_for_the_oldest();
  bool pressed() const;
  void make_room(Duration now);
  void save_snapshot_if_due(Duration now);
  void save_snapshot(Duration now);
  Result<void> save_first_snapshot();
  CommitMetadata metadata() const;

  // The judgement of what is committed, before the claim and after it; false when the shard failed.
  bool judge(const std::optional<Committed>& committed, bool owned);
  void note_predecessors(const Committed& committed, bool mine);
  std::optional<Error> snapshot_ahead();
  // By the error's kind: the same call again, or the restart path.
  // By value: the error may lie in the output or the sink, which a restart clears.
  Duration recover(const SinkError& error);
  Duration retry(const SinkError& error);
  Duration restart(SinkError error);
  Duration fail_with(Error error);
  Duration back_off();
  void enter(Phase phase, std::string obstacle);
  void publish();

  Log& log_;
  LogIdentity& identity_;
  SinkFactory sinks_;
  Output& output_;
  ConfigurationSource& configurations_;
  const Id128 initial_configuration_;
  SnapshotStore& snapshots_;
  Quarantine& quarantine_;
  const Clock& clock_;
  Logger& logger_;
  const ShardSettings settings_;

  Phase phase_ = Phase::beginning;
  std::string obstacle_;
  std::optional<Error> failure_;
  unsigned failures_in_a_row_ = 0;
  Duration fault_pause_{0};  // how long to wait after the last fault

  std::unique_ptr<Sink> sink_;
  std::unique_ptr<Pipeline> pipeline_;
  Position start_;     // where processing with output begins
  Position position_;  // of the next record
  Position in_hand_;   // the record that is worked off
  Position committed_;
  std::optional<std::uint64_t> committed_ledger_;  // digest to compare with after a replay
  std::vector<Predecessor> predecessors_;          // whom this journal took over from
  Position snapshot_position_;
  Duration snapshot_time_{0};
  Duration commit_time_{0};  // when the last commit began
  bool caught_up_ = false;
  bool busy_ = false;  // the last commit held many records
  bool owned_ = false;
  bool kept_none_ = false;  // no snapshot reached back to where it began
  BatchLimits batch_;
  bool committing_ = false;  // waiting for the log to be synced, or for a retry
  std::size_t records_since_commit_ = 0;
  std::vector<Instant> message_times_;  // receive times since the last commit
  Instant last_receive_time_;
  std::optional<Instant> oldest_uncommitted_;

  std::atomic<bool> draining_{false};  // relaxed: it only asks for something
  bool drained_ = false;

  // While a call of the sink lasts: since when, monotonic; else -1. Relaxed: it is only looked at.
  std::atomic<std::int64_t> waiting_since_{-1};
  ShardCounters counters_;
  mutable std::mutex figures_mutex_;  // between commits the shard only tries it
  ShardFigures figures_;
};

template <class Call>
auto Shard::ask(Call call) {
  waiting_since_.store(clock_.monotonic().count(), std::memory_order_relaxed);
  auto answer = call();
  waiting_since_.store(-1, std::memory_order_relaxed);
  return answer;
}

}  // namespace senne::pipeline
