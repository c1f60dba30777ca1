#include "pipeline/shard.h"

#include <algorithm>
#include <array>

#include "core/check.h"
#include "pipeline/pipeline.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

// The log's keeper wakes the shard earlier; this is for the wake-up that is missed.
constexpr Duration sync_nap = 5ms;
// From so many records a commit on, the sink is fed while the batch still grows, so that the commit
// waits for its last part only.
constexpr std::size_t busy_records = 200;
constexpr int looks_when_busy = 4;  // in a commit interval
constexpr Duration make_room_every = 1s;

constexpr std::array<std::string_view, 8> phase_names = {
    "beginning", "reaching", "claiming", "restoring", "replaying", "owning", "running", "failed"};

}  // namespace

std::string_view name(Phase phase) { return phase_names[static_cast<std::size_t>(phase)]; }

Shard::Shard(Log& log, LogIdentity& identity, SinkFactory sinks, Output& output,
             ConfigurationSource& configurations, Id128 initial_configuration,
             SnapshotStore& snapshots, Quarantine& quarantine, const Clock& clock, Logger& logger,
             const ShardSettings& settings)
    : log_(log),
      identity_(identity),
      sinks_(std::move(sinks)),
      output_(output),
      configurations_(configurations),
      initial_configuration_(initial_configuration),
      snapshots_(snapshots),
      quarantine_(quarantine),
      clock_(clock),
      logger_(logger),
      settings_(settings),
      batch_(settings.commit_records, settings.commit_records_min, settings.commit_bytes) {
  message_times_.reserve(settings_.commit_records + poll_records);
}

Shard::~Shard() { output_.set_sink(nullptr); }

Duration Shard::waiting() const {
  const std::int64_t since = waiting_since_.load(std::memory_order_relaxed);
  return since < 0 ? Duration::zero() : clock_.monotonic() - Duration{since};
}

Duration Shard::do_work() {
  switch (phase_) {
    case Phase::beginning:
      return begin();
    case Phase::reaching:
      return reach();
    case Phase::claiming:
      return claim();
    case Phase::restoring:
      return restore();
    case Phase::replaying:
      return replay();
    case Phase::owning:
      return own();
    case Phase::running:
      return run();
    case Phase::failed:
      publish();
      return 1s;
  }
  SENNE_CHECK(false);
}

// The steady state: batches, each ended by a commit.

Duration Shard::run() {
  const Duration now = clock_.monotonic();
  if (!committing_) {
    if (!take_batch()) return fault_pause_;
    if (draining_.load(std::memory_order_relaxed) && position_ == committed_ && !output_.open()) {
      drained_ = committed_ == log_.end();
      publish();
    }
    if (!commit_due(now)) {
      if (caught_up_) make_room(now);
      return caught_up_ ? pause(now) : Duration::zero();
    }
    committing_ = true;
    publish();
    log_.request_sync(position_);
  }
  // Kafka must never know a position that a power cut could take back.
  if (log_.synced() < position_) return sync_nap;
  return commit();
}

bool Shard::take_batch() {
  const std::size_t limit = std::min(poll_records, batch_.records() - records_since_commit_);
  const auto records = log_.poll(position_, limit);
  if (!records) {
    fail_with(records.error());
    return false;
  }
  std::size_t taken = 0;
  for (const Record& record : *records) {
    if (!process(record)) return false;
    if (record.kind == RecordKind::message) message_times_.push_back(record.receive_time);
    ++taken;
    if (position_.value - committed_.value >= batch_.bytes()) break;
  }
  quarantine_.put_down();
  caught_up_ = taken == records->size() && taken < limit;
  records_since_commit_ += taken;
  if (!message_times_.empty()) {
    oldest_uncommitted_ = message_times_.front();
  } else if (caught_up_) {
    oldest_uncommitted_.reset();
  }
  return true;
}

// What waits for a sink that does not answer; its age is what an operator watches first.
void Shard::look_for_the_oldest() {
  if (!owned_ || oldest_uncommitted_) return;
  const auto records = log_.poll(committed_, poll_records);
  if (!records) return;
  for (const Record& record : *records) {
    if (record.kind != RecordKind::message) continue;
    oldest_uncommitted_ = record.receive_time;
    return publish();
  }
}

bool Shard::process(const Record& record) {
  in_hand_ = record.position;
  quarantine_.take(in_hand_);
  if (record.kind == RecordKind::message && quarantine_.holds(record.position)) {
    pipeline_->quarantine(record, output_);
  } else {
    pipeline_->process(record, output_);
  }
  if (pipeline_->failure()) {
    fail_with(*pipeline_->failure());
    return false;
  }
  position_ = record.next;
  last_receive_time_ = record.receive_time;
  if (output_.error()) {
    restart(*output_.error());
    return false;
  }
  return true;
}

bool Shard::commit_due(Duration now) const {
  if (position_ == committed_) return now - commit_time_ >= settings_.idle_commit_interval;
  if (records_since_commit_ >= batch_.records()) return true;
  if (position_.value - committed_.value >= batch_.bytes()) return true;
  if (!caught_up_) return false;
  if (draining_.load(std::memory_order_relaxed)) return true;
  const Duration interval =
      output_.open() ? settings_.commit_interval : settings_.quiet_commit_interval;
  return now - commit_time_ >= interval;
}

