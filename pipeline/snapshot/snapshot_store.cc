#include "pipeline/snapshot/snapshot_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace senne::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view prefix = "snapshot-";
constexpr std::size_t digits = 20;  // of 2^64: names sort as positions do
constexpr std::size_t kept_count = 2;
constexpr Duration idle = 100ms;

constexpr std::string_view copy = ".copy";

std::string file_name(Position position) { return fmt::format("{}{:020}", prefix, position.value); }

std::optional<Position> position_in(std::string_view name) {
  if (name.ends_with(copy)) name.remove_suffix(copy.size());
  if (name.size() != prefix.size() + digits || !name.starts_with(prefix)) return std::nullopt;
  Position position;
  const char* end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data() + prefix.size(), end, position.value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return position;
}

// What the file's name says against what it holds.
Result<Snapshot> read(Storage& storage, const std::string& name, Position position) {
  auto bytes = storage.read_whole(name);
  if (!bytes) return tl::unexpected(bytes.error());
  auto snapshot = decode_snapshot(std::move(*bytes), name);
  if (snapshot && snapshot->position != position) {
    return fail(ErrorKind::damage,
                fmt::format("{}: holds position {}", name, snapshot->position.value));
  }
  return snapshot;
}

}  // namespace

bool SnapshotStore::save(Snapshot&& snapshot) {
  if (pending_.load(std::memory_order_acquire)) return false;
  next_ = std::move(snapshot);
  pending_.store(true, std::memory_order_release);
  return true;
}

Duration SnapshotStore::do_work() {
  const std::scoped_lock lock(files_);
  if (!pending_.load(std::memory_order_acquire)) return idle;
  const auto outcome = write(std::move(next_));
  next_ = Snapshot{};
  {
    const std::scoped_lock status_lock(status_mutex_);
    last_error_ = outcome ? std::nullopt : std::optional<Error>(outcome.error());
  }
  if (outcome) written_.add();
  pending_.store(false, std::memory_order_release);
  return idle;
}

Result<void> SnapshotStore::write(Snapshot&& snapshot) {
  const Position position = snapshot.position;
  const std::string bytes = encode_snapshot(std::move(snapshot));
  std::string name = file_name(position);
  if (!kept_.empty() && kept_.front().file == name) name += copy;
  if (auto written = storage_.write_whole(name, bytes); !written) return written;
  std::vector<Kept> newest_first{{name, position}};
  for (const Kept& before : kept_) {
    if (before.position <= position && before.file != name) newest_first.push_back(before);
  }
  // What is removed must not be what a release counts on: first forget, then remove.
  keep(std::move(newest_first));
  return remove_all_but_kept();
}

void SnapshotStore::keep(std::vector<Kept> newest_first) {
  if (newest_first.size() > kept_count) newest_first.resize(kept_count);
  kept_ = std::move(newest_first);
  const std::uint64_t older = kept_.size() == kept_count ? kept_.back().position.value : 0;
  older_kept_.store(older, std::memory_order_relaxed);
}

Result<void> SnapshotStore::remove_all_but_kept() {
  auto names = storage_.list();
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    const bool is_kept = std::any_of(kept_.begin(), kept_.end(),
                                     [&name](const Kept& kept) { return kept.file == name; });
    if (is_kept || !position_in(name)) continue;
    if (auto removed = storage_.remove(name); !removed) return removed;
  }
  return {};
}

Result<LoadedSnapshot> SnapshotStore::load(Position at_most, Id128 journal) {
  const std::scoped_lock lock(files_);
  auto names = storage_.list();
  if (!names) return tl::unexpected(names.error());
  std::optional<LoadedSnapshot> newest;
  std::vector<std::string> passed_over;
  std::vector<Kept> good;
  std::optional<Error> damage;
  for (auto name = names->rbegin(); name != names->rend() && good.size() < kept_count; ++name) {
    const auto position = position_in(*name);
    if (!position) continue;
    if (*position > at_most) {
      passed_over.push_back(fmt::format("{}: beyond position {}", *name, at_most.value));
      continue;
    }
    auto snapshot = read(storage_, *name, *position);
    if (!snapshot) {
      if (snapshot.error().kind != ErrorKind::damage) return tl::unexpected(snapshot.error());
      if (!damage) damage = snapshot.error();
      passed_over.push_back(snapshot.error().message);
      continue;
    }
    if (snapshot->journal != journal) {
      passed_over.push_back(fmt::format("{}: of journal {}", *name, to_hex(snapshot->journal)));
      continue;
    }
    good.push_back({*name, *position});
    if (!newest) newest = LoadedSnapshot{{std::move(*snapshot)}, *name, passed_over};
  }
  keep(std::move(good));
  if (newest) return std::move(*newest);
  if (damage) return tl::unexpected(*damage);
  return fail(ErrorKind::not_found,
              fmt::format("no snapshot of journal {} at or before position {} in {}",
                          to_hex(journal), at_most.value, storage_.path()));
}

Result<std::vector<SnapshotInfo>> SnapshotStore::list() {
  const std::scoped_lock lock(files_);
  auto names = storage_.list();
  if (!names) return tl::unexpected(names.error());
  std::vector<SnapshotInfo> infos;
  for (const std::string& name : *names) {
    const auto position = position_in(name);
    if (!position) continue;
    SnapshotInfo info;
    info.file = name;
    info.position = *position;
    if (const auto snapshot = read(storage_, name, *position)) {
      info.bytes = snapshot->state.size();
      info.journal = snapshot->journal;
      info.configuration = snapshot->configuration;
    } else {
      info.error = snapshot.error();
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

Result<void> SnapshotStore::status() const {
  const std::scoped_lock lock(status_mutex_);
  if (last_error_) return tl::unexpected(*last_error_);
  return {};
}

}  // namespace senne::pipeline
