#include "pipeline/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/check.h"
#include "pipeline/pipeline.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t poll_records = 1024;
// The log's keeper wakes the shard earlier; this is for the wake-up that is missed.
constexpr Duration sync_nap = 5ms;
// From so many records a commit on, the sink is fed while the batch still grows, so that the commit
// waits for its last part only.
constexpr std::size_t busy_records = 200;
constexpr int looks_when_busy = 4;  // in a commit interval
constexpr Duration make_room_every = 1s;
// Successful commits after which a batch may be twice as large again.
constexpr unsigned commits_to_double = 16;
constexpr unsigned halvings_max = 7;

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
      settings_(settings) {
  message_times_.reserve(settings_.commit_records + poll_records);
}

Shard::~Shard() { output_.set_sink(nullptr); }

template <class Call>
auto Shard::ask(Call call) {
  waiting_since_.store(clock_.monotonic().count(), std::memory_order_relaxed);
  auto answer = call();
  waiting_since_.store(-1, std::memory_order_relaxed);
  return answer;
}

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

// What the process before this one died of, before the same is tried again.
Duration Shard::begin() {
  const auto& death = quarantine_.death();
  if (!death) {
    enter(Phase::reaching, "reaching Kafka");
    return Duration::zero();
  }
  std::string what = fmt::format(
      "the process before this one ended within the record at position {}", death->position.value);
  if (death->times > 1) what += fmt::format(", the {} before it as well", death->times - 1);
  if (death->quarantined) what += "; that record is quarantined";
  logger_.write(Severity::warning, "ended_within_a_record", what,
                {{"position", death->position.value},
                 {"times", death->times},
                 {"quarantined", death->quarantined}});
  enter(Phase::reaching, std::move(what));
  return quarantine_.back_off();
}

// The restart path, in its fixed order. A zombie leaves in `reach`, before its claim could fence
// the rightful owner.

Duration Shard::reach() {
  look_for_the_oldest();
  if (!sink_) {
    sink_ = sinks_();
    // A process that is ended while it waits has not died of the record in hand.
    sink_->on_wait(
        [this](bool waiting) { waiting ? quarantine_.put_down() : quarantine_.take(in_hand_); });
  }
  const auto committed = ask([this] { return sink_->committed(); });
  if (!committed) return recover(committed.error());
  if (!judge(*committed, false)) return Duration::zero();
  enter(Phase::claiming, "claiming ownership of the position");
  return Duration::zero();
}

Duration Shard::claim() {
  if (const auto claimed = ask([this] { return sink_->claim(); }); !claimed) {
    return recover(claimed.error());
  }
  // Between the first look and the claim another owner may have committed once more.
  const auto committed = ask([this] { return sink_->committed(); });
  if (!committed) return recover(committed.error());
  if (!judge(*committed, true)) return Duration::zero();
  enter(Phase::restoring, "restoring the snapshot");
  return Duration::zero();
}

bool Shard::judge(const std::optional<Committed>& committed, bool owned) {
  const LogBounds bounds{log_.begin(), log_.end()};
  const Verdict verdict = judge_restart(identity_, bounds, committed, sink_->cluster_id());
  if (verdict.kind == Verdict::Kind::resume) {
    start_ = verdict.position;
    const bool mine = committed && committed->metadata.journal == identity_.id();
    committed_ledger_.reset();
    if (committed) note_predecessors(*committed, mine);
    if (mine && committed->position == start_) committed_ledger_ = committed->metadata.ledger;
    return true;
  }
  if (!owned && verdict.about_position) return true;
  fail_with({ErrorKind::mismatch, verdict.reason});
  return false;
}

// What a journal had committed when it was taken over: without this nobody would know later what it
// still owes.
void Shard::note_predecessors(const Committed& committed, bool mine) {
  predecessors_ = committed.metadata.predecessors;
  if (mine || !committed.foreign.empty()) return;
  predecessors_.insert(predecessors_.begin(), {committed.metadata.journal, committed.position});
  predecessors_.resize(std::min(predecessors_.size(), predecessors_max));
}

