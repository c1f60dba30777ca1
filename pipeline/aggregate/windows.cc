#include "pipeline/aggregate/windows.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/check.h"

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr Nanos idle_min = Duration{24h * 30}.count();
// Every datastream is asked at least once in so many ticks whether it is idle.
constexpr std::uint32_t sweep_ticks = 3600;

// What `plan_` holds beside indices of open windows.
constexpr std::uint32_t to_open = no_slot;
constexpr std::uint32_t to_miss = no_slot - 1;

Nanos checked_span(Duration span) {
  SENNE_CHECK(span.count() >= 0 && span.count() <= span_limit);
  return span.count();
}

}  // namespace

void Windows::configure(const std::vector<WindowDefinition>& definitions, Instant now,
                        const std::vector<RouteCaps>& routes) {
  constexpr std::uint16_t gone = 0xFFFF;
  SENNE_CHECK(definitions.size() + definitions_.size() < gone);
  std::vector<RouteCap> caps;
  open_windows_max_.clear();
  for (const RouteCaps& route : routes) {
    caps.push_back({route.route, route.datastreams});
    open_windows_max_.push_back(route.open_windows_per_datastream);
  }
  shares_.configure(caps);
  std::vector<Definition> next;
  std::vector<std::uint16_t> new_place(definitions_.size(), gone);
  for (const WindowDefinition& wanted : definitions) {
    SENNE_CHECK(wanted.length.count() > 0);
    Definition definition;
    definition.since = to_nanos(now);
    for (std::size_t old = 0; old < definitions_.size(); ++old) {
      const bool same = definitions_[old].name == wanted.name &&
                        definitions_[old].length == wanted.length.count();
      if (!same || new_place[old] != gone) continue;
      definition = definitions_[old];
      // One that was removed and comes back before the next tick goes on, but was away.
      if (definition.until < to_nanos(now)) definition.since = to_nanos(now);
      new_place[old] = static_cast<std::uint16_t>(next.size());
      break;
    }
    definition.name = wanted.name;
    definition.length = checked_span(wanted.length);
    definition.lateness = checked_span(wanted.lateness);
    definition.max_wait = checked_span(wanted.max_wait);
    definition.revise_for = checked_span(wanted.revise_for);
    definition.until = nanos_max;
    next.push_back(std::move(definition));
  }
  in_force_ = next.size();
  for (std::size_t old = 0; old < definitions_.size(); ++old) {
    if (new_place[old] != gone) continue;
    new_place[old] = static_cast<std::uint16_t>(next.size());
    next.push_back(definitions_[old]);
    if (!next.back().removed()) next.back().until = to_nanos(now);
  }
  rearrange(std::move(next), new_place);
  reschedule();
}

void Windows::set_origin(Instant first_receive_time) {
  if (has_origin_) return;
  has_origin_ = true;
  origin_ = to_nanos(first_receive_time);
}

void Windows::connected(Instant time) {
  last_connected_ = std::max(last_connected_, to_nanos(time));
}

Offer Windows::offer(std::string_view datastream, std::string_view property, std::string_view unit,
                     std::optional<Duration> interval, double value, Instant phenomenon_time,
                     Instant receive_time, RouteIndex route) {
  SENNE_CHECK(std::isfinite(value));
  Offer offer;
  if (in_force_ == 0) return offer;
  const Nanos phenomenon = to_nanos(phenomenon_time);
  const Nanos received = to_nanos(receive_time);
  offer.over_cap = true;
  if (!is_representable(phenomenon) || !is_representable(received)) return offer;

  // All caps are asked before anything changes.
  std::uint32_t id = datastreams_.find(datastream, property);
  SENNE_CHECK(route.value < open_windows_max_.size());
  const std::uint64_t open = id == no_slot ? 0 : datastreams_[id].open_windows;
  if (open + plan(id, phenomenon) > open_windows_max_[route.value]) return offer;
  if (id == no_slot) id = create_datastream(datastream, property, unit, route);
  if (id == no_slot) return offer;
  if (datastreams_.unit(datastreams_[id]) != unit && !datastreams_.set_unit(id, unit)) return offer;
  offer.over_cap = false;

  Datastream& stream = datastreams_[id];
  stream.watermark = std::max(stream.watermark, std::min(phenomenon, received));
  stream.last_received = std::max(stream.last_received, received);
  stream.interval = interval ? interval->count() : 0;
  watermark_ = std::max(watermark_, stream.watermark);
  for (std::size_t d = 0; d < in_force_; ++d) {
    WindowCounters& counters = definitions_[d].counters;
    ++counters.offered;
    if (plan_[d] == to_miss) {
      ++counters.missed;
      ++offer.missed;
    } else {
      ++counters.accumulated;
      const std::uint32_t window =
          plan_[d] == to_open ? open_window(id, d, slot_of(phenomenon, definitions_[d].length))
                              : plan_[d];
      open_[window].statistics.add(value);
      if (open_[window].emitted != 0) {
        open_[window].changed = 1;
        queue(window);
      }
    }
    if (stream.watermark >= track(id, d).ripe_at) queue_ripe(id, d);
  }
  return offer;
}

