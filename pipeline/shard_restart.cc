// How a shard comes to run, and what it does about faults: every way of going on is the same
// restart, in its fixed order. The steady state is in shard.cc.
#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "pipeline/pipeline.h"
#include "pipeline/shard.h"

namespace senne::pipeline {

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
  batch_.failed(phase_ == Phase::running ? records_since_commit_ : 0);
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

}  // namespace senne::pipeline
