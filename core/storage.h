// The disk, as far as Senne uses it: one flat directory of files that are mapped, or written whole.
//
// THREAD  any; different files may be used from different threads, one file from one thread except
//         `MappedFile::bytes`.
// FAILS   no_space, not_found, locked, failed; messages name the file. A failed `sync` must never
//         be retried: the kernel may have dropped the pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace senne {

// A file of fixed size, mapped for reading and writing for as long as this object lives.
class MappedFile {
 public:
  virtual ~MappedFile() = default;
  virtual std::span<std::byte> bytes() = 0;
  // Returns once everything written to the mapping before the call survives a power cut.
  virtual Result<void> sync() = 0;
  // Counts these bytes as written just now, as they are. After a sync that failed, in this process
  // or one before, the kernel may hold bytes in memory that it takes for written: they can be read,
  // and no later sync writes them.
  virtual void touch(std::size_t begin, std::size_t end) = 0;
  // Of a read-only mapping: the offset of the first page that the disk did not give when it was
  // read, and that stands as zeros since.
  virtual std::optional<std::size_t> lost() const { return std::nullopt; }
};

class Storage {
 public:
  virtual ~Storage() = default;

  // Creates the file with all its blocks allocated and zero; the name must be free. Durable, name
  // included.
  virtual Result<std::unique_ptr<MappedFile>> create_mapped(const std::string& name,
                                                            std::size_t size) = 0;
  virtual Result<std::unique_ptr<MappedFile>> open_mapped(const std::string& name) = 0;
  // For inspection beside a running process: the mapping is read-only.
  virtual Result<std::unique_ptr<MappedFile>> open_mapped_read_only(const std::string& name) = 0;

  // Replaces the file by these bytes so that after a power cut it has either the old or the new
  // content.
  virtual Result<void> write_whole(const std::string& name, std::string_view bytes) = 0;
  virtual Result<std::string> read_whole(const std::string& name) = 0;

  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& name) = 0;
  // Names, sorted.
  virtual Result<std::vector<std::string>> list() = 0;

  // Excludes every other process from this directory until this object dies; ErrorKind::locked
  // names the owner.
  virtual Result<void> lock() = 0;

  // For messages: where this directory is.
  virtual std::string path() const = 0;
};

}  // namespace senne