Duration Shard::pause(Duration now) const {
  // Nothing waits to be committed, and a record that comes meanwhile is committed at the next look.
  if (!output_.open()) return settings_.commit_interval;
  const Duration until_commit = commit_time_ + settings_.commit_interval - now;
  const Duration at_most =
      busy_ ? settings_.commit_interval / looks_when_busy : settings_.commit_interval;
  return std::clamp(until_commit, Duration{1ms}, std::max(at_most, Duration{1ms}));
}

Duration Shard::commit() {
  const Duration begun = clock_.monotonic();
  if (const auto done = ask([this] { return sink_->commit(position_, metadata()); }); !done) {
    return recover(done.error());
  }
  output_.committed();
  const Instant now = clock_.wall();
  for (const Instant received : message_times_) {
    counters_.end_to_end_latency.observe(now - received);
  }
  message_times_.clear();
  busy_ = records_since_commit_ >= busy_records;
  records_since_commit_ = 0;
  committing_ = false;
  failures_in_a_row_ = 0;
  batch_.committed();
  obstacle_.clear();
  note_commit(begun);
  save_snapshot_if_due(clock_.monotonic());
  log_.release(snapshots_.older_kept());
  return caught_up_ ? pause(clock_.monotonic()) : Duration::zero();
}

void Shard::note_commit(Duration begun) {
  committed_ = position_;
  oldest_uncommitted_.reset();
  if (!caught_up_ && committed_ < log_.end() && last_receive_time_ > Instant{}) {
    oldest_uncommitted_ = last_receive_time_;  // within a backlog: hardly older than the next one
  }
  commit_time_ = begun;
  counters_.committed.add();
  counters_.commit_duration.observe(clock_.monotonic() - begun);
  drained_ = draining_.load(std::memory_order_relaxed) && committed_ == log_.end();
  {
    // Of what is committed only: a batch that is lost must not have been counted.
    const std::lock_guard lock(figures_mutex_);
    pipeline_->figures(figures_.pipeline);
  }
  publish();
}

// The receiving side waits for the log to be below half.
bool Shard::pressed() const {
  return log_.end().value - log_.begin().value >= settings_.log_capacity_bytes / 2;
}

// A backlog is worked off, and nothing comes in until there is room: the log is released up to the
// older of two snapshots, so both must be of its end.
void Shard::make_room(Duration now) {
  if (position_ != committed_ || !pressed()) return;
  const bool due = snapshots_.older_kept() < committed_ && now - snapshot_time_ >= make_room_every;
  if (due && !snapshots_.busy()) save_snapshot(now);
  log_.release(snapshots_.older_kept());
}

void Shard::save_snapshot_if_due(Duration now) {
  if (committed_ == snapshot_position_) return;
  const bool due = pressed() ||
                   committed_.value - snapshot_position_.value >= settings_.snapshot_bytes ||
                   now - snapshot_time_ >= settings_.snapshot_interval;
  if (due && !snapshots_.busy()) save_snapshot(now);
}

void Shard::save_snapshot(Duration now) {
  Snapshot snapshot;
  snapshot.position = committed_;
  snapshot.journal = identity_.id();
  snapshot.configuration = pipeline_->configuration();
  pipeline_->snapshot(snapshot.state);
  snapshots_.save(std::move(snapshot));
  snapshot_position_ = committed_;
  snapshot_time_ = now;
}

// Where an adopted position is so far back, or so far ahead, that no snapshot leads to it.
Result<void> Shard::save_first_snapshot() {
  if (!kept_none_) return {};
  snapshots_.wait();
  committed_ = position_;
  save_snapshot(clock_.monotonic());
  snapshots_.wait();
  return snapshots_.status();
}

void Shard::on_close() {
  const bool clean = phase_ == Phase::running && position_ == committed_ && !output_.open();
  if (clean && committed_ != snapshot_position_) {
    snapshots_.wait();
    save_snapshot(clock_.monotonic());
    snapshots_.wait();
  }
  output_.set_sink(nullptr);
  sink_.reset();
}

CommitMetadata Shard::metadata() const {
  CommitMetadata metadata;
  metadata.journal = identity_.id();
  metadata.ledger = pipeline_->ledger().digest();
  metadata.predecessors = predecessors_;
  return metadata;
}

void Shard::enter(Phase phase, std::string obstacle) {
  quarantine_.put_down();
  phase_ = phase;
  obstacle_ = std::move(obstacle);
  publish();
}

void Shard::publish() {
  const std::unique_lock lock(figures_mutex_, std::try_to_lock);
  if (!lock) return;
  figures_.phase = phase_;
  figures_.obstacle = obstacle_;
  figures_.failure = failure_;
  figures_.drained = drained_;
  figures_.position = position_;
  figures_.committed = committed_;
  figures_.oldest_uncommitted = oldest_uncommitted_;
  figures_.owned = owned_;
}

ShardFigures Shard::figures() const {
  const std::lock_guard lock(figures_mutex_);
  return figures_;
}

}  // namespace senne::pipeline
