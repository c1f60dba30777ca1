#include "tests/support/memory_storage.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

namespace senne::testing {
namespace {

constexpr std::size_t sector = 512;
constexpr std::size_t page = 4096;

std::span<std::byte> page_of(std::span<std::byte> bytes, std::size_t at) {
  return bytes.subspan(at, std::min(page, bytes.size() - at));
}

}  // namespace

class MemoryStorage::Mapping final : public MappedFile {
 public:
  Mapping(MemoryStorage& storage, std::shared_ptr<File> file)
      : storage_(storage), file_(std::move(file)) {}

  std::span<std::byte> bytes() override { return file_->live; }

  Result<void> sync() override {
    storage_.operation();
    for (std::size_t at = 0; at < file_->live.size(); at += page) {
      const auto live = page_of(file_->live, at);
      const auto before = file_->forgotten.find(at);
      if (before != file_->forgotten.end() && std::ranges::equal(before->second, live)) continue;
      file_->forgotten.erase(at);
      const auto synced = page_of(file_->synced, at);
      if (!storage_.syncs_fail_) {
        std::ranges::copy(live, synced.begin());
      } else if (storage_.syncs_forget_ && !std::ranges::equal(live, synced)) {
        file_->forgotten.emplace(at, std::vector(live.begin(), live.end()));
      }
    }
    if (!storage_.syncs_fail_) return {};
    return fail(ErrorKind::failed, storage_.path_ + ": the disk was told to fail");
  }
  void touch(std::size_t begin, std::size_t end) override {
    for (std::size_t at = begin / page * page; at < end; at += page) file_->forgotten.erase(at);
  }
  std::optional<std::size_t> lost() const override { return file_->lost_page; }

