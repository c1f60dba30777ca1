// The disk under the data directory: full, read-only, changed by hand.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/faults/fault_test.h"
#include "tests/support/eventually.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr NetworkFault down{.down = true};

class DiskFaults : public FaultTest {
 protected:
  std::map<std::string, std::string> configuration() override {
    return Traffic::configuration({.mqtt_port = mqtt_network_->port(),
                                   .bootstrap = kafka_->bootstrap_by_network(),
                                   .prefix = prefix_,
                                   .journal_bytes = "32MiB"});
  }
  std::string data(const std::string& name = {}) const { return senne_->folder() + "/data" + name; }

  // The newest file of the journal that holds records; the one after it is only prepared.
  std::string last_segment() const {
    std::string last;
    for (const auto& entry : fs::directory_iterator(data("/journal"))) {
      const std::string path = entry.path();
      const bool holds_records = read_file(path).find_last_not_of('\0') > 64 * 1024;
      if (path.ends_with(".segment") && holds_records && path > last) last = path;
    }
    return last;
  }
};

// A file system of its own under the data directory.
class SmallDisk {
 public:
  SmallDisk(std::string path, const char* size) : path_(std::move(path)) {
    fs::create_directories(path_);
    mounted_ = mount("senne-test", path_.c_str(), "tmpfs", 0, size) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  bool read_only(bool yes) const {
    return mount("senne-test", path_.c_str(), "tmpfs",
                 MS_REMOUNT | (yes ? static_cast<unsigned long>(MS_RDONLY) : 0UL), nullptr) == 0;
  }
  // All that is left.
  void fill() const {
    std::ofstream filler(path_ + "/filler", std::ios::binary);
    const std::string zeros(64 << 10, '\0');
    while (filler.write(zeros.data(), static_cast<std::streamsize>(zeros.size())).flush()) continue;
  }
  void empty() const { fs::remove(path_ + "/filler"); }

 private:
  std::string path_;
  bool mounted_ = false;
};

TEST_F(DiskFaults, disk_full_while_kafka_is_away) {
  const SmallDisk disk(data(), "size=160m");
  if (!disk.mounted()) GTEST_SKIP() << "mounting needs root: " << std::strerror(errno);
  ASSERT_NO_FATAL_FAILURE(begin(2000));
  kafka_->network().set(down);
  disk.fill();
  // The segments at hand fill up, no other can be made: that counts as full.
  EXPECT_TRUE(readiness_says("[-] journal")) << senne_->get("/readyz?verbose");
  EXPECT_TRUE(readiness_says("[-] mqtt"));
  const std::uint64_t connections = mqtt_network_->accepted();
  sleep(lasting(5s, 60s));
  EXPECT_TRUE(senne_->running()) << senne_->log();
  EXPECT_LE(mqtt_network_->accepted(), connections + 1) << "it must stay away until there is room";
  disk.empty();
  kafka_->network().heal();
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

TEST_F(DiskFaults, disk_read_only_at_start) {
  const SmallDisk disk(data(), "size=160m");
  if (!disk.mounted()) GTEST_SKIP() << "mounting needs root: " << std::strerror(errno);
  ASSERT_NO_FATAL_FAILURE(begin());
  EXPECT_FALSE(disk.read_only(true)) << "the kernel refuses it under files that are written";
  EXPECT_EQ(senne_->stop(), 0);
  ASSERT_TRUE(disk.read_only(true)) << std::strerror(errno);
  const Ended refused = senne_->command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("Read-only file system"));
  EXPECT_THAT(refused.err, HasSubstr(data()));
  EXPECT_TRUE(is_one_line(refused.err)) << refused.err;
  ASSERT_TRUE(disk.read_only(false));
  senne_->start();
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

TEST_F(DiskFaults, journal_file_changed_by_hand) {
  ASSERT_NO_FATAL_FAILURE(begin());
  kafka_->network().set(down);
  sleep(3s);
  senne_->kill();
  const std::string segment = last_segment();
  const std::string whole = read_file(segment);
  // In the middle of what was written.
  const std::size_t place = whole.find_last_not_of('\0') / 2;

  std::string changed = whole;
  changed[place] = static_cast<char>(changed[place] ^ 1);
  write_file(segment, changed);
  const Ended refused = senne_->command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr(fs::path(segment).filename().string() + ": offset "));
  EXPECT_EQ(senne_->command({"journal", "-c", "senne.yaml", "verify"}).status, 1);
  // All but the one record can still be read.
  const Ended exported = senne_->command({"journal", "-c", "senne.yaml", "export"});
  EXPECT_EQ(exported.status, 1);
  const auto lines = std::count(exported.out.begin(), exported.out.end(), '\n');
  write_file(segment, whole);
  const Ended all = senne_->command({"journal", "-c", "senne.yaml", "export"});
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), lines + 1);

  write_file(segment, whole.substr(0, place));
  const Ended cut = senne_->command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(cut.status, 1);
  EXPECT_THAT(cut.err, HasSubstr(fs::path(segment).filename().string()));
  write_file(segment, whole);

  kafka_->network().heal();
  senne_->start();
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again());
  expect_all_accounted();
}

// As by a person at the keyboard: the pages behind the mapping are gone.
TEST_F(DiskFaults, journal_file_truncated_under_a_running_process) {
  ASSERT_NO_FATAL_FAILURE(begin());
  const std::string segment = last_segment();
  ASSERT_EQ(truncate(segment.c_str(), 4096), 0);
  EXPECT_TRUE(eventually([this] { return !senne_->running(); }, 30s));
  EXPECT_THAT(senne_->log(), HasSubstr(fs::path(segment).filename().string()));
  const Ended refused = senne_->command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr(fs::path(segment).filename().string()));
}

}  // namespace
}  // namespace senne::test
