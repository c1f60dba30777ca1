// The state of windows as bytes. A snapshot that checks is still not trusted: every index in it is
// followed once before anything else follows it.
#include <fmt/format.h>

#include "pipeline/aggregate/windows.h"

namespace senne::pipeline {
namespace {

constexpr std::uint32_t format_version = 2;

}  // namespace

void Windows::snapshot(std::string& bytes) const {
  ByteWriter writer(bytes);
  writer.put(format_version);
  writer.put(origin_);
  writer.put(std::uint8_t{has_origin_});
  writer.put(last_connected_);
  writer.put(watermark_);
  shares_.snapshot(writer);
  writer.put_slab(std::span<const std::uint64_t>(open_windows_max_));
  writer.put(sweep_);
  writer.put(removed_account_);
  writer.put(results_);
  writer.put(static_cast<std::uint64_t>(definitions_.size()));
  for (const Definition& definition : definitions_) {
    writer.put_text(definition.name);
    for (const Nanos nanos : {definition.length, definition.lateness, definition.max_wait,
                              definition.revise_for, definition.since, definition.until}) {
      writer.put(nanos);
    }
    writer.put(definition.counters);
  }
  datastreams_.snapshot(writer);
  writer.put_slab(std::span<const Track>(tracks_));
  open_.snapshot(writer);
}

Result<void> Windows::restore(std::string_view bytes) {
  clear();
  ByteReader reader(bytes);
  const auto version = reader.get<std::uint32_t>();
  if (reader.ok() && version != format_version) {
    return fail(ErrorKind::version,
                fmt::format("window state of format {} is of another release; this one reads {}",
                            version, format_version));
  }
  if (!restore_state(reader) || !reader.at_end()) {
    clear();
    return fail(ErrorKind::damage, "window state contradicts itself");
  }
  reschedule();
  return {};
}

bool Windows::restore_state(ByteReader& reader) {
  origin_ = reader.get<Nanos>();
  has_origin_ = reader.get<std::uint8_t>() != 0;
  last_connected_ = reader.get<Nanos>();
  watermark_ = reader.get<Nanos>();
  if (!shares_.restore(reader)) return false;
  reader.get_slab(open_windows_max_);
  if (open_windows_max_.size() != shares_.routes()) return false;
  sweep_ = reader.get<std::uint32_t>();
  removed_account_ = reader.get<WindowCounters>();
  results_ = reader.get<WindowResultCounters>();
  if (!restore_definitions(reader) || !datastreams_.restore(reader)) return false;
  reader.get_slab(tracks_);
  if (!open_.restore(reader) || !reader.ok()) return false;
  return tracks_.size() == datastreams_.size() * definitions_.size() && adopt_open_windows();
}

bool Windows::restore_definitions(ByteReader& reader) {
  const auto count = reader.get<std::uint64_t>();
  if (count >= 0xFFFF) return false;
  const auto is_span = [](Nanos nanos) { return nanos >= 0 && nanos <= span_limit; };
  for (std::uint64_t i = 0; i < count; ++i) {
    Definition definition;
    definition.name = reader.get_text();
    definition.length = reader.get<Nanos>();
    definition.lateness = reader.get<Nanos>();
    definition.max_wait = reader.get<Nanos>();
    definition.revise_for = reader.get<Nanos>();
    definition.since = reader.get<Nanos>();
    definition.until = reader.get<Nanos>();
    definition.counters = reader.get<WindowCounters>();
    const bool spans = is_span(definition.length) && is_span(definition.lateness) &&
                       is_span(definition.max_wait) && is_span(definition.revise_for);
    if (!reader.ok() || !spans || definition.length == 0) return false;
    // Those in force come first.
    if (!definition.removed() && in_force_ != i) return false;
    in_force_ += definition.removed() ? 0 : 1;
    definitions_.push_back(std::move(definition));
  }
  plan_.assign(definitions_.size(), no_slot);
  return true;
}

// Every open window belongs to the one track that leads to it.
bool Windows::adopt_open_windows() {
  std::uint64_t adopted = 0;
  for (std::uint32_t stream = 0; stream < datastreams_.size(); ++stream) {
    const std::uint64_t before = adopted;
    for (std::size_t d = 0; d < definitions_.size(); ++d) {
      if (!adopt_track(stream, static_cast<std::uint16_t>(d), adopted)) return false;
    }
    const Datastream& datastream = datastreams_[stream];
    if (datastream.live == 0 && adopted != before) return false;
    if (datastream.live != 0 && !shares_.recount(datastream.share)) return false;
    if (datastream.live != 0 && datastream.open_windows != adopted - before) return false;
  }
  return adopted == open_.live();
}

bool Windows::adopt_track(std::uint32_t stream, std::uint16_t definition, std::uint64_t& adopted) {
  const Track& windows = track(stream, definition);
  if (!windows.closed.is_plausible()) return false;
  const Nanos length = definitions_[definition].length;
  // No window is in two tracks, as it names its own; within one, a circle shows in the count.
  for (std::uint32_t id = windows.open; id != no_slot; id = open_[id].next) {
    if (id >= open_.size() || adopted == open_.live()) return false;
    ++adopted;
    const OpenWindow& window = open_[id];
    const bool mine =
        window.live != 0 && window.datastream == stream && window.definition == definition;
    const bool in_time = window.slot >= -time_limit / length - 1 &&
                         window.slot <= time_limit / length && window.final_after > -time_limit;
    if (!mine || !in_time) return false;
  }
  return true;
}

void Windows::clear() {
  origin_ = nanos_min;
  has_origin_ = false;
  last_connected_ = nanos_min;
  watermark_ = nanos_min;
  shares_.clear();
  open_windows_max_.clear();
  definitions_.clear();
  in_force_ = 0;
  datastreams_.clear();
  tracks_.clear();
  open_.clear();
  sweep_ = 0;
  removed_account_ = {};
  results_ = {};
  timers_.clear();
  due_.clear();
  plan_.clear();
}

}  // namespace senne::pipeline
