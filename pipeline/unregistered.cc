#include "pipeline/unregistered.h"

#include <algorithm>

#include "core/check.h"

namespace senne::pipeline {
namespace {

constexpr std::int64_t sweep_interval_s = 3600;

std::int64_t seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

}  // namespace

template <class Condition>
void UnregisteredDevices::forget_if(const Condition& condition) {
  absl::erase_if(devices_, [&](const auto& entry) {
    if (!condition(entry.second)) return false;
    shares_.give_back(entry.second.share);
    return true;
  });
}

void UnregisteredDevices::configure(const PipelineConfiguration& configuration) {
  std::vector<RouteCap> caps;
  providers_.clear();
  for (const Route& route : configuration.routes) {
    caps.push_back({route.name, route.limits.unregistered_devices});
    providers_.push_back(content_hash(provider_of(route, configuration)).low);
  }
  // First, so that their room is free.
  forget_if([&](const Device& device) {
    return std::find(providers_.begin(), providers_.end(), device.provider) == providers_.end();
  });
  shares_.configure(caps);
}

Admission UnregisteredDevices::admit(std::string_view id, RouteIndex route, Instant receive_time) {
  SENNE_CHECK(route.value < providers_.size());
  const std::uint64_t provider = providers_[route.value];
  const Id128 key = content_hash(id);
  if (const auto known = devices_.find(key); known != devices_.end()) {
    if (known->second.provider != provider) return Admission::of_another_provider;
    known->second.heard_s = short_seconds(receive_time);
    return Admission::yes;
  }
  if (shares_.full(route)) return Admission::over_cap;
  devices_.emplace(key, Device{provider, short_seconds(receive_time), shares_.take(route)});
  return Admission::yes;
}

void UnregisteredDevices::forget_idle(Instant tick, Duration horizon) {
  const std::int64_t now_s = seconds(tick);
  if (now_s < next_sweep_s_) return;
  next_sweep_s_ = now_s + sweep_interval_s;
  const std::uint32_t oldest_s = short_seconds(tick - horizon);
  forget_if([&](const Device& device) { return device.heard_s < oldest_s; });
}

void UnregisteredDevices::snapshot(std::string& bytes) const {
  ByteWriter writer(bytes);
  writer.put(next_sweep_s_);
  shares_.snapshot(writer);
  std::vector<Entry> entries;
  entries.reserve(devices_.size());
  for (const auto& [id, device] : devices_) entries.push_back({id, device});
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.id < b.id; });
  static_assert(std::has_unique_object_representations_v<Entry>);
  writer.put_slab(std::span<const Entry>(entries));
}

Result<void> UnregisteredDevices::restore(ByteReader& reader) {
  const auto damage = [] {
    return fail(ErrorKind::damage, "the list of unregistered devices contradicts itself");
  };
  devices_.clear();
  next_sweep_s_ = reader.get<std::int64_t>();
  if (!shares_.restore(reader)) return damage();
  std::vector<Entry> entries;
  reader.get_slab(entries);
  for (const Entry& entry : entries) {
    if (!shares_.recount(entry.device.share)) return damage();
    if (!devices_.emplace(entry.id, entry.device).second) return damage();
  }
  if (!reader.ok()) return fail(ErrorKind::damage, "the list of unregistered devices ends early");
  return {};
}

}  // namespace senne::pipeline
