#include "pipeline/unregistered.h"

#include <algorithm>
#include <vector>

namespace senne::pipeline {
namespace {

constexpr std::int64_t sweep_interval_s = 3600;

struct Entry {
  Id128 device;
  std::int64_t heard_s;
};

std::int64_t seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

}  // namespace

bool UnregisteredDevices::admit(const std::string& route, Id128 device, std::size_t cap,
                                Instant receive_time) {
  Devices& devices = by_route_[route];
  const auto known = devices.find(device);
  if (known != devices.end()) {
    known->second = seconds(receive_time);
    return true;
  }
  if (devices.size() >= cap) return false;
  devices.emplace(device, seconds(receive_time));
  return true;
}

void UnregisteredDevices::forget_idle(Instant tick, Duration horizon) {
  const std::int64_t now_s = seconds(tick);
  if (now_s < next_sweep_s_) return;
  next_sweep_s_ = now_s + sweep_interval_s;
  const std::int64_t oldest_s = seconds(tick - horizon);
  for (auto& [route, devices] : by_route_) {
    absl::erase_if(devices, [&](const auto& entry) { return entry.second < oldest_s; });
  }
}

void UnregisteredDevices::snapshot(std::string& bytes) const {
  ByteWriter writer(bytes);
  writer.put(next_sweep_s_);
  writer.put(static_cast<std::uint64_t>(by_route_.size()));
  for (const auto& [route, devices] : by_route_) {
    std::vector<Entry> entries;
    entries.reserve(devices.size());
    for (const auto& [device, heard_s] : devices) entries.push_back({device, heard_s});
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.device < b.device; });
    writer.put_text(route);
    writer.put_slab(std::span<const Entry>(entries));
  }
}

Result<void> UnregisteredDevices::restore(ByteReader& reader) {
  by_route_.clear();
  next_sweep_s_ = reader.get<std::int64_t>();
  const auto routes = reader.get<std::uint64_t>();
  std::vector<Entry> entries;
  for (std::uint64_t i = 0; i < routes && reader.ok(); ++i) {
    const std::string route(reader.get_text());
    reader.get_slab(entries);
    Devices& devices = by_route_[route];
    for (const Entry& entry : entries) devices.emplace(entry.device, entry.heard_s);
  }
  if (!reader.ok()) return fail(ErrorKind::damage, "the list of unregistered devices ends early");
  return {};
}

}  // namespace senne::pipeline
