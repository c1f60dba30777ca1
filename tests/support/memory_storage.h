// A disk in memory that forgets what a real one would: what was not synced, in sectors, in any
// order. Runs out of space and fails when told. From one seed everything happens the same way
// again.
//
// Names are durable when the call returns, as Storage promises; content when it was synced. A power
// cut keeps what was synced and, of each 512-byte sector written since, either the old or the new
// bytes.
//
// THREAD  one, mappings excepted.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "core/storage.h"

namespace senne::testing {

class MemoryStorage final : public Storage {
 public:
  explicit MemoryStorage(std::string path = "memory") : path_(std::move(path)) {}

  Result<std::unique_ptr<MappedFile>> create_mapped(const std::string& name,
                                                    std::size_t size) override;
  Result<std::unique_ptr<MappedFile>> open_mapped(const std::string& name) override;
  Result<std::unique_ptr<MappedFile>> open_mapped_read_only(const std::string& name) override;
  Result<void> write_whole(const std::string& name, std::string_view bytes) override;
  Result<std::string> read_whole(const std::string& name) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;
  Result<void> lock() override;
  std::string path() const override { return path_; }

  // What a power cut at this moment leaves behind. A sector written since its last sync survives
  // with a chance of one half, torn at 8 bytes with a chance of one in eight.
  std::unique_ptr<MemoryStorage> after_power_cut(std::uint64_t seed) const;
  // What a killed process leaves behind: everything, unsynced as it is.
  std::unique_ptr<MemoryStorage> after_kill() const;

  // The operations that make something durable: sync, create, write, rename, remove.
  std::uint64_t operations() const { return operations_; }
  // Called before each of them takes effect; may call `after_power_cut`.
  void before_operation(std::function<void()> callback) { before_ = std::move(callback); }

  // All files together; what is beyond is refused with no_space.
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
  // The next `sync` fails, and all after it. With `forget`, what such a sync was to write counts as
  // written from then on, which is how Linux treats the pages: it can be read, and is not on disk,
  // and no later sync writes it unless it was written or touched again.
  void fail_syncs(bool forget = false) {
    syncs_fail_ = true;
    syncs_forget_ = forget;
  }

  // The next create, write, rename or remove fails; one time.
  void fail_next_change() { change_fails_ = true; }
  // While set, files cannot be mapped.
  void fail_mappings(bool fail) { mappings_fail_ = fail; }

  // Changes bytes behind everyone's back, on the disk as in the mapping.
  void flip_bit(const std::string& name, std::size_t offset, unsigned bit);
  void overwrite(const std::string& name, std::size_t offset, std::string_view bytes);
  // The page that begins at `offset` cannot be read any more: zeros, and the mapping says so.
  void lose_page(const std::string& name, std::size_t offset);
  // As a process would through its mapping: not synced.
  void write(const std::string& name, std::size_t offset, std::string_view bytes);
  std::vector<std::string> names() const;
  bool has(const std::string& name) const { return files_.contains(name); }
  std::span<const std::byte> bytes(const std::string& name) const;

 private:
  struct File {
    explicit File(std::size_t size) : live(size), synced(size) {}
    std::vector<std::byte> live;  // never resized
    std::vector<std::byte> synced;
    std::optional<std::size_t> lost_page;
    // Pages that count as written and are not, by their offset, as they were then.
    std::map<std::size_t, std::vector<std::byte>> forgotten;
  };
  class Mapping;

  void operation();
  Result<void> change(const std::string& name);
  std::uint64_t used() const;
  Result<std::shared_ptr<File>> find(const std::string& name) const;
  tl::unexpected<Error> error(ErrorKind kind, const std::string& name, std::string_view what) const;

  std::string path_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t capacity_ = std::numeric_limits<std::uint64_t>::max();
  bool syncs_fail_ = false;
  bool syncs_forget_ = false;
  bool change_fails_ = false;
  bool mappings_fail_ = false;
  std::optional<std::string> lock_holder_;
  std::function<void()> before_;
};

}  // namespace senne::testing