Duration Shard::restore() {
  output_.reset();
  output_.set_sink(nullptr);
  output_.take_limits(*sink_);
  pipeline_ = std::make_unique<Pipeline>(configurations_, initial_configuration_, identity_.id());
  if (pipeline_->failure()) return fail_with(*pipeline_->failure());
  if (auto ahead = snapshot_ahead()) return fail_with(*ahead);
  position_ = log_.begin();
  auto snapshot = snapshots_.load(start_, identity_.id());
  kept_none_ = !snapshot;
  if (snapshot) {
    if (auto restored = pipeline_->restore(snapshot->state); !restored) {
      return fail_with(restored.error());
    }
    position_ = snapshot->position;
    for (const std::string& passed_over : snapshot->passed_over) {
      logger_.write(Severity::warning, "snapshot_passed_over", passed_over);
    }
  } else if (snapshot.error().kind != ErrorKind::not_found) {
    return fail_with(snapshot.error());
  } else if (position_ > Position{} && identity_.adopted()) {
    logger_.write(Severity::warning, "state_lost",
                  "no snapshot at or before the adopted position: duplicates, windows and the "
                  "account begin anew",
                  {{"position", start_.value}, {"journal_begin", position_.value}});
  } else if (position_ > Position{}) {
    return fail_with({ErrorKind::mismatch,
                      fmt::format("no snapshot at or before position {}, and the journal begins at "
                                  "{}: the state in between is gone",
                                  start_.value, position_.value)});
  }
  if (position_ < log_.begin()) {
    return fail_with({ErrorKind::mismatch,
                      fmt::format("the snapshot is of position {}, but the journal begins at {}",
                                  position_.value, log_.begin().value)});
  }
  snapshot_position_ = position_;
  snapshot_time_ = clock_.monotonic();
  enter(Phase::replaying, "replaying the journal from the snapshot to the committed position");
  return Duration::zero();
}

// A snapshot is only ever taken of a position that was committed: if it is ahead, Kafka has lost
// commits.
std::optional<Error> Shard::snapshot_ahead() {
  if (identity_.adopted()) return std::nullopt;
  const auto snapshots = snapshots_.list();
  if (!snapshots) return snapshots.error();
  for (const SnapshotInfo& info : *snapshots) {
    if (info.error || info.journal != identity_.id() || info.position <= start_) continue;
    return Error{
        ErrorKind::mismatch,
        fmt::format(
            "Kafka's position {} is before that of snapshot {}, {}: Kafka has lost commits; "
            "choose where to go on: senne journal adopt --from-start | --from POSITION | "
            "--discard",
            start_.value, info.file, info.position.value)};
  }
  return std::nullopt;
}

Duration Shard::replay() {
  if (position_ < start_) {
    const auto records = log_.poll(position_, poll_records);
    if (!records) return fail_with(records.error());
    for (const Record& record : *records) {
      // Between the last record of a segment and the first of the next lies the seal.
      if (record.position == start_) position_ = start_;
      if (record.position >= start_) break;
      if (!process(record)) return fault_pause_;
    }
    quarantine_.put_down();
    if (records->empty() && start_ == log_.end()) position_ = start_;
    if ((records->empty() && position_ < start_) || position_ > start_) {
      return fail_with(
          {ErrorKind::mismatch,
           fmt::format("the committed position {} is not the end of a record", start_.value)});
    }
    if (position_ < start_) return Duration::zero();
  }
  if (committed_ledger_ && *committed_ledger_ != pipeline_->ledger().digest()) {
    logger_.write(Severity::warning, "replay_differs",
                  "the replay came to another account than the one committed; positions decide, "
                  "nothing is lost or sent twice",
                  {{"position", start_.value}});
  }
  enter(Phase::owning, "committing the position");
  return Duration::zero();
}

