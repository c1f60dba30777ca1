#include "pipeline/aggregate/datastreams.h"

#include <xxhash.h>

#include <limits>

namespace senne::pipeline {
namespace {

constexpr std::uint64_t arena_limit = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t compaction_min = 64 * 1024;

}  // namespace

std::size_t Datastreams::Hash::operator()(const Key& key) const {
  return XXH3_64bits(key.name.data(), key.name.size());
}
std::size_t Datastreams::Hash::operator()(std::uint32_t slot) const {
  const std::string_view name = table->name(table->slots_[slot]);
  return XXH3_64bits(name.data(), name.size());
}
bool Datastreams::Equal::operator()(std::uint32_t a, const Key& b) const {
  const Datastream& datastream = table->slots_[a];
  return table->name(datastream) == b.name && table->property(datastream) == b.property;
}

Datastreams::Datastreams() : index_(0, Hash{this}, Equal{this}) {}

std::uint32_t Datastreams::find(std::string_view name, std::string_view property) const {
  const auto found = index_.find(Key{name, property});
  return found == index_.end() ? no_slot : *found;
}

std::uint32_t Datastreams::create(std::string_view name, std::string_view property,
                                  std::string_view unit) {
  Datastream fresh;
  if (!append_text(fresh, {name, property}, unit)) return no_slot;
  const std::uint32_t slot = slots_.allocate();
  fresh.live = 1;
  slots_[slot] = fresh;
  index_.insert(slot);
  return slot;
}

void Datastreams::forget(std::uint32_t datastream) {
  index_.erase(datastream);
  dead_text_ += slots_[datastream].text_size();
  slots_.release(datastream);
}

bool Datastreams::set_unit(std::uint32_t datastream, std::string_view unit) {
  Datastream& slot = slots_[datastream];
  const std::string name(this->name(slot));
  const std::string property(this->property(slot));
  const std::uint64_t before = slot.text_size();
  if (!append_text(slot, {name, property}, unit)) return false;
  dead_text_ += before;
  return true;
}

bool Datastreams::append_text(Datastream& datastream, const Key& key, std::string_view unit) {
  const std::uint64_t size = std::uint64_t{key.name.size()} + key.property.size() + unit.size();
  if (size > arena_limit - arena_.size()) return false;
  const std::size_t contained = key.name.rfind(key.property);
  datastream.text = static_cast<std::uint32_t>(arena_.size());
  datastream.name_size = static_cast<std::uint32_t>(key.name.size());
  datastream.property_size = static_cast<std::uint32_t>(key.property.size());
  datastream.unit_size = static_cast<std::uint32_t>(unit.size());
  arena_.append(key.name);
  if (contained == std::string_view::npos) {
    datastream.property_at = datastream.name_size;
    arena_.append(key.property);
  } else {
    datastream.property_at = static_cast<std::uint32_t>(contained);
  }
  arena_.append(unit);
  return true;
}

std::string_view Datastreams::name(const Datastream& datastream) const {
  return {arena_.data() + datastream.text, datastream.name_size};
}
std::string_view Datastreams::property(const Datastream& datastream) const {
  return {arena_.data() + datastream.text + datastream.property_at, datastream.property_size};
}
std::string_view Datastreams::unit(const Datastream& datastream) const {
  return {arena_.data() + datastream.text + datastream.unit_at(), datastream.unit_size};
}

void Datastreams::compact_if_sparse() {
  if (dead_text_ < compaction_min || dead_text_ < arena_.size() / 2) return;
  std::string arena;
  arena.reserve(arena_.size() - dead_text_);
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    Datastream& datastream = slots_[i];
    if (datastream.live == 0) continue;
    const auto text = static_cast<std::uint32_t>(arena.size());
    arena.append(arena_, datastream.text, datastream.text_size());
    datastream.text = text;
  }
  arena_ = std::move(arena);
  dead_text_ = 0;
}

std::size_t Datastreams::bytes() const {
  return slots_.bytes() + arena_.size() + index_.capacity() * (sizeof(std::uint32_t) + 1);
}

void Datastreams::snapshot(ByteWriter& writer) const {
  slots_.snapshot(writer);
  writer.put_text(arena_);
  writer.put(dead_text_);
}

bool Datastreams::restore(ByteReader& reader) {
  clear();
  if (!slots_.restore(reader)) return false;
  arena_ = reader.get_text();
  dead_text_ = reader.get<std::uint64_t>();
  if (!reader.ok() || arena_.size() > arena_limit) return false;
  std::uint64_t used = 0;
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    const Datastream& datastream = slots_[i];
    if (datastream.live == 0) continue;
    used += datastream.text_size();
    if (datastream.text + datastream.text_size() > arena_.size()) return false;
  }
  // Texts never overlap; were they to, the sums that compaction relies on would be wrong.
  if (used > arena_.size() || dead_text_ != arena_.size() - used) return false;
  index_.reserve(slots_.live());
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].live == 0) continue;
    if (find(name(slots_[i]), property(slots_[i])) != no_slot) return false;
    index_.insert(i);
  }
  return true;
}

void Datastreams::clear() {
  index_.clear();
  slots_.clear();
  arena_.clear();
  dead_text_ = 0;
}

}  // namespace senne::pipeline
