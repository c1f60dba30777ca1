#include "core/posix_storage.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/lost_pages.h"

namespace senne {
namespace {

constexpr std::string_view unfinished_suffix = ".tmp";
constexpr const char* lock_name = "lock";

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

tl::unexpected<Error> system_failure(const std::string& what, int error) {
  const ErrorKind kind = error == ENOSPC || error == EDQUOT ? ErrorKind::no_space
                         : error == ENOENT                  ? ErrorKind::not_found
                                                            : ErrorKind::failed;
  return fail(kind, what + ": " + std::system_category().message(error));
}

class MappedBytes {
 public:
  explicit MappedBytes(std::span<std::byte> bytes) : bytes_(bytes) {}
  ~MappedBytes() { ::munmap(bytes_.data(), bytes_.size()); }
  MappedBytes(const MappedBytes&) = delete;
  MappedBytes& operator=(const MappedBytes&) = delete;
  std::span<std::byte> get() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

class PosixMappedFile final : public MappedFile {
 public:
  PosixMappedFile(std::string path, Descriptor file, std::span<std::byte> bytes, bool writable)
      : path_(std::move(path)),
        file_(std::move(file)),
        bytes_(bytes),
        name_(file_.get(), bytes, writable) {}

  std::span<std::byte> bytes() override { return bytes_.get(); }

  // fdatasync also writes the pages that were dirtied through the mapping (page_mkclean).
  Result<void> sync() override {
    if (::fdatasync(file_.get()) == 0) return {};
    const int error = errno;
    std::error_code unknown;
    const auto now =
        std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file_.get()), unknown);
    return system_failure((unknown ? path_ : now.string()) + ": fdatasync", error);
  }
  // A store makes the page dirty, whatever it stores.
  void touch(std::size_t begin, std::size_t end) override {
    constexpr std::size_t page = 4096;
    volatile std::byte* const bytes = bytes_.get().data();
    for (std::size_t at = begin; at < end; at = (at / page + 1) * page) bytes[at] = bytes[at];
  }
  std::optional<std::size_t> lost() const override { return name_.lost(); }

