// Tumbling windows of every datastream: statistics by the time at which things were true, results
// at ticks, revised while late readings may still come.
//
// A window [start, start + length) is aligned to the epoch, UTC. Each datastream has a watermark of
// its own, the maximum over its readings of min(phenomenon time, receive time). A window's first
// result leaves at the first tick T at which
//   watermark >= end + lateness, or T >= max(end, last connected) + max_wait.
// From then on `final_after` = T + revise_for is fixed. A reading that comes later revises: the
// next tick emits again. At the first tick at or after `final_after` the window is closed, after a
// last revision if one is due: what was accepted is always reflected. (So where ticks were missing,
// a last revision may be dated after `final_after`.) Readings for a closed window are missed.
//
// The state is a function of the calls made: no hash order, no allocation order, no clock. The
// results of one tick leave ordered by window end, then datastream slot, then definition.
//
// THREAD  the shard's.
// FAILS   never on data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/operator.h"
#include "pipeline/aggregate/closed_windows.h"
#include "pipeline/aggregate/datastreams.h"
#include "pipeline/aggregate/timers.h"
#include "pipeline/aggregate/window_counters.h"
#include "pipeline/aggregate/window_result.h"
#include "pipeline/route_shares.h"

namespace senne::pipeline {

// What became of a reading.
struct Offer {
  std::uint32_t missed = 0;  // windows that were closed already: then the observation is LATE
  bool over_cap = false;     // no window took it and nothing was counted: dead letter `limit`
};

struct WindowAccount {
  std::string_view window;
  WindowCounters counters;
};

// Of one route.
struct RouteCaps {
  std::string_view route = {};
  std::uint64_t datastreams = 1'000'000;
  std::uint64_t open_windows_per_datastream = 64;
};

// Counts of results since the log began.
struct WindowResultCounters {
  std::uint64_t emitted = 0;    // results, revisions included
  std::uint64_t too_large = 0;  // of these, what the collector did not take
};

class Windows {
 public:
  Windows() = default;
  Windows(const Windows&) = delete;
  Windows& operator=(const Windows&) = delete;

  // The definitions from now on. One of the same name and length goes on with its windows and
  // counters; the others are new, and their windows that began before `now` are incomplete. Windows
  // of removed definitions emit what they have at the next tick; those that end after `now` are
  // incomplete. Names are unique; lengths positive, no span negative or over 36 years. `routes`:
  // the caps of each, by RouteIndex; left out, there is one.
  void configure(const std::vector<WindowDefinition>& definitions, Instant now,
                 const std::vector<RouteCaps>& routes = {RouteCaps{}});

  // Receive time of the log's first record: windows that began before are incomplete. Only the
  // first call counts.
  void set_origin(Instant first_receive_time);

  // MQTT was (re)connected: until `max_wait` from here the broker may still deliver what belongs
  // into open windows.
  void connected(Instant time);

  // Takes one reading into a window of each definition. `value` is finite; `unit` is the canonical
  // one of the property; `interval` is what the device is expected to keep between readings;
  // `route` brought it. Allocates nothing for a datastream with a window open.
  Offer offer(std::string_view datastream, std::string_view property, std::string_view unit,
              std::optional<Duration> interval, double value, Instant phenomenon_time,
              Instant receive_time, RouteIndex route = RouteIndex{0});

  // Whole seconds, strictly increasing. Everything that leaves, leaves here.
  void tick(Instant time, Collector& out);

  // Appends the state.
  void snapshot(std::string& bytes) const;
  // FAILS  damage when the bytes cannot be a state, version when another release wrote them; the
  //        state is then empty.
  Result<void> restore(std::string_view bytes);

  // Of the definitions in force, in their order.
  std::vector<WindowAccount> accounts() const;
  // Of all definitions that were removed.
  const WindowCounters& removed_account() const { return removed_account_; }
  const WindowResultCounters& results() const { return results_; }
  std::size_t open_windows() const { return open_.live(); }
  std::size_t datastreams() const { return datastreams_.live(); }
  // The most advanced of all watermarks; nothing before the first reading.
  std::optional<Instant> watermark() const;
  std::size_t bytes() const;  // of state, about

