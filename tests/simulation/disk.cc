#include "tests/simulation/disk.h"

#include <array>
#include <limits>
#include <utility>

#include "ingest/journal/format.h"

namespace senne::simulation {
namespace {

using testing::MemoryStorage;

std::uint64_t used(const MemoryStorage& storage) {
  std::uint64_t sum = 0;
  for (const std::string& name : storage.names()) sum += storage.bytes(name).size();
  return sum;
}

}  // namespace

Disk::Disk()
    : Disk(std::make_unique<MemoryStorage>("data"), std::make_unique<MemoryStorage>("data/journal"),
           std::make_unique<MemoryStorage>("data/snapshots"),
           std::make_unique<MemoryStorage>("data/configurations")) {}

Disk::Disk(Folder top, Folder journal, Folder snapshots, Folder configurations)
    : top_(std::move(top)),
      journal_(std::move(journal)),
      snapshots_(std::move(snapshots)),
      configurations_(std::move(configurations)) {}

void Disk::before_operation(const std::function<void()>& callback) {
  for (auto* folder : {&top_, &journal_, &snapshots_, &configurations_}) {
    (*folder)->before_operation(callback);
  }
}

Disk Disk::after_kill() const {
  return Disk(top_->after_kill(), journal_->after_kill(), snapshots_->after_kill(),
              configurations_->after_kill());
}

Disk Disk::after_power_cut(std::uint64_t seed) const {
  return Disk(top_->after_power_cut(seed), journal_->after_power_cut(seed + 1),
              snapshots_->after_power_cut(seed + 2), configurations_->after_power_cut(seed + 3));
}

void Disk::fail_syncs(bool forget) {
  for (auto* folder : {&top_, &journal_, &snapshots_, &configurations_}) {
    (*folder)->fail_syncs(forget);
  }
}

void Disk::tear_append(Chance& chance) {
  constexpr std::size_t alignment = 8;
  constexpr std::size_t length_word = 4;
  std::string newest;
  for (const std::string& name : journal_->names()) {
    if (name.ends_with(".segment")) newest = name;
  }
  if (newest.empty()) return;
  const auto bytes = journal_->bytes(newest);
  std::size_t end = bytes.size();
  while (end > ingest::segment_header_bytes && bytes[end - 1] == std::byte{0}) --end;
  const std::size_t record = (end + alignment - 1) / alignment * alignment;
  std::string torn;
  for (auto n = chance.between(1, 200); n > 0; --n) {
    torn.push_back(static_cast<char>(chance.below(256)));
  }
  if (record + length_word + torn.size() > bytes.size()) return;
  journal_->write(newest, record + length_word, torn);
}

void Disk::fail_next_change(Chance& chance) {
  const std::array<testing::MemoryStorage*, 4> folders = {top_.get(), journal_.get(),
                                                          snapshots_.get(), configurations_.get()};
  folders[chance.below(folders.size())]->fail_next_change();
}

void Disk::fail_mappings(bool fail) {
  for (auto* folder : {&top_, &journal_, &snapshots_, &configurations_}) {
    (*folder)->fail_mappings(fail);
  }
}

void Disk::leave_room(std::uint64_t bytes) {
  for (auto* folder : {&journal_, &snapshots_}) (*folder)->set_capacity(used(**folder) + bytes);
}

void Disk::leave_all_room() {
  for (auto* folder : {&journal_, &snapshots_}) {
    (*folder)->set_capacity(std::numeric_limits<std::uint64_t>::max());
  }
}

}  // namespace senne::simulation
