// senne ledger beside a process and at rest: the account of this instance, whole, or none.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/posix_storage.h"
#include "ingest/journal/journal.h"
#include "pipeline/snapshot/snapshot_file.h"
#include "tests/app/command/without_servers.h"
#include "tests/integration/senne_process.h"
#include "tests/support/eventually.h"

namespace senne::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LedgerCommand : public ::testing::Test {
 protected:
  static void start(SenneProcess& senne) {
    senne.start();
    ASSERT_TRUE(eventually([&] { return !senne.get("/livez").empty(); })) << senne.log();
  }
  void start_and_kill() {
    start(senne_);
    senne_.kill();
  }
  std::string data(const std::string& name) const { return senne_.folder() + "/data" + name; }
  json ledger() {
    const Ended ended = senne_.command({"ledger", "-c", "senne.yaml"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    return json::parse(ended.out, nullptr, false);
  }
  void expect_failure(const std::string& what) {
    const Ended ended = senne_.command({"ledger", "-c", "senne.yaml"});
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.err, HasSubstr(what));
    EXPECT_TRUE(is_one_line(ended.err)) << ended.err;
    EXPECT_THAT(ended.out, IsEmpty());
  }

  SenneProcess senne_{{{"senne.yaml", configuration_without_servers()}}};
};

TEST_F(LedgerCommand, another_instance_at_the_address_left_behind_is_not_believed) {
  std::string other = configuration_without_servers();
  other.replace(other.find("here"), 4, "there");
  SenneProcess there({{"senne.yaml", other}});
  start(there);
  start_and_kill();
  const std::string address = read_file(there.folder() + "/data/http");
  ASSERT_THAT(there.get("/ledger"), HasSubstr(R"("instance":"there","source":"process")"));
  write_file(data("/http"), address);
  const json account = ledger();
  EXPECT_EQ(account["instance"], "here");
  EXPECT_EQ(account["source"], "snapshot");
  // Its own is.
  start(senne_);
  EXPECT_EQ(ledger()["source"], "process");
}

TEST_F(LedgerCommand, a_snapshot_that_cannot_be_used_is_named) {
  start_and_kill();
  EXPECT_EQ(ledger()["source"], "snapshot") << "none is no fault";
  const std::string name = "snapshot-00000000000000000000";
  write_file(data("/snapshots/" + name), "not a snapshot");
  expect_failure(name);
}

TEST_F(LedgerCommand, a_damaged_journal_gives_no_account) {
  start_and_kill();
  std::filesystem::resize_file(data("/journal/00000000.segment"), 1 << 20);
  expect_failure("/data/journal/00000000.segment: has 1048576 bytes, its header says ");
}

}  // namespace
}  // namespace senne::test
