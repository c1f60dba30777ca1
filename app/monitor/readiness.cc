#include "app/monitor/readiness.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>

namespace senne::monitor {
namespace {

std::string whole_second_text(Instant instant) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixNanos(to_nanos(instant)),
                          absl::UTCTimeZone());
}

}  // namespace

Readiness::Readiness(const Clock& clock) : clock_(clock) {
  for (State& state : states_) state.since = clock.wall();
}

void Readiness::set(Condition condition, bool ok, std::string_view sentence) {
  const std::lock_guard lock(mutex_);
  State& state = states_[static_cast<std::size_t>(condition)];
  if (state.ok != ok) state.since = clock_.wall();
  state.ok = ok;
  state.sentence = sentence;
}

void Readiness::stop() {
  for (std::size_t i = 0; i < states_.size(); ++i)
    set(static_cast<Condition>(i), false, "stopping");
}

bool Readiness::ready() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(states_.begin(), states_.end(), [](const State& state) { return state.ok; });
}

std::string Readiness::verbose() const {
  const std::lock_guard lock(mutex_);
  std::string lines;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    lines += fmt::format("[{}] {}\n", states_[i].ok ? '+' : '-', text(i));
  }
  return lines;
}

std::string Readiness::obstacle() const {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].ok) return text(i);
  }
  return {};
}

std::string Readiness::text(std::size_t condition) const {
  const State& state = states_[condition];
  std::string text = fmt::format("{}: {}", condition_names[condition], state.sentence);
  if (!state.ok) text += fmt::format(", since {}", whole_second_text(state.since));
  return text;
}

}  // namespace senne::monitor