Duration Shard::own() {
  const Duration begun = clock_.monotonic();
  if (const auto owned = ask([this] { return sink_->commit(position_, metadata()); }); !owned) {
    return recover(owned.error());
  }
  // From here on a missing position means that somebody lost it, so this is noted before any
  // output.
  if (auto noted = identity_.note_committed(sink_->cluster_id()); !noted) {
    return fail_with(noted.error());
  }
  if (identity_.adopted()) {
    // From here on the position is one like any other, whose state must be found again.
    if (auto saved = save_first_snapshot(); !saved) {
      enter(Phase::owning, saved.error().message);
      return back_off();
    }
    if (auto forgotten = identity_.forget_adopted(); !forgotten)
      return fail_with(forgotten.error());
  }
  output_.set_sink(sink_.get());
  message_times_.clear();
  records_since_commit_ = 0;
  committing_ = false;
  caught_up_ = false;
  owned_ = true;
  note_commit(begun);
  enter(Phase::running, {});
  logger_.write(Severity::info, "shard_running", "the shard owns the position and is running",
                {{"position", position_.value}, {"journal_end", log_.end().value}});
  return Duration::zero();
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
  const std::size_t limit = std::min(poll_records, batch_records() - records_since_commit_);
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
    if (position_.value - committed_.value >= batch_bytes()) break;
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

std::size_t Shard::batch_records() const {
  return std::max(settings_.commit_records >> halvings_,
                  std::min(settings_.commit_records_min, settings_.commit_records));
}

std::uint64_t Shard::batch_bytes() const { return settings_.commit_bytes >> halvings_; }

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
  if (records_since_commit_ >= batch_records()) return true;
  if (position_.value - committed_.value >= batch_bytes()) return true;
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
  if (halvings_ > 0 && ++commits_in_a_row_ >= commits_to_double) {
    --halvings_;
    commits_in_a_row_ = 0;
  }
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

// Faults.

Duration Shard::recover(const SinkError& error) {
  return error.kind == SinkError::Kind::retry ? retry(error) : restart(error);
}

Duration Shard::retry(const SinkError& error) {
  logger_.write(
      Severity::warning, "sink_not_reached", error.message,
      {{"phase", name(phase_)}, {"failures_in_a_row", std::uint64_t{failures_in_a_row_}}});
  enter(phase_, error.message);
  return back_off();
}

Duration Shard::restart(SinkError error) {
  if (error.kind == SinkError::Kind::fatal) return fail_with({ErrorKind::failed, error.message});
  if (error.kind == SinkError::Kind::fenced) {
    counters_.fenced.add();
  } else {
    counters_.aborted.add();
  }
  logger_.write(Severity::warning, "shard_restarts", error.message,
                {{"phase", name(phase_)},
                 {"fenced", error.kind == SinkError::Kind::fenced},
                 {"committed", committed_.value}});
  // A batch that takes the sink longer than it gives a transaction fails for ever at its size.
  if (phase_ == Phase::running && records_since_commit_ > settings_.commit_records_min) {
    halvings_ = std::min(halvings_ + 1, halvings_max);
  }
  commits_in_a_row_ = 0;
  output_.reset();
  output_.set_sink(nullptr);
  sink_.reset();
  pipeline_.reset();
  committing_ = false;
  enter(Phase::reaching, std::move(error.message));
  return back_off();
}

Duration Shard::fail_with(Error error) {
  output_.reset();
  output_.set_sink(nullptr);
  failure_ = std::move(error);
  fault_pause_ = Duration::zero();
  enter(Phase::failed, failure_->message);
  return Duration::zero();
}

Duration Shard::back_off() {
  const unsigned doublings = std::min(failures_in_a_row_++, 16u);
  fault_pause_ =
      std::min<Duration>(settings_.back_off_min * (1 << doublings), settings_.back_off_max);
  return fault_pause_;
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
