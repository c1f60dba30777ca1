#include "pipeline/device_states.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/check.h"
#include "pipeline/timestamps.h"

namespace senne::pipeline {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

// The number of that property; the first of several. Absent when there is none.
double number_of(const v1::ObservationCollection& collection, std::string_view property) {
  for (const v1::Observation& one : collection.observations()) {
    if (one.property() == property && one.has_number()) return one.number();
  }
  return absent;
}

void take(std::uint64_t& into, double number) {
  if (!std::isnan(number)) into = std::bit_cast<std::uint64_t>(number);
}

double number(std::uint64_t bits) { return std::bit_cast<double>(bits); }

}  // namespace

DeviceStates::DeviceStates(std::size_t devices_max) : devices_(devices_max) {}

void DeviceStates::configure(const PipelineConfiguration& configuration,
                             const normalise::DeviceRegistry& registry) {
  expected_.clear();
  for (const Device& device : configuration.devices) {
    if (!device.interval) continue;
    const normalise::DeviceRegistry::Entry* const entry = registry.find(device.id);
    SENNE_CHECK(entry != nullptr);
    expected_.push_back({entry->key, entry->id, *device.interval * intervals_silent});
  }
}

void DeviceStates::hear(const normalise::NormalisedReport& report, Instant receive_time) {
  State& state = devices_.hear(report.device_key, receive_time);
  const bool first = state.last_seen == 0;
  if (first) {
    state.battery = state.rssi = state.snr = std::bit_cast<std::uint64_t>(absent);
  }
  state.last_seen = to_nanos(receive_time);
  // What the device says of itself comes before what its network says of it.
  const auto take_either = [&](std::uint64_t& into, std::string_view property,
                               std::optional<double> network) {
    const double said = number_of(report.collection, property);
    take(into, std::isnan(said) ? network.value_or(absent) : said);
  };
  take_either(state.battery, "battery_level", report.link.battery);
  take_either(state.rssi, "rssi", report.link.rssi);
  take_either(state.snr, "snr", report.link.snr);
  const bool changed = state.presence != online;
  state.presence = online;
  const bool due = Duration{state.last_seen - state.emitted} >= refresh;
  if (changed || due) leave_at_next_tick(state, report);
}

void DeviceStates::lose(const normalise::NormalisedReport& report, bool not_born_again) {
  State* const state = devices_.find(report.device_key);
  if (state == nullptr || state->presence != online) return;
  state->presence = not_born_again ? unborn : gone;
  leave_at_next_tick(*state, report);
}

void DeviceStates::leave_at_next_tick(State& state, const normalise::NormalisedReport& report) {
  if (state.pending != 0) return;
  state.pending = 1;
  pending_.push_back({report.device_key, report.collection.device_id()});
}

void DeviceStates::tick(Instant time, Collector& out) {
  for (const Pending& pending : pending_) {
    State* const state = devices_.find(pending.key);
    // Forgotten meanwhile, for want of room, and perhaps heard again.
    if (state == nullptr || state->pending == 0) continue;
    state->pending = 0;
    emit(pending.key, pending.id, *state, time, out);
  }
  pending_.clear();
  const std::int64_t second = to_nanos(time) / std::nano::den;
  if (second - looked_s_ < look_every / std::chrono::seconds{1}) return;
  looked_s_ = second;
  look_for_the_silent(time, out);
}

void DeviceStates::look_for_the_silent(Instant time, Collector& out) {
  for (const Expected& expected : expected_) {
    State* const state = devices_.find(expected.key);
    if (state == nullptr || state->presence != online) continue;
    const Instant since = std::max(instant_from_nanos(state->last_seen), connected_);
    if (time - since <= expected.silence) continue;
    state->presence = silent;
    emit(expected.key, expected.id, *state, time, out);
  }
}

void DeviceStates::emit(Id128 key, std::string_view id, State& state, Instant time,
                        Collector& out) {
  state.emitted = to_nanos(time);
  message_.Clear();
  message_.set_device_id(id.data(), id.size());
  message_.set_state(state.presence == online ? v1::DeviceStatus::ONLINE
                                              : v1::DeviceStatus::OFFLINE);
  set_timestamp(*message_.mutable_last_seen(), instant_from_nanos(state.last_seen));
  if (!std::isnan(number(state.battery))) message_.set_battery(number(state.battery));
  if (!std::isnan(number(state.rssi))) message_.mutable_link()->set_rssi(number(state.rssi));
  if (!std::isnan(number(state.snr))) message_.mutable_link()->set_snr(number(state.snr));
  if (state.presence == silent) message_.set_reason("silent for more than 3 of its intervals");
  if (state.presence == gone) message_.set_reason("its death was announced");
  if (state.presence == unborn) message_.set_reason("its node was born again, so far without it");

  struct {
    Id128 device;
    std::int64_t time;
    std::int64_t zero;
  } const name{key, state.emitted, 0};
  out.device({.key = id,
              .id = content_hash({reinterpret_cast<const char*>(&name), sizeof name}),
              .time = time,
              .traceparent = {}},
             message_);
}

void DeviceStates::snapshot(std::string& bytes) const {
  ByteWriter writer(bytes);
  devices_.snapshot(writer);
  writer.put(connected_);
  writer.put(looked_s_);
  writer.put(static_cast<std::uint64_t>(pending_.size()));
  for (const Pending& pending : pending_) {
    writer.put(pending.key);
    writer.put_text(pending.id);
  }
}

bool DeviceStates::restore(ByteReader& reader) {
  pending_.clear();
  const bool sound = devices_.restore(reader);
  connected_ = reader.get<Instant>();
  looked_s_ = reader.get<std::int64_t>();
  const auto count = reader.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const auto key = reader.get<Id128>();
    pending_.push_back({key, std::string(reader.get_text())});
  }
  if (sound && reader.ok()) return true;
  devices_.clear();
  pending_.clear();
  return false;
}

}  // namespace senne::pipeline
