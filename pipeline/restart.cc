#include "pipeline/restart.h"

#include <fmt/format.h>

namespace senne::pipeline {
namespace {

constexpr const char* remedy =
    "choose where to go on: senne journal adopt --from-start | --from POSITION | --discard";

Verdict resume(Position position) { return {Verdict::Kind::resume, position, {}, false}; }

Verdict refuse(std::string reason, bool about_position = false) {
  return {Verdict::Kind::refuse, {}, fmt::format("{}; {}", reason, remedy), about_position};
}

}  // namespace

Verdict judge_restart(const LogIdentity& log, const LogBounds& bounds,
                      const std::optional<Committed>& committed, const std::string& cluster_id) {
  if (const std::optional<Position> adopted = log.adopted()) {
    if (*adopted < bounds.begin || *adopted > bounds.end) {
      return refuse(
          fmt::format("the adopted position {} is outside the journal, which holds {} to {}",
                      adopted->value, bounds.begin.value, bounds.end.value));
    }
    return resume(*adopted);
  }
  if (log.has_committed() && log.cluster_id() != cluster_id) {
    return refuse(fmt::format("journal {} has committed to Kafka cluster {}, this is cluster {}",
                              to_hex(log.id()), log.cluster_id(), cluster_id));
  }
  if (committed && !committed->foreign.empty() && log.has_committed()) {
    return refuse(fmt::format("somebody has moved Kafka's position to {}: {}",
                              committed->position.value, committed->foreign));
  }
  const bool mine =
      committed && committed->foreign.empty() && committed->metadata.journal == log.id();
  if (!mine && log.has_committed()) {
    if (committed) {
      return {Verdict::Kind::taken_over,
              {},
              fmt::format("taken over: Kafka's position belongs to journal {}, this is journal {}; "
                          "its files are "
                          "kept for senne journal drain",
                          to_hex(committed->metadata.journal), to_hex(log.id())),
              false};
    }
    return refuse(
        fmt::format("journal {} has committed before, but Kafka has no position of it any more",
                    to_hex(log.id())),
        true);
  }
  // A journal that never committed takes over, from its own beginning, whatever another one left
  // behind.
  if (!mine) return resume(bounds.begin);

  const Position position = committed->position;
  if (position > bounds.end || position < bounds.begin) {
    return refuse(fmt::format("Kafka's position {} is outside the journal, which holds {} to {}",
                              position.value, bounds.begin.value, bounds.end.value),
                  true);
  }
  return resume(position);
}

}  // namespace senne::pipeline