// Fills `plan_` with where each definition puts the reading and returns how many windows that
// opens.
std::uint64_t Windows::plan(std::uint32_t datastream, Nanos phenomenon) {
  std::uint64_t opens = 0;
  for (std::size_t d = 0; d < in_force_; ++d) {
    plan_[d] = to_open;
    if (datastream != no_slot) {
      const Track& windows = track(datastream, d);
      const std::int64_t slot = slot_of(phenomenon, definitions_[d].length);
      plan_[d] = find_window(windows, slot);
      if (plan_[d] == no_slot && windows.closed.contains(slot)) plan_[d] = to_miss;
    }
    if (plan_[d] == to_open) ++opens;
  }
  return opens;
}

std::uint32_t Windows::create_datastream(std::string_view name, std::string_view property,
                                         std::string_view unit, RouteIndex route) {
  if (shares_.full(route)) return no_slot;
  const std::uint32_t id = datastreams_.create(name, property, unit);
  if (id == no_slot) return no_slot;
  datastreams_[id].share = shares_.take(route);
  // A slot that is used again left its tracks empty.
  if (tracks_.size() < datastreams_.size() * definitions_.size()) {
    tracks_.resize(datastreams_.size() * definitions_.size());
  }
  return id;
}

std::uint32_t Windows::find_window(const Track& track, std::int64_t slot) const {
  std::uint32_t window = track.open;
  while (window != no_slot && open_[window].slot != slot) window = open_[window].next;
  return window;
}

std::uint32_t Windows::open_window(std::uint32_t datastream, std::size_t definition,
                                   std::int64_t slot) {
  const std::uint32_t id = open_.allocate();
  Track& windows = track(datastream, definition);
  OpenWindow& window = open_[id];
  window.slot = slot;
  window.datastream = datastream;
  window.definition = static_cast<std::uint16_t>(definition);
  window.next = windows.open;
  windows.open = id;
  ++datastreams_[datastream].open_windows;
  windows.ripe_at =
      std::min(windows.ripe_at, later(end(window), definitions_[definition].lateness));
  timers_.set(id, deadline(window));
  return id;
}

Nanos Windows::start(const OpenWindow& window) const {
  return window.slot * definitions_[window.definition].length;
}

Nanos Windows::end(const OpenWindow& window) const {
  return start(window) + definitions_[window.definition].length;
}

// When the window is emitted without watermark. Moves when MQTT connects again.
Nanos Windows::deadline(const OpenWindow& window) const {
  return later(std::max(end(window), last_connected_), definitions_[window.definition].max_wait);
}

void Windows::queue(std::uint32_t window) {
  OpenWindow& entry = open_[window];
  if (entry.queued != 0) return;
  entry.queued = 1;
  due_.push_back({end(entry), entry.datastream, entry.definition, window});
}

// Queues those whose end and lateness the watermark has passed, and notes when the next one is
// ripe.
void Windows::queue_ripe(std::uint32_t datastream, std::size_t definition) {
  Track& windows = track(datastream, definition);
  windows.ripe_at = nanos_max;
  for (std::uint32_t id = windows.open; id != no_slot; id = open_[id].next) {
    const OpenWindow& window = open_[id];
    if (window.emitted != 0 || window.queued != 0) continue;
    const Nanos ripe_at = later(end(window), definitions_[definition].lateness);
    if (datastreams_[datastream].watermark >= ripe_at) {
      queue(id);
    } else {
      windows.ripe_at = std::min(windows.ripe_at, ripe_at);
    }
  }
}

void Windows::tick(Instant time, Collector& out) {
  const Nanos now = to_nanos(time);
  queue_expired(now);
  if (!due_.empty()) {
    std::sort(due_.begin(), due_.end(), [](const Due& a, const Due& b) {
      return std::tie(a.end, a.datastream, a.definition) <
             std::tie(b.end, b.datastream, b.definition);
    });
    for (const Due& due : due_) settle(due.window, now, out);
    due_.clear();
  }
  if (in_force_ < definitions_.size()) drop_removed_definitions();
  forget_idle(now);
}

void Windows::queue_expired(Nanos now) {
  while (timers_.due(now)) {
    const std::uint32_t id = timers_.pop();
    const OpenWindow& window = open_[id];
    // The timer was set when the window opened; MQTT may have connected since.
    const Nanos expires = window.emitted != 0 ? window.final_after : deadline(window);
    if (expires > now) {
      timers_.set(id, expires);
    } else {
      queue(id);
    }
  }
}

void Windows::settle(std::uint32_t id, Nanos now, Collector& out) {
  OpenWindow& window = open_[id];
  const Definition& definition = definitions_[window.definition];
  const bool first = window.emitted == 0;
  if (first) {
    window.emitted = 1;
    window.final_after = definition.removed() ? now : later(now, definition.revise_for);
  }
  if (first || window.changed != 0) emit(window, now, out);
  window.changed = 0;
  window.queued = 0;
  if (definition.removed() || now >= window.final_after) {
    close(id);
    return;
  }
  if (first) {
    timers_.set(id, window.final_after);
    queue_ripe(window.datastream, window.definition);
  }
}

