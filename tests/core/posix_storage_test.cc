#include "core/posix_storage.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "core/lost_pages.h"
#include "tests/support/temporary_folder.h"

namespace senne {
namespace {

class PosixStorageTest : public ::testing::Test {
 protected:
  std::unique_ptr<PosixStorage> open() {
    auto storage = PosixStorage::open(path_);
    EXPECT_TRUE(storage) << storage.error().message;
    return std::move(*storage);
  }
  mode_t mode(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  static constexpr std::size_t page = 4096;

  const test::TemporaryFolder parent_;
  const std::string path_ = parent_.file("journal");
  std::unique_ptr<PosixStorage> storage_ = open();
};

TEST_F(PosixStorageTest, what_is_written_through_a_mapping_is_read_back) {
  {
    auto file = storage_->create_mapped("a", 10000);
    ASSERT_TRUE(file) << file.error().message;
    const auto bytes = (*file)->bytes();
    ASSERT_EQ(bytes.size(), 10000u);
    EXPECT_TRUE(
        std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{}; }));
    std::memcpy(bytes.data() + 5000, "senne", 5);
    EXPECT_TRUE((*file)->sync());
  }
  for (const bool writable : {true, false}) {
    auto file = writable ? storage_->open_mapped("a") : storage_->open_mapped_read_only("a");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(std::memcmp((*file)->bytes().data() + 5000, "senne", 5), 0);
  }
}

TEST_F(PosixStorageTest, files_and_directory_are_for_the_owner_only) {
  ASSERT_TRUE(storage_->create_mapped("a", 4096));
  ASSERT_TRUE(storage_->write_whole("b", "x"));
  ASSERT_TRUE(storage_->lock());
  EXPECT_EQ(mode(path_), 0700u);
  EXPECT_EQ(mode(path_ + "/a"), 0600u);
  EXPECT_EQ(mode(path_ + "/b"), 0600u);
  EXPECT_EQ(mode(path_ + "/lock"), 0600u);
}

TEST_F(PosixStorageTest, a_created_file_has_its_blocks) {
  auto file = storage_->create_mapped("a", 1 << 20);
  ASSERT_TRUE(file);
  struct stat status {};
  ASSERT_EQ(::stat((path_ + "/a").c_str(), &status), 0);
  EXPECT_GE(status.st_blocks * 512, 1 << 20);
}

TEST_F(PosixStorageTest, create_refuses_a_name_that_is_taken) {
  ASSERT_TRUE(storage_->create_mapped("a", 4096));
  const auto again = storage_->create_mapped("a", 4096);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find(path_ + "/a"), std::string::npos);
}

TEST_F(PosixStorageTest, more_than_the_disk_holds_is_no_space_and_leaves_nothing) {
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  const auto file = storage_->create_mapped("a", std::size_t{1} << 46);
  ASSERT_FALSE(file);
  // Some file systems say that the file is too large before they say that there is no space.
  EXPECT_TRUE(file.error().kind == ErrorKind::no_space || file.error().kind == ErrorKind::failed);
  EXPECT_TRUE(storage_->list()->empty());
  EXPECT_TRUE(std::filesystem::is_empty(path_));
}

TEST_F(PosixStorageTest, write_whole_replaces_and_missing_files_are_not_found) {
  ASSERT_TRUE(storage_->write_whole("a", "one"));
  ASSERT_TRUE(storage_->write_whole("a", ""));
  ASSERT_TRUE(storage_->write_whole("a", std::string(100000, 'z')));
  EXPECT_EQ(storage_->read_whole("a").value(), std::string(100000, 'z'));
  EXPECT_EQ(storage_->read_whole("b").error().kind, ErrorKind::not_found);
  EXPECT_EQ(storage_->open_mapped("b").error().kind, ErrorKind::not_found);
  EXPECT_EQ(storage_->remove("b").error().kind, ErrorKind::not_found);
}

TEST_F(PosixStorageTest, names_are_listed_in_order_without_lock_and_leftovers) {
  ASSERT_TRUE(storage_->write_whole("b", ""));
  ASSERT_TRUE(storage_->write_whole("a", ""));
  ASSERT_TRUE(storage_->rename("a", "c"));
  test::write_file(path_ + "/d.tmp", "half");
  ASSERT_TRUE(storage_->lock());
  EXPECT_EQ(storage_->list().value(), (std::vector<std::string>{"b", "c"}));
  EXPECT_FALSE(std::filesystem::exists(path_ + "/d.tmp")) << "the owner clears leftovers";
  ASSERT_TRUE(storage_->remove("b"));
  EXPECT_EQ(storage_->list().value(), (std::vector<std::string>{"c"}));
}

TEST_F(PosixStorageTest, a_second_owner_is_refused_by_name) {
  ASSERT_TRUE(storage_->lock());
  auto other = open();
  const auto refused = other->lock();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::locked);
  EXPECT_NE(refused.error().message.find(path_), std::string::npos);
  EXPECT_NE(refused.error().message.find("process " + std::to_string(::getpid())),
            std::string::npos)
      << refused.error().message;
  storage_.reset();
  EXPECT_TRUE(other->lock());
}

TEST_F(PosixStorageTest, a_page_lost_under_a_mapping_for_reading_is_zeros_and_named) {
  watch_for_lost_pages();
  ASSERT_TRUE(storage_->write_whole("a", std::string(10 * page, 'x')));
  auto file = storage_->open_mapped_read_only("a");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ((*file)->bytes()[7 * page], std::byte{'x'});
  EXPECT_FALSE((*file)->lost());
  std::filesystem::resize_file(path_ + "/a", 5 * page);
  EXPECT_EQ((*file)->bytes()[9 * page + 5], std::byte{0});
  EXPECT_EQ((*file)->lost(), 9 * page);
  EXPECT_EQ((*file)->bytes()[6 * page + 1], std::byte{0});
  EXPECT_EQ((*file)->lost(), 6 * page) << "the lowest";
  EXPECT_EQ((*file)->bytes()[4 * page], std::byte{'x'});
  EXPECT_FALSE((*storage_->open_mapped_read_only("a"))->lost()) << "of this mapping alone";
}

TEST_F(PosixStorageTest, a_page_lost_under_a_writable_mapping_ends_the_process_by_name) {
  watch_for_lost_pages();
  auto file = storage_->create_mapped("a", 4 * page);
  auto other = storage_->create_mapped("b", 4 * page);
  ASSERT_TRUE(file && other);
  ASSERT_TRUE(storage_->rename("a", "c"));
  std::filesystem::resize_file(path_ + "/c", page);
  EXPECT_EXIT((*file)->bytes()[2 * page + 8] = std::byte{1}, ::testing::ExitedWithCode(1),
              "^" + path_ +
                  "/c: offset 8200: cannot be read: the disk failed, or the file was cut short\n$");
  (*other)->bytes()[2 * page] = std::byte{1};
}

TEST_F(PosixStorageTest, the_same_signal_from_elsewhere_ends_the_process_as_ever) {
  watch_for_lost_pages();
  auto file = storage_->create_mapped("a", 4 * page);
  EXPECT_EXIT(::raise(SIGBUS), ::testing::KilledBySignal(SIGBUS), "^$");
}

TEST_F(PosixStorageTest, reading_only_creates_no_directory) {
  const auto missing = PosixStorage::open_read_only(parent_.file("nowhere"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_FALSE(std::filesystem::exists(parent_.file("nowhere")));
}

}  // namespace
}  // namespace senne
