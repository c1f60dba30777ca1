// The collector that a shard owns: it encodes what the pipeline emits and hands it to the sink of
// the moment.
//
// THREAD  the shard's.
// FAILS   a failed begin or emit is remembered in `error`, and everything after it is dropped: the
// shard asks after each
//         record and takes the restart path.
#pragma once

#include <optional>

#include "core/operator.h"
#include "core/sink.h"

namespace senne {

class Output : public Collector {
 public:
  // Null mutes it: everything is encoded and measured, nothing is sent. Used while a replay
  // rebuilds the state.
  virtual void set_sink(Sink* sink) = 0;

  // The sink's size limits alone: a replay must find the same records too large as the first run.
  virtual void take_limits(const Sink& sink) = 0;

  // Whether a transaction was begun, which happens with the first emission of a batch.
  virtual bool open() const = 0;
  virtual const std::optional<SinkError>& error() const = 0;

  // The sink's commit succeeded: a new batch starts.
  virtual void committed() = 0;
  // The batch is lost.
  virtual void reset() = 0;
};

}  // namespace senne