void Windows::emit(const OpenWindow& window, Nanos now, Collector& out) {
  const Definition& definition = definitions_[window.definition];
  const Datastream& datastream = datastreams_[window.datastream];
  WindowResultOf result;
  result.subject = datastreams_.name(datastream);
  result.property = datastreams_.property(datastream);
  result.unit = datastreams_.unit(datastream);
  result.window = definition.name;
  result.start = start(window);
  result.length = definition.length;
  result.interval = datastream.interval;
  result.revision = now;
  result.final_after = window.final_after;
  result.incomplete =
      result.start < std::max(origin_, definition.since) || end(window) > definition.until;
  result.statistics = window.statistics;
  ++results_.emitted;
  if (writer_.write(result, out) == Accepted::too_large) ++results_.too_large;
}

void Windows::close(std::uint32_t id) {
  const OpenWindow& window = open_[id];
  Track& windows = track(window.datastream, window.definition);
  std::uint32_t* link = &windows.open;
  while (*link != id) link = &open_[*link].next;
  *link = window.next;
  windows.closed.close(window.slot);
  --datastreams_[window.datastream].open_windows;
  timers_.remove(id);
  open_.release(id);
}

// A few datastreams a tick, so that a tick costs the same however many there are.
void Windows::forget_idle(Nanos now) {
  Nanos horizon = idle_min;
  for (const Definition& definition : definitions_) horizon = std::max(horizon, definition.length);
  const std::uint32_t slots = datastreams_.size();
  std::uint32_t asked = slots == 0 ? 0 : 1 + slots / sweep_ticks;
  for (; asked > 0; --asked) {
    if (sweep_ >= slots) sweep_ = 0;
    const std::uint32_t id = sweep_++;
    const Datastream& datastream = datastreams_[id];
    const bool idle = datastream.live != 0 && datastream.open_windows == 0 &&
                      later(datastream.last_received, horizon) <= now;
    if (!idle) continue;
    shares_.give_back(datastream.share);
    datastreams_.forget(id);
    for (std::size_t d = 0; d < definitions_.size(); ++d) track(id, d) = Track{};
  }
  datastreams_.compact_if_sparse();
}

void Windows::drop_removed_definitions() {
  std::vector<std::uint16_t> new_place;
  for (std::size_t d = 0; d < definitions_.size(); ++d) {
    new_place.push_back(static_cast<std::uint16_t>(d));
    if (!definitions_[d].removed()) continue;
    removed_account_.offered += definitions_[d].counters.offered;
    removed_account_.accumulated += definitions_[d].counters.accumulated;
    removed_account_.missed += definitions_[d].counters.missed;
  }
  std::vector<Definition> kept(definitions_.begin(),
                               definitions_.begin() + static_cast<std::ptrdiff_t>(in_force_));
  rearrange(std::move(kept), new_place);
}

// Puts `definitions` in place of those before, which go to their new place, or beyond the end: then
// they have no window open.
void Windows::rearrange(std::vector<Definition> definitions,
                        const std::vector<std::uint16_t>& new_place) {
  std::vector<Track> tracks(datastreams_.size() * definitions.size());
  for (std::uint32_t stream = 0; stream < datastreams_.size(); ++stream) {
    for (std::size_t d = 0; d < new_place.size(); ++d) {
      if (new_place[d] >= definitions.size()) continue;
      tracks[stream * definitions.size() + new_place[d]] = track(stream, d);
    }
  }
  for (std::uint32_t id = 0; id < open_.size(); ++id) {
    if (open_[id].live != 0) open_[id].definition = new_place[open_[id].definition];
  }
  tracks_ = std::move(tracks);
  definitions_ = std::move(definitions);
  plan_.assign(definitions_.size(), no_slot);
}

// Makes timers and queue anew from the state.
void Windows::reschedule() {
  timers_.clear();
  due_.clear();
  for (std::uint32_t id = 0; id < open_.size(); ++id) {
    OpenWindow& window = open_[id];
    if (window.live == 0) continue;
    window.queued = 0;
    timers_.set(id, window.emitted != 0 ? window.final_after : deadline(window));
    const bool removed = definitions_[window.definition].removed();
    if (removed || (window.emitted != 0 && window.changed != 0)) queue(id);
  }
  for (std::uint32_t stream = 0; stream < datastreams_.size(); ++stream) {
    for (std::size_t d = 0; d < definitions_.size(); ++d) queue_ripe(stream, d);
  }
}

std::vector<WindowAccount> Windows::accounts() const {
  std::vector<WindowAccount> accounts;
  for (std::size_t d = 0; d < in_force_; ++d) {
    accounts.push_back({definitions_[d].name, definitions_[d].counters});
  }
  return accounts;
}

std::optional<Instant> Windows::watermark() const {
  if (watermark_ == nanos_min) return std::nullopt;
  return instant_from_nanos(watermark_);
}

std::size_t Windows::bytes() const {
  return datastreams_.bytes() + tracks_.size() * sizeof(Track) + open_.bytes() + timers_.bytes() +
         due_.capacity() * sizeof(Due);
}

}  // namespace senne::pipeline
