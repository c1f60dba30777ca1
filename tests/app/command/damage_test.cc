// A journal whose disk loses bytes, as an operator meets it: file and offset, never a bare signal.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "core/posix_storage.h"
#include "ingest/journal/format.h"
#include "ingest/journal/journal.h"
#include "tests/app/command/without_servers.h"
#include "tests/integration/senne_process.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_broker.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Damage : public ::testing::Test {
 protected:
  std::string segment() const { return senne_.folder() + "/data/journal/00000000.segment"; }
  // Started, up, and killed: a journal with nothing in it.
  void start_and_kill() {
    senne_.start();
    ASSERT_TRUE(eventually([this] { return !senne_.get("/livez").empty(); })) << senne_.log();
    senne_.kill();
  }
  Ended journal(const std::string& command) {
    return senne_.command({"journal", command, "-c", "senne.yaml"});
  }

  SenneProcess senne_{{{"senne.yaml", configuration_without_servers()}}};
};

TEST_F(Damage, a_segment_cut_short_under_a_running_process_is_named) {
  senne::testing::RawBroker broker;
  senne_.put("senne.yaml", configuration_with_broker(broker.port()));
  senne_.start();
  ASSERT_TRUE(broker.accept_client(false)) << senne_.log();
  ASSERT_TRUE(broker.grant({1}));
  std::string cut;
  for (const auto& entry : std::filesystem::directory_iterator(senne_.folder() + "/data")) {
    if (entry.is_directory()) cut = entry.path().string() + "/journal/00000000.segment";
  }
  // Ticks are appended, read and synced all the while.
  std::filesystem::resize_file(cut, ingest::segment_header_bytes);
  ASSERT_TRUE(eventually([this] { return !senne_.running(); })) << senne_.log();
  EXPECT_EQ(senne_.stop(), 1);
  const std::string log = senne_.log();
  EXPECT_THAT(log.substr(log.rfind('\n', log.size() - 2) + 1), StartsWith(cut + ": offset "))
      << log;
  EXPECT_THAT(log, HasSubstr(": cannot be read: the disk failed, or the file was cut short\n"));
}

TEST_F(Damage, a_segment_cut_short_at_rest_is_named_by_all_who_read_it) {
  start_and_kill();
  std::filesystem::resize_file(segment(), 1 << 20);
  const std::string line = segment() + ": has 1048576 bytes, its header says 16777216\n";
  for (const char* const command : {"verify", "export"}) {
    const Ended ended = journal(command);
    EXPECT_EQ(ended.status, 1) << command;
    EXPECT_THAT(ended.err, StartsWith(line)) << command;
    EXPECT_THAT(ended.out, IsEmpty()) << command;
  }
  const Ended started = senne_.command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(started.status, 1);
  EXPECT_EQ(started.err, line);
}

// What an operator saves from a damaged disk must not end in silence on the next full one.
TEST_F(Damage, an_export_that_does_not_arrive_is_a_failure) {
  start_and_kill();
  auto storage = PosixStorage::open(senne_.folder() + "/data/journal");
  ASSERT_TRUE(storage);
  {
    const SystemClock clock;
    auto opened = ingest::Journal::open(**storage, {.max_bytes = 256 << 20}, clock);
    ASSERT_TRUE(opened) << opened.error().message;
    const std::string payload(1000, 'x');
    Message message;
    message.topic = "t";
    message.payload = payload;
    message.payload_length = payload.size();
    for (int i = 0; i < 100; ++i) (*opened)->append_message(message);
  }
  EXPECT_EQ(journal("export").status, 0);
  for (const char* const command : {"export", "list", "verify"}) {
    const Ended ended = senne_.command({"journal", command, "-c", "senne.yaml"}, {}, "/dev/full");
    EXPECT_EQ(ended.status, 1) << command;
    EXPECT_EQ(ended.err, "standard output: No space left on device\n") << command;
  }
}

}  // namespace
}  // namespace senne::test
