#include "app/data_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace senne::app {
namespace {

using testing::HasSubstr;
using Content = DataDirectory::Content;
namespace files = std::filesystem;

class DataDirectoryTest : public testing::Test {
 protected:
  std::string path(const std::string& name = {}) const { return folder_.file("deep/data") + name; }

  const test::TemporaryFolder folder_;
};

TEST_F(DataDirectoryTest, makes_the_way_to_it_and_what_lies_in_it) {
  {
    const auto directory = DataDirectory::open(path(), "here", Content::kept);
    ASSERT_TRUE(directory) << directory.error().message;
    EXPECT_EQ((*directory)->journal().path(), path(journal_folder));
    EXPECT_EQ((*directory)->snapshots().path(), path(snapshot_folder));
    EXPECT_EQ((*directory)->configurations().path(), path(configuration_folder));
    EXPECT_EQ((*directory)->top().read_whole(instance_file).value_or(""), "here\n");
    ASSERT_TRUE((*directory)->journal().write_whole("a", "b"));
  }
  EXPECT_TRUE(files::exists(path(journal_folder) + "/a")) << "kept";
}

TEST_F(DataDirectoryTest, is_held_by_one_at_a_time_and_belongs_to_one_instance) {
  {
    const auto first = DataDirectory::open(path(), "here", Content::kept);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = DataDirectory::open(path(), "here", Content::kept);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::locked);
  }
  const auto other = DataDirectory::open(path(), "there", Content::kept);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::configuration);
  EXPECT_EQ(other.error().message,
            "data_dir " + path() + " belongs to instance here, this is there: give each its own");
  EXPECT_TRUE(DataDirectory::open(path(), "here", Content::kept)) << "the lock went with it";
}

TEST_F(DataDirectoryTest,
       temporary_content_goes_at_the_end_and_what_a_kill_left_at_the_next_start) {
  const std::string left = path("/embedded-0123456789abcdef");
  files::create_directories(left + "/journal");
  std::string mine;
  {
    const auto directory = DataDirectory::open(path(), "here", Content::temporary);
    ASSERT_TRUE(directory) << directory.error().message;
    EXPECT_FALSE(files::exists(left));
    mine = (*directory)->journal().path();
    EXPECT_THAT(mine, HasSubstr(path("/embedded-")));
    EXPECT_TRUE(files::exists(mine));
  }
  EXPECT_FALSE(files::exists(mine));
  EXPECT_TRUE(files::exists(path("/instance")));
}

TEST_F(DataDirectoryTest, what_a_kill_left_half_made_goes_at_the_next_start) {
  ASSERT_TRUE(DataDirectory::open(path(), "here", Content::kept));
  const std::vector<std::string> folders = {"", journal_folder, snapshot_folder,
                                            configuration_folder};
  for (const std::string& folder : folders) {
    test::write_file(path(folder + "/half.tmp"), "half");
    test::write_file(path(folder + "/whole"), "whole");
  }
  const auto directory = DataDirectory::open(path(), "here", Content::kept);
  ASSERT_TRUE(directory) << directory.error().message;
  for (const std::string& folder : folders) {
    EXPECT_FALSE(files::exists(path(folder + "/half.tmp"))) << folder;
    EXPECT_TRUE(files::exists(path(folder + "/whole"))) << folder;
    test::write_file(path(folder + "/mine.tmp"), "half");
  }
  ASSERT_FALSE(DataDirectory::open(path(), "here", Content::kept));
  for (const std::string& folder : folders) {
    EXPECT_TRUE(files::exists(path(folder + "/mine.tmp"))) << "not the lock's holder: " << folder;
  }
}

TEST_F(DataDirectoryTest, a_path_that_cannot_be_made_is_named) {
  const std::string file = folder_.write("file", "");
  const auto directory = DataDirectory::open(file + "/data", "here", Content::kept);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().kind, ErrorKind::failed);
  EXPECT_EQ(directory.error().message, "data_dir " + file + "/data: Not a directory");
}

}  // namespace
}  // namespace senne::app
