// Which devices are heard, and how well: what leaves as DeviceStatus.
//
// A device is ONLINE from its first report. It is OFFLINE when the registry expects it at an
// interval and it has been silent for more than three of them, while the broker could have
// delivered: the time begins at the last connection. It is OFFLINE too when a message says that it
// is gone, whoever expects it, until it is heard again; else one that nobody expects never is. What
// leaves, leaves at ticks: every change of state at the next one, and else, with what battery and
// link have become, at most once in ten minutes and only if the device was heard since.
//
// Every report counts, also one that is a duplicate, and every sign of life: it shows that the
// device lives.
//
// THREAD  the shard's.
// OWNS    its state, 80 bytes a device, `devices_max` at most: over it the device that was silent
//         longest is forgotten.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/configuration.h"
#include "core/operator.h"
#include "pipeline/heard_table.h"
#include "pipeline/normalise/normalised_report.h"
#include "pipeline/normalise/registry.h"
#include "senne/v1/device.pb.h"

namespace senne::pipeline {

class DeviceStates {
 public:
  static constexpr Duration refresh = std::chrono::minutes{10};
  static constexpr int intervals_silent = 3;
  static constexpr Duration look_every = std::chrono::seconds{10};

  explicit DeviceStates(std::size_t devices_max = 1'000'000);

  // Whom the registry expects from now on; it must outlive this or the next call.
  void configure(const PipelineConfiguration& configuration,
                 const normalise::DeviceRegistry& registry);

  void connected(Instant time) { connected_ = time; }
  void hear(const normalise::NormalisedReport& report, Instant receive_time);
  // A message says that the device is gone. Of one that was never heard there is nothing to say.
  // `not_born_again`: because what it hangs on began anew, so far without it.
  void lose(const normalise::NormalisedReport& report, bool not_born_again = false);

  // Whole seconds, strictly increasing.
  void tick(Instant time, Collector& out);
  void forget_idle(Instant tick, Duration horizon) { devices_.forget_idle(tick, horizon); }

  std::size_t devices() const { return devices_.size(); }

  void snapshot(std::string& bytes) const;
  // False when the bytes cannot be a state; it is empty then.
  bool restore(ByteReader& reader);

 private:
  enum Presence : std::uint32_t { silent, online, gone, unborn };

  // What is known of a device. Numbers as their bits; absent ones are NaN.
  struct State {
    std::int64_t last_seen = 0;  // ns
    std::int64_t emitted = 0;    // ns, when a status left last
    std::uint64_t battery = 0;
    std::uint64_t rssi = 0;
    std::uint64_t snr = 0;
    std::uint32_t presence = silent;
    std::uint32_t pending = 0;  // it stands in pending_
  };
  struct Expected {
    Id128 key;
    std::string_view id;
    Duration silence;
  };
  struct Pending {
    Id128 key;
    std::string id;
  };

  void leave_at_next_tick(State& state, const normalise::NormalisedReport& report);
  void look_for_the_silent(Instant time, Collector& out);
  void emit(Id128 key, std::string_view id, State& state, Instant time, Collector& out);

  HeardTable<State> devices_;
  std::vector<Pending> pending_;  // in the order in which they were heard
  Instant connected_;
  std::int64_t looked_s_ = 0;

  std::vector<Expected> expected_;  // in the registry's order
  v1::DeviceStatus message_;
};

}  // namespace senne::pipeline