 private:
  struct Definition {
    std::string name;
    Nanos length = 0;
    Nanos lateness = 0;
    Nanos max_wait = 0;
    Nanos revise_for = 0;
    Nanos since = nanos_min;  // windows that began before were not seen whole
    Nanos until = nanos_max;  // nor were those that end later: it was removed then
    WindowCounters counters;

    // Emits at the next tick and is gone.
    bool removed() const { return until != nanos_max; }
  };

  struct OpenWindow {
    std::int64_t slot = 0;  // start / length
    Nanos final_after = 0;  // once emitted
    Accumulator statistics;
    std::uint32_t datastream = 0;
    std::uint32_t next = no_slot;  // of the same track
    std::uint16_t definition = 0;
    std::uint8_t live = 0;
    std::uint8_t emitted = 0;
    std::uint8_t changed = 0;  // since it was emitted
    std::uint8_t queued = 0;   // for the next tick
    std::uint8_t zero[2] = {};
  };

  // One datastream's windows of one definition.
  struct Track {
    ClosedWindows closed;
    Nanos ripe_at = nanos_max;  // the watermark at which the next window becomes ripe
    std::uint32_t open = no_slot;
    std::uint32_t zero = 0;
  };

  // A window that has something to emit, or to end, at the next tick.
  struct Due {
    Nanos end;
    std::uint32_t datastream;
    std::uint32_t definition;
    std::uint32_t window;
  };

  Track& track(std::uint32_t datastream, std::size_t definition) {
    return tracks_[datastream * definitions_.size() + definition];
  }
  Nanos start(const OpenWindow& window) const;
  Nanos end(const OpenWindow& window) const;
  Nanos deadline(const OpenWindow& window) const;

  std::uint32_t find_window(const Track& track, std::int64_t slot) const;
  std::uint64_t plan(std::uint32_t datastream, Nanos phenomenon);
  std::uint32_t create_datastream(std::string_view name, std::string_view property,
                                  std::string_view unit, RouteIndex route);
  std::uint32_t open_window(std::uint32_t datastream, std::size_t definition, std::int64_t slot);
  void queue(std::uint32_t window);
  void queue_ripe(std::uint32_t datastream, std::size_t definition);

  void queue_expired(Nanos now);
  void settle(std::uint32_t window, Nanos now, Collector& out);
  void emit(const OpenWindow& window, Nanos now, Collector& out);
  void close(std::uint32_t window);
  void forget_idle(Nanos now);

  void rearrange(std::vector<Definition> definitions, const std::vector<std::uint16_t>& new_place);
  void drop_removed_definitions();
  void reschedule();

  bool restore_definitions(ByteReader& reader);
  bool restore_state(ByteReader& reader);
  bool adopt_open_windows();
  bool adopt_track(std::uint32_t datastream, std::uint16_t definition, std::uint64_t& adopted);
  void clear();

  // State, in the snapshot.
  Nanos origin_ = nanos_min;
  bool has_origin_ = false;
  Nanos last_connected_ = nanos_min;
  Nanos watermark_ = nanos_min;
  RouteShares shares_;                           // of the datastreams
  std::vector<std::uint64_t> open_windows_max_;  // of a datastream, by route
  std::vector<Definition> definitions_;          // those in force, then the removed ones
  std::size_t in_force_ = 0;
  Datastreams datastreams_;
  std::vector<Track> tracks_;  // datastream-major, one a definition
  Slab<OpenWindow> open_;
  std::uint32_t sweep_ = 0;  // the datastream that is next asked whether it is idle
  WindowCounters removed_account_;
  WindowResultCounters results_;

  // Follows from the state.
  Timers timers_;  // of open windows: max_wait, then final_after
  std::vector<Due> due_;

  // Scratch.
  std::vector<std::uint32_t> plan_;  // by definition
  WindowResultWriter writer_;
};

}  // namespace senne::pipeline
