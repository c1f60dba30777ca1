// Where a shard goes on: what the sink has committed, against what the log holds. One rule for a
// first start, a restart, an aborted transaction, a fenced producer and a power cut.
//
// THREAD  any; pure.
#pragma once

#include <optional>
#include <string>

#include "core/ids.h"
#include "core/result.h"
#include "core/sink.h"

namespace senne::pipeline {

// What a log notes about itself beside its records.
//
// THREAD  the shard's.
class LogIdentity {
 public:
  virtual ~LogIdentity() = default;
  virtual Id128 id() const = 0;
  // Whether a position of this log was ever committed, and to which cluster.
  virtual bool has_committed() const = 0;
  virtual std::string cluster_id() const = 0;
  // Durable on return.
  virtual Result<void> note_committed(const std::string& cluster_id) = 0;
  // A position that the operator chose by `senne journal adopt`; it overrules what is committed,
  // once.
  virtual std::optional<Position> adopted() const = 0;
  virtual Result<void> forget_adopted() = 0;
};

// What the log holds, every record of it checked when it was opened.
struct LogBounds {
  Position begin;
  Position end;
};

struct Verdict {
  enum class Kind {
    resume,      // go on at `position`
    taken_over,  // another journal has committed since: this one is the zombie and must not go on
    refuse,      // the two do not fit: an operator must decide
  };
  Kind kind = Kind::resume;
  Position position;
  std::string reason;  // for a person; empty when kind is resume
  // The refusal rests on the committed position alone. Before a claim that position may still be
  // the one before the last commit, so only after it such a refusal counts.
  bool about_position = false;
};

Verdict judge_restart(const LogIdentity& log, const LogBounds& bounds,
                      const std::optional<Committed>& committed, const std::string& cluster_id);

}  // namespace senne::pipeline
