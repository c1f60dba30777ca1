// A directory of the file system as `Storage`.
//
// THREAD  as Storage says.
// OWNS    the lock, while this object lives. Mappings outlive the storage.
// FAILS   as Storage says.
#pragma once

#include <memory>

#include "core/storage.h"

namespace senne {

class PosixStorage final : public Storage {
 public:
  // Creates the directory (mode 0700) where it is missing; its parent must exist.
  static Result<std::unique_ptr<PosixStorage>> open(const std::string& path);
  // For reading only: creates nothing.
  static Result<std::unique_ptr<PosixStorage>> open_read_only(const std::string& path);
  ~PosixStorage() override;
  PosixStorage(const PosixStorage&) = delete;
  PosixStorage& operator=(const PosixStorage&) = delete;

  Result<std::unique_ptr<MappedFile>> create_mapped(const std::string& name,
                                                    std::size_t size) override;
  Result<std::unique_ptr<MappedFile>> open_mapped(const std::string& name) override;
  Result<std::unique_ptr<MappedFile>> open_mapped_read_only(const std::string& name) override;
  Result<void> write_whole(const std::string& name, std::string_view bytes) override;
  Result<std::string> read_whole(const std::string& name) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& name) override;
  // Without the lock file and what a crash left half made.
  Result<std::vector<std::string>> list() override;
  // An open-file-description lock on the file `lock`, which names the owner's process id and its
  // start. Clears away what a crash left half made.
  Result<void> lock() override;
  // Clears away what a crash left half made, where a lock elsewhere keeps every other process out.
  Result<void> clear_unfinished();
  std::string path() const override { return path_; }

 private:
  PosixStorage(std::string path, int directory) : path_(std::move(path)), directory_(directory) {}
  Result<void> sync_directory();

  std::string path_;
  int directory_;
  int lock_ = -1;
};

}  // namespace senne