 private:
  const std::string path_;  // when it was mapped; it may have been renamed since
  const Descriptor file_;
  const MappedBytes bytes_;
  const MappedName name_;  // goes before the mapping does
};

Result<std::unique_ptr<MappedFile>> map(const std::string& path, Descriptor file, std::size_t size,
                                        int protection, int flags) {
  if (size == 0) return fail(ErrorKind::damage, path + ": is empty, cannot be mapped");
  void* const at = ::mmap(nullptr, size, protection, flags, file.get(), 0);
  if (at == MAP_FAILED) return system_failure(path + ": mmap", errno);
  return std::make_unique<PosixMappedFile>(path, std::move(file),
                                           std::span<std::byte>(static_cast<std::byte*>(at), size),
                                           (protection & PROT_WRITE) != 0);
}

Result<void> write_all(const std::string& path, int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure(path + ": write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_all(const std::string& path, int file) {
  std::string bytes;
  char chunk[16384];
  for (;;) {
    const ssize_t got = ::read(file, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(path + ": read", errno);
    if (got == 0) return bytes;
    bytes.append(chunk, static_cast<std::size_t>(got));
  }
}

bool ends_with(std::string_view name, std::string_view suffix) {
  return name.size() >= suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
}

// Asked before blocks are allocated: an allocation that fails midway takes, for that moment, what
// is left from everyone else on the disk. False also where the file system does not say.
bool lacks_space(int directory, std::size_t bytes) {
  struct statvfs status {};
  if (::fstatvfs(directory, &status) != 0 || status.f_blocks == 0) return false;
  return std::uint64_t{status.f_bavail} * status.f_frsize < bytes;
}

Result<std::vector<std::string>> names_in(const std::string& path) {
  DIR* const directory = ::opendir(path.c_str());
  if (directory == nullptr) return system_failure(path, errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int error = errno;
  ::closedir(directory);
  if (error != 0) return system_failure(path, error);
  std::sort(names.begin(), names.end());
  return names;
}

std::string owner_line() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[64];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return "process " + std::to_string(::getpid()) + ", since " + std::string(text, size) + "\n";
}

}  // namespace

Result<std::unique_ptr<PosixStorage>> PosixStorage::open(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_failure(path, errno);
  return open_read_only(path);
}

Result<std::unique_ptr<PosixStorage>> PosixStorage::open_read_only(const std::string& path) {
  Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok()) return system_failure(path, errno);
  return std::unique_ptr<PosixStorage>(new PosixStorage(path, directory.release()));
}

PosixStorage::~PosixStorage() {
  if (lock_ >= 0) ::close(lock_);
  ::close(directory_);
}

Result<void> PosixStorage::sync_directory() {
  if (::fsync(directory_) != 0) return system_failure(path_ + ": fsync", errno);
  return {};
}

Result<std::unique_ptr<MappedFile>> PosixStorage::create_mapped(const std::string& name,
                                                                std::size_t size) {
  const std::string target = path_ + "/" + name;
  if (::faccessat(directory_, name.c_str(), F_OK, 0) == 0)
    return fail(ErrorKind::failed, target + ": exists already");
  if (lacks_space(directory_, size)) return system_failure(target, ENOSPC);
  // Under another name until its blocks are there, so that a crash leaves no half-made file.
  const std::string unfinished = name + std::string(unfinished_suffix);
  Descriptor file(
      ::openat(directory_, unfinished.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.ok()) return system_failure(target, errno);
  // EOPNOTSUPP falls back to writing zeros inside the C library.
  const int error = ::posix_fallocate(file.get(), 0, static_cast<off_t>(size));
  if (error != 0) {
    ::unlinkat(directory_, unfinished.c_str(), 0);
    return system_failure(target, error);
  }
  if (::fsync(file.get()) != 0) return system_failure(target + ": fsync", errno);
  if (auto renamed = rename(unfinished, name); !renamed) return tl::unexpected(renamed.error());
  // Populated, so that the first pass over it finds its pages resident.
  return map(target, std::move(file), size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE);
}

Result<std::unique_ptr<MappedFile>> PosixStorage::open_mapped(const std::string& name) {
  const std::string target = path_ + "/" + name;
  Descriptor file(::openat(directory_, name.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.ok()) return system_failure(target, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_failure(target, errno);
  return map(target, std::move(file), static_cast<std::size_t>(status.st_size),
             PROT_READ | PROT_WRITE, MAP_SHARED);
}

Result<std::unique_ptr<MappedFile>> PosixStorage::open_mapped_read_only(const std::string& name) {
  const std::string target = path_ + "/" + name;
  Descriptor file(::openat(directory_, name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return system_failure(target, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_failure(target, errno);
  return map(target, std::move(file), static_cast<std::size_t>(status.st_size), PROT_READ,
             MAP_SHARED);
}

Result<void> PosixStorage::write_whole(const std::string& name, std::string_view bytes) {
  const std::string target = path_ + "/" + name;
  const std::string unfinished = name + std::string(unfinished_suffix);
  Descriptor file(
      ::openat(directory_, unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.ok()) return system_failure(target, errno);
  if (auto written = write_all(target, file.get(), bytes); !written) {
    ::unlinkat(directory_, unfinished.c_str(), 0);
    return written;
  }
  if (::fsync(file.get()) != 0) return system_failure(target + ": fsync", errno);
  return rename(unfinished, name);
}

Result<std::string> PosixStorage::read_whole(const std::string& name) {
  const std::string target = path_ + "/" + name;
  Descriptor file(::openat(directory_, name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return system_failure(target, errno);
  return read_all(target, file.get());
}

Result<void> PosixStorage::rename(const std::string& from, const std::string& to) {
  if (::renameat(directory_, from.c_str(), directory_, to.c_str()) != 0)
    return system_failure(path_ + "/" + from + ": rename to " + to, errno);
  return sync_directory();
}

Result<void> PosixStorage::remove(const std::string& name) {
  if (::unlinkat(directory_, name.c_str(), 0) != 0)
    return system_failure(path_ + "/" + name + ": remove", errno);
  return sync_directory();
}

Result<std::vector<std::string>> PosixStorage::list() {
  auto names = names_in(path_);
  if (!names) return names;
  std::erase_if(*names, [](const std::string& name) {
    return name == lock_name || ends_with(name, unfinished_suffix);
  });
  return names;
}

Result<void> PosixStorage::lock() {
  if (lock_ >= 0) return {};
  const std::string target = path_ + "/" + lock_name;
  Descriptor file(::openat(directory_, lock_name, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.ok()) return system_failure(target, errno);
  // flock belongs to the open file description: the kernel drops it however the process ends, and a
  // second storage in the same process is refused as well.
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(target, errno);
    std::string owner = read_all(target, file.get()).value_or("");
    while (!owner.empty() && owner.back() == '\n') owner.pop_back();
    return fail(ErrorKind::locked,
                path_ + ": in use by " + (owner.empty() ? "another process" : owner));
  }
  // Over what stands there, which needs no new block. The lock holds without the line as well: a
  // full disk must not stop a start that would make room.
  const std::string line = owner_line();
  auto written = write_all(target, file.get(), line);
  if (!written && written.error().kind != ErrorKind::no_space) return written;
  if (::ftruncate(file.get(), static_cast<off_t>(written ? line.size() : 0)) != 0)
    return system_failure(target, errno);
  lock_ = file.release();
  return clear_unfinished();
}

Result<void> PosixStorage::clear_unfinished() {
  auto names = names_in(path_);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!ends_with(name, unfinished_suffix)) continue;
    if (auto removed = remove(name); !removed) return removed;
  }
  return {};
}

}  // namespace senne
