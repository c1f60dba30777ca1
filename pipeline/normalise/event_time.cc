#include "pipeline/normalise/event_time.h"

namespace senne::normalise {

EventTime event_time(const SentTime& sent, Instant receive_time,
                     const PipelineConfiguration& configuration) {
  if (sent.malformed) return {receive_time, std::nullopt, true};
  if (!sent.start) return {receive_time, std::nullopt, false};
  const Instant oldest = receive_time - configuration.oldest_accepted;
  const Instant newest = receive_time + configuration.newest_accepted;
  const Instant last = sent.end.value_or(*sent.start);
  const bool plausible = *sent.start >= oldest && *sent.start <= last && last <= newest;
  if (!plausible) return {receive_time, std::nullopt, true};
  return {*sent.start, sent.end, false};
}

}  // namespace senne::normalise
