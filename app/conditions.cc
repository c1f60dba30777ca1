#include "app/conditions.h"

#include <fmt/format.h>

namespace senne::app {
namespace {

using monitor::Condition;
using namespace std::chrono_literals;

constexpr Duration clock_parted_max = 60s;
constexpr Duration sink_patience = 3s;  // a commit takes milliseconds

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void judge_kafka(const Look& look, monitor::Readiness& readiness) {
  const bool running = look.phase == pipeline::Phase::running;
  const bool answering = look.waiting < sink_patience;
  const bool met = running && look.obstacle.empty() && answering;
  readiness.set(Condition::kafka, met,
                met         ? "committing"
                : answering ? look.obstacle
                            : fmt::format("no answer for {:.0f} s while {}", seconds(look.waiting),
                                          running ? "committing" : pipeline::name(look.phase)));
}

void judge_mqtt(const Look& look, monitor::Readiness& readiness) {
  const bool connected = look.session == ingest::SessionState::connected;
  readiness.set(Condition::mqtt, connected,
                connected               ? "connected to broker"
                : !look.trouble.empty() ? std::string_view(look.trouble)
                : !look.admitted        ? "stays away until the position in Kafka is owned"
                                        : name(look.session));
}

void judge_journal(const Look& look, monitor::Readiness& readiness) {
  const bool room = look.journal_used_bytes < look.journal_capacity_bytes;
  readiness.set(
      Condition::journal, room && !look.disk_full,
      fmt::format("{} of {} bytes used{}", look.journal_used_bytes, look.journal_capacity_bytes,
                  look.disk_full ? ": the disk of data_dir is full, the broker keeps what comes"
                  : room         ? ""
                                 : ": full, the broker keeps what comes"));
}

}  // namespace

Look look_at(const pipeline::Shard& shard, const ingest::Session& session,
             const ingest::Journal& journal, bool admitted) {
  const pipeline::ShardFigures figures = shard.figures();
  return {.phase = figures.phase,
          .obstacle = figures.obstacle,
          .failed = figures.failure.has_value(),
          .waiting = shard.waiting(),
          .session = session.state(),
          .trouble = session.trouble(),
          .admitted = admitted,
          .journal_used_bytes = journal.used_bytes(),
          .journal_capacity_bytes = journal.capacity_bytes(),
          .disk_full = journal.disk_full(),
          .clock_parted = journal.clock_parted()};
}

void judge(const Look& look, monitor::Readiness& readiness) {
  judge_kafka(look, readiness);
  const bool running = look.phase == pipeline::Phase::running;
  readiness.set(Condition::shard, running && !look.failed, pipeline::name(look.phase));
  judge_mqtt(look, readiness);
  judge_journal(look, readiness);
  const bool together =
      look.clock_parted < clock_parted_max && look.clock_parted > -clock_parted_max;
  readiness.set(
      Condition::clock, together,
      together ? "wall clock as expected"
               : fmt::format("the wall clock has stepped by {:.0f} s", seconds(look.clock_parted)));
}

}  // namespace senne::app
