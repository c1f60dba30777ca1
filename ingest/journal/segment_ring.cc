#include "ingest/journal/segment_ring.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/check.h"

namespace senne::ingest {
namespace {

// Spares kept beyond the reserve: enough that a steady stream creates no files.
constexpr std::size_t spares_beyond_reserve = 2;

std::uint64_t divided_up(std::uint64_t bytes, std::uint64_t by) { return (bytes + by - 1) / by; }

std::size_t slots_for(const RingSettings& settings, std::size_t segments) {
  const std::uint64_t each = settings.segment_bytes - segment_overhead_bytes;
  const std::uint64_t in_use = divided_up(settings.max_bytes + settings.reserve_bytes, each);
  // Beside those in use: the open one, the one ahead, and what is released but not recycled yet.
  return std::bit_ceil(static_cast<std::size_t>(in_use) * 2 + segments + 4);
}

}  // namespace

void wipe(std::span<std::byte> bytes) {
  constexpr std::size_t page = 4096;
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(page, bytes.size()));
    // Looked at first: a write would make the page dirty and have it written out for nothing.
    const bool clean = part.front() == std::byte{0} &&
                       std::memcmp(part.data(), part.data() + 1, part.size() - 1) == 0;
    if (!clean) std::memset(part.data(), 0, part.size());
    bytes = bytes.subspan(part.size());
  }
}

SegmentRing::SegmentRing(Storage& storage, const RingSettings& settings,
                         std::vector<std::unique_ptr<Segment>> segments)
    : storage_(storage),
      settings_(settings),
      reserve_count_(static_cast<std::size_t>(
          divided_up(settings.reserve_bytes, settings.segment_bytes - segment_overhead_bytes))),
      slots_(slots_for(settings, segments.size())) {
  if (segments.empty()) return;
  // Relaxed: no other thread is there yet.
  oldest_.store(segments.front()->number(), std::memory_order_relaxed);
  for (auto& segment : segments) publish(std::move(segment));
}

Segment* SegmentRing::find(std::uint64_t number) const {
  const Slot& slot = slot_of(number);
  // Acquire: pairs with `publish`; who finds the number finds the segment, mapped and zeroed. The
  // number is compared before the segment is touched: another one in this slot may be on its way
  // out at this moment.
  if (slot.number.load(std::memory_order_acquire) != number) return nullptr;
  return slot.segment.get();
}

void SegmentRing::publish(std::unique_ptr<Segment> segment) {
  Slot& slot = slot_of(segment->number());
  SENNE_CHECK(slot.segment == nullptr);
  slot.segment = std::move(segment);
  // Relaxed: written and read under `mutex_` once threads run.
  newest_.store(slot.segment->number(), std::memory_order_relaxed);
  // Release: pairs with `find`.
  slot.number.store(slot.segment->number(), std::memory_order_release);
}

Result<void> SegmentRing::take_in(const std::string& name, std::string_view suffix) {
  auto file = storage_.open_mapped(name);
  if (!file || (*file)->bytes().size() != settings_.segment_bytes) {
    // Of another size, or a broken one: it holds nothing.
    return storage_.remove(name);
  }
  wipe((*file)->bytes());
  if (auto synced = (*file)->sync(); !synced) return synced;
  if (suffix == spare_suffix) {
    spares_.push_back(Spare{name, std::move(*file)});
    return {};
  }
  return put_by(std::move(*file), name);
}

Result<void> SegmentRing::fill_reserve() {
  const auto names = storage_.list();
  if (!names) return tl::unexpected(names.error());
  for (const std::string_view suffix : {spare_suffix, released_suffix}) {
    for (const std::string& name : *names) {
      if (const auto number = number_in_name(name, suffix))
        spare_names_ = std::max(spare_names_, *number + 1);
    }
  }
  for (const std::string_view suffix : {spare_suffix, released_suffix}) {
    for (const std::string& name : *names) {
      if (!number_in_name(name, suffix)) continue;
      if (auto taken = take_in(name, suffix); !taken) return taken;
    }
  }
  return refill();
}

Result<SegmentRing::Spare> SegmentRing::create_spare() {
  Spare spare{numbered_name(spare_names_, spare_suffix), nullptr};
  auto file = storage_.create_mapped(spare.name, settings_.segment_bytes);
  if (!file) return tl::unexpected(file.error());
  ++spare_names_;
  spare.file = std::move(*file);
  return spare;
}