 private:
  MemoryStorage& storage_;
  std::shared_ptr<File> file_;
};

void MemoryStorage::operation() {
  ++operations_;
  if (before_) before_();
}

Result<void> MemoryStorage::change(const std::string& name) {
  operation();
  if (!std::exchange(change_fails_, false)) return {};
  return error(ErrorKind::failed, name, "the disk was told to fail");
}

std::uint64_t MemoryStorage::used() const {
  std::uint64_t sum = 0;
  for (const auto& [name, file] : files_) sum += file->live.size();
  return sum;
}

tl::unexpected<Error> MemoryStorage::error(ErrorKind kind, const std::string& name,
                                           std::string_view what) const {
  return fail(kind, path_ + "/" + name + ": " + std::string(what));
}

Result<std::shared_ptr<MemoryStorage::File>> MemoryStorage::find(const std::string& name) const {
  const auto at = files_.find(name);
  if (at == files_.end()) return error(ErrorKind::not_found, name, "is not there");
  return at->second;
}

Result<std::unique_ptr<MappedFile>> MemoryStorage::create_mapped(const std::string& name,
                                                                 std::size_t size) {
  if (auto changed = change(name); !changed) return tl::unexpected(changed.error());
  if (has(name)) return error(ErrorKind::failed, name, "exists already");
  if (used() + size > capacity_) return error(ErrorKind::no_space, name, "no space left");
  const auto file = std::make_shared<File>(size);
  files_[name] = file;
  return std::make_unique<Mapping>(*this, file);
}

Result<std::unique_ptr<MappedFile>> MemoryStorage::open_mapped(const std::string& name) {
  if (mappings_fail_) return error(ErrorKind::failed, name, "the disk was told to fail");
  auto file = find(name);
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<Mapping>(*this, *file);
}

Result<std::unique_ptr<MappedFile>> MemoryStorage::open_mapped_read_only(const std::string& name) {
  return open_mapped(name);
}

Result<void> MemoryStorage::write_whole(const std::string& name, std::string_view bytes) {
  if (auto changed = change(name); !changed) return changed;
  const auto old = files_.find(name);
  const std::uint64_t before = old == files_.end() ? 0 : old->second->live.size();
  if (used() - before + bytes.size() > capacity_)
    return error(ErrorKind::no_space, name, "no space left");
  const auto file = std::make_shared<File>(bytes.size());
  if (!bytes.empty()) std::memcpy(file->live.data(), bytes.data(), bytes.size());
  file->synced = file->live;
  files_[name] = file;
  return {};
}

Result<std::string> MemoryStorage::read_whole(const std::string& name) {
  const auto file = find(name);
  if (!file) return tl::unexpected(file.error());
  return std::string(reinterpret_cast<const char*>((*file)->live.data()), (*file)->live.size());
}

Result<void> MemoryStorage::rename(const std::string& from, const std::string& to) {
  if (auto changed = change(from); !changed) return changed;
  const auto file = find(from);
  if (!file) return tl::unexpected(file.error());
  files_.erase(from);
  files_[to] = *file;
  return {};
}

Result<void> MemoryStorage::remove(const std::string& name) {
  if (auto changed = change(name); !changed) return changed;
  if (files_.erase(name) == 0) return error(ErrorKind::not_found, name, "is not there");
  return {};
}

Result<std::vector<std::string>> MemoryStorage::list() { return names(); }

std::vector<std::string> MemoryStorage::names() const {
  std::vector<std::string> all;
  for (const auto& [name, file] : files_) all.push_back(name);
  return all;
}

Result<void> MemoryStorage::lock() {
  if (lock_holder_) return fail(ErrorKind::locked, path_ + ": in use by " + *lock_holder_);
  lock_holder_ = "this process";
  return {};
}

std::unique_ptr<MemoryStorage> MemoryStorage::after_power_cut(std::uint64_t seed) const {
  std::mt19937_64 random(seed);
  auto after = std::make_unique<MemoryStorage>(path_);
  for (const auto& [name, file] : files_) {
    const auto copy = std::make_shared<File>(file->live.size());
    copy->live = file->synced;
    for (std::size_t at = 0; at < file->live.size(); at += sector) {
      const std::size_t size = std::min(sector, file->live.size() - at);
      if (std::memcmp(file->live.data() + at, file->synced.data() + at, size) == 0) continue;
      const auto forgotten = file->forgotten.find(at / page * page);
      if (forgotten != file->forgotten.end() &&
          std::ranges::equal(forgotten->second, page_of(file->live, at / page * page)))
        continue;
      const std::uint64_t draw = random();
      if (draw % 2 == 0) continue;
      const std::size_t kept = draw / 2 % 8 == 0 ? std::min(size, draw / 16 % 64 * 8) : size;
      std::memcpy(copy->live.data() + at, file->live.data() + at, kept);
    }
    copy->synced = copy->live;
    after->files_[name] = copy;
  }
  return after;
}

std::unique_ptr<MemoryStorage> MemoryStorage::after_kill() const {
  auto after = std::make_unique<MemoryStorage>(path_);
  for (const auto& [name, file] : files_) after->files_[name] = std::make_shared<File>(*file);
  return after;
}

void MemoryStorage::flip_bit(const std::string& name, std::size_t offset, unsigned bit) {
  File& file = *files_.at(name);
  const auto mask = static_cast<std::byte>(1U << bit);
  file.live.at(offset) ^= mask;
  file.synced.at(offset) = file.live.at(offset);
}

void MemoryStorage::overwrite(const std::string& name, std::size_t offset, std::string_view bytes) {
  File& file = *files_.at(name);
  std::memcpy(file.live.data() + offset, bytes.data(), bytes.size());
  std::memcpy(file.synced.data() + offset, bytes.data(), bytes.size());
}

void MemoryStorage::lose_page(const std::string& name, std::size_t offset) {
  File& file = *files_.at(name);
  std::memset(file.live.data() + offset, 0, std::min(page, file.live.size() - offset));
  file.lost_page = offset;
}

void MemoryStorage::write(const std::string& name, std::size_t offset, std::string_view bytes) {
  std::memcpy(files_.at(name)->live.data() + offset, bytes.data(), bytes.size());
}

std::span<const std::byte> MemoryStorage::bytes(const std::string& name) const {
  return files_.at(name)->live;
}

}  // namespace senne::testing
