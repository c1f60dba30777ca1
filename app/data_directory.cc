#include "app/data_directory.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>

#include "core/ids.h"
#include "core/posix_storage.h"

namespace senne::app {
namespace {

namespace files = std::filesystem;

constexpr std::string_view temporary_prefix = "embedded-";

Result<void> open_top(std::unique_ptr<Storage>& into, const std::string& path) {
  auto opened = PosixStorage::open(path);
  if (!opened) return tl::unexpected(opened.error());
  if (auto locked = (*opened)->lock(); !locked) return locked;
  into = std::move(*opened);
  return {};
}

// Under the lock of the top.
Result<void> open_folder(std::unique_ptr<Storage>& into, const std::string& path) {
  auto opened = PosixStorage::open(path);
  if (!opened) return tl::unexpected(opened.error());
  if (auto cleared = (*opened)->clear_unfinished(); !cleared) return cleared;
  into = std::move(*opened);
  return {};
}

Result<void> claim(Storage& top, const std::string& instance) {
  const auto owner = top.read_whole(instance_file);
  if (!owner && owner.error().kind == ErrorKind::not_found) {
    return top.write_whole(instance_file, instance + "\n");
  }
  if (!owner) return tl::unexpected(owner.error());
  const std::string_view name = std::string_view(*owner).substr(0, owner->find('\n'));
  if (name == instance) return {};
  return fail(ErrorKind::configuration,
              fmt::format("data_dir {} belongs to instance {}, this is {}: give each its own",
                          top.path(), name, instance));
}

void remove_left_behind(const std::string& path) {
  std::error_code ignored;
  for (const auto& entry : files::directory_iterator(path, ignored)) {
    if (!entry.path().filename().string().starts_with(temporary_prefix)) continue;
    files::remove_all(entry.path(), ignored);
  }
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const std::string& path,
                                                           const std::string& instance,
                                                           Content content) {
  std::error_code error;
  files::create_directories(path, error);
  if (error) {
    return fail(ErrorKind::failed, fmt::format("data_dir {}: {}", path, error.message()));
  }
  std::unique_ptr<DataDirectory> directory(new DataDirectory);
  const auto fail_with = [](const Result<void>& done) { return tl::unexpected(done.error()); };
  if (auto done = open_top(directory->top_, path); !done) return fail_with(done);
  if (auto done = claim(*directory->top_, instance); !done) return fail_with(done);

  std::string root = path;
  if (content == Content::temporary) {
    remove_left_behind(path);
    root = fmt::format("{}/{}{}", path, temporary_prefix, to_hex(random_id()));
    directory->temporary_ = root;
    files::create_directory(root, error);
    if (error) {
      return fail(ErrorKind::failed, fmt::format("data_dir {}: {}", root, error.message()));
    }
  }
  auto done = open_folder(directory->journal_, root + journal_folder);
  if (done) done = open_folder(directory->snapshots_, root + snapshot_folder);
  if (done) done = open_folder(directory->configurations_, root + configuration_folder);
  if (!done) return fail_with(done);
  return directory;
}

DataDirectory::~DataDirectory() {
  if (temporary_.empty()) return;
  std::error_code ignored;
  files::remove_all(temporary_, ignored);
}

}  // namespace senne::app