void SegmentRing::note_space() {
  // Relaxed: a hint to the writer; nothing is read through it.
  if (spares_.size() >= reserve_count_) short_of_space_.store(false, std::memory_order_relaxed);
}

Result<void> SegmentRing::refill() {
  const std::lock_guard lock(mutex_);
  while (spares_.size() < reserve_count_) {
    const std::uint64_t held =
        newest_.load(std::memory_order_relaxed) + 1 - oldest_.load(std::memory_order_relaxed);
    // What the stream took from the reserve comes back when it shrinks.
    if (held * settings_.segment_bytes > settings_.max_bytes && !short_of_space()) break;
    auto spare = create_spare();
    if (!spare && spare.error().kind == ErrorKind::no_space)
      short_of_space_.store(true, std::memory_order_relaxed);
    if (!spare) return tl::unexpected(spare.error());
    spares_.push_back(std::move(*spare));
  }
  note_space();
  return {};
}

Result<SegmentRing::Spare> SegmentRing::choose_spare() {
  const auto last = [this] {
    Spare spare = std::move(spares_.back());
    spares_.pop_back();
    return spare;
  };
  if (spares_.size() > reserve_count_) return last();
  const std::uint64_t held =
      newest_.load(std::memory_order_relaxed) + 1 - oldest_.load(std::memory_order_relaxed);
  const bool over_size = held * settings_.segment_bytes > settings_.max_bytes;
  if (over_size && !spares_.empty()) return last();
  auto created = create_spare();
  if (created || created.error().kind != ErrorKind::no_space) return created;
  short_of_space_.store(true, std::memory_order_relaxed);
  if (!spares_.empty()) return last();
  return created;
}

Result<Segment*> SegmentRing::prepare(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  if (Segment* const there = find(number)) return there;
  if (slot_of(number).segment != nullptr)
    return fail(ErrorKind::no_space, "released segments are not recycled yet");
  auto spare = choose_spare();
  if (!spare) return tl::unexpected(spare.error());

  SegmentHeader header;
  header.journal = settings_.journal;
  header.number = number;
  header.file_bytes = settings_.segment_bytes;
  if (number > 0) {
    const Segment* const before = find(number - 1);
    SENNE_CHECK(before != nullptr);
    header.first = before->limit();
  }
  write_segment_header(spare->file->bytes(), header);
  if (auto synced = spare->file->sync(); !synced) return tl::unexpected(synced.error());
  if (auto renamed = storage_.rename(spare->name, segment_name(number)); !renamed) {
    spares_.push_back(std::move(*spare));
    return tl::unexpected(renamed.error());
  }
  auto segment = std::make_unique<Segment>(std::move(spare->file), header);
  Segment* const prepared = segment.get();
  publish(std::move(segment));
  return prepared;
}

Result<void> SegmentRing::recycle(Position until) {
  for (;;) {
    std::unique_ptr<Segment> segment;
    std::string name;
    {
      const std::lock_guard lock(mutex_);
      Segment* const oldest = this->oldest();
      SENNE_CHECK(oldest != nullptr);
      if (oldest->limit() > until) return {};
      name = numbered_name(spare_names_, released_suffix);
      if (auto renamed = storage_.rename(segment_name(oldest->number()), name); !renamed)
        return renamed;
      ++spare_names_;
      Slot& slot = slot_of(oldest->number());
      // Relaxed: nobody looks for a segment that was released.
      slot.number.store(vacant, std::memory_order_relaxed);
      segment = std::move(slot.segment);
      // Relaxed: a number; `find` acquires the segment.
      oldest_.store(segment->number() + 1, std::memory_order_relaxed);
    }
    auto file = segment->take_file();
    wipe(file->bytes());
    if (auto synced = file->sync(); !synced) return synced;
    const std::lock_guard lock(mutex_);
    if (auto put = put_by(std::move(file), std::move(name)); !put) return put;
  }
}

Result<void> SegmentRing::put_by(std::unique_ptr<MappedFile> file, std::string name) {
  if (file->bytes().size() != settings_.segment_bytes ||
      spares_.size() >= reserve_count_ + spares_beyond_reserve)
    return storage_.remove(name);
  const std::string_view stem(name.data(), name.size() - released_suffix.size());
  std::string spare = std::string(stem) + std::string(spare_suffix);
  if (auto renamed = storage_.rename(name, spare); !renamed) return renamed;
  spares_.push_back(Spare{std::move(spare), std::move(file)});
  note_space();
  return {};
}

}  // namespace senne::ingest
