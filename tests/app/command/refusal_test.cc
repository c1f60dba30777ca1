// Starts that senne run refuses: one line that names what and where, nothing half-written; and
// servers that are not there, which are no reason to refuse.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "core/crc32c.h"
#include "ingest/journal/format.h"
#include "pipeline/snapshot/snapshot_file.h"
#include "tests/app/command/without_servers.h"
#include "tests/integration/senne_process.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_broker.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Refusal : public ::testing::Test {
 protected:
  // Started, up, and killed: what a first start leaves behind.
  void start_and_kill() {
    senne_.start();
    ASSERT_TRUE(eventually([this] { return !senne_.get("/livez").empty(); })) << senne_.log();
    senne_.kill();
  }
  void expect_refused(int status, const std::string& line) {
    const Ended ended = senne_.command({"run", "-c", "senne.yaml"});
    EXPECT_EQ(ended.status, status);
    EXPECT_EQ(ended.err, line + "\n");
    EXPECT_THAT(ended.out, IsEmpty());
  }
  std::string data(const std::string& name = {}) const { return senne_.folder() + "/data" + name; }

  SenneProcess senne_{{{"senne.yaml", configuration_without_servers()}}};
};

TEST_F(Refusal, data_directory_of_another_instance) {
  start_and_kill();
  EXPECT_EQ(read_file(data("/instance")), "here\n");
  std::string other = configuration_without_servers();
  other.replace(other.find("here"), 4, "there");
  senne_.put("senne.yaml", other);
  expect_refused(2,
                 fmt::format("data_dir {} belongs to instance here, this is there: give each its "
                             "own",
                             data()));
  senne_.put("senne.yaml", configuration_without_servers());
  start_and_kill();
}

TEST_F(Refusal, a_second_process_on_the_same_data_directory) {
  senne_.start();
  ASSERT_TRUE(eventually([this] { return !senne_.get("/livez").empty(); }));
  const std::string holder = fmt::format("{}: in use by process {}, since ", data(), senne_.pid());
  const std::vector<std::vector<std::string>> commands = {
      {"run", "-c", "senne.yaml"}, {"journal", "adopt", "--discard", "-c", "senne.yaml"}};
  for (const auto& command : commands) {
    const Ended ended = senne_.command(command);
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.err, ::testing::StartsWith(holder));
    EXPECT_TRUE(is_one_line(ended.err)) << ended.err;
  }
  EXPECT_EQ(senne_.stop(), 0);
}

TEST_F(Refusal, journal_of_a_newer_release) {
  start_and_kill();
  std::string block = read_file(data("/journal/identity"));
  const std::string before = block;
  // Magic, checksum of what follows, version.
  const std::uint32_t newer = ingest::journal_format_version + 1;
  std::memcpy(block.data() + 12, &newer, sizeof newer);
  const std::uint32_t crc = crc32c(0, block.data() + 12, block.size() - 12);
  std::memcpy(block.data() + 8, &crc, sizeof crc);
  write_file(data("/journal/identity"), block);
  expect_refused(1, fmt::format("{}: has format version {}, this release knows {}",
                                data("/journal/identity"), newer, newer - 1));
  write_file(data("/journal/identity"), before);
  start_and_kill();
}

TEST_F(Refusal, snapshot_of_a_newer_release) {
  start_and_kill();
  const auto identity = ingest::decode_identity(read_file(data("/journal/identity")));
  ASSERT_TRUE(identity);
  std::string bytes = pipeline::encode_snapshot(
      {.position = {}, .journal = identity->id, .configuration = {}, .state = "x"});
  // Version, magic and the checksum of all before stand at the end.
  const std::uint32_t newer = pipeline::snapshot_format_version + 1;
  std::memcpy(bytes.data() + bytes.size() - 24, &newer, sizeof newer);
  const Id128 hash = content_hash(std::string_view(bytes).substr(0, bytes.size() - 16));
  std::memcpy(bytes.data() + bytes.size() - 16, &hash, sizeof hash);
  const std::string name = "snapshot-00000000000000000000";
  write_file(data("/snapshots/" + name), bytes);
  expect_refused(1,
                 fmt::format("{}: snapshot format {} is of a newer release; this one reads up to "
                             "{}",
                             name, newer, newer - 1));
}

TEST_F(Refusal, state_of_another_release) {
  start_and_kill();
  const auto identity = ingest::decode_identity(read_file(data("/journal/identity")));
  ASSERT_TRUE(identity);
  const std::string name = "snapshot-00000000000000000000";
  // The state begins with its version, 4 bytes.
  write_file(data("/snapshots/" + name),
             pipeline::encode_snapshot({.position = {},
                                        .journal = identity->id,
                                        .configuration = {},
                                        .state = std::string("\xff\xff\xff\x7f", 4)}));
  const std::string line = name + ": the snapshot was written by another release";
  expect_refused(1, line);
  const Ended ledger = senne_.command({"ledger", "-c", "senne.yaml"});
  EXPECT_EQ(ledger.status, 1);
  EXPECT_EQ(ledger.err, line + "\n");
  std::filesystem::remove(data("/snapshots/" + name));
  start_and_kill();
}

TEST_F(Refusal, http_port_in_use) {
  SenneProcess holder({{"senne.yaml", configuration_without_servers()}});
  holder.start();
  ASSERT_TRUE(eventually([&] { return !holder.get("/livez").empty(); }));
  const std::string url = read_file(holder.folder() + "/data/http");
  const std::string address = url.substr(url.find("//") + 2);
  std::string configuration = configuration_without_servers();
  const std::string any = "127.0.0.1:0\"";
  configuration.replace(configuration.find(any), any.size() - 1, address);
  senne_.put("senne.yaml", configuration);
  expect_refused(1, fmt::format("http.listen {}: address already in use", address));
  holder.kill();
  start_and_kill();
}

TEST_F(Refusal, data_directory_that_cannot_be_made) {
  write_file(data(), "a file");
  expect_refused(1, fmt::format("data_dir {}: Not a directory", data()));
}

TEST_F(Refusal, full_disk_leaves_nothing_that_hinders_a_later_start) {
  for (const char* const small : {"size=8k", "size=1m", "size=80m"}) {
    std::filesystem::create_directory(data());
    if (mount("tmpfs", data().c_str(), "tmpfs", 0, small) != 0) {
      GTEST_SKIP() << "mounting a small file system needs root: " << std::strerror(errno);
    }
    const Ended ended = senne_.command({"run", "-c", "senne.yaml"});
    EXPECT_EQ(ended.status, 1) << small;
    EXPECT_THAT(ended.err, HasSubstr("No space left on device")) << small;
    EXPECT_THAT(ended.err, HasSubstr(data())) << small;
    EXPECT_TRUE(is_one_line(ended.err)) << ended.err;
    ASSERT_EQ(mount("tmpfs", data().c_str(), "tmpfs", MS_REMOUNT, "size=600m"), 0);
    start_and_kill();
    EXPECT_EQ(umount(data().c_str()), 0);
  }
}

TEST_F(Refusal, a_disk_that_is_full_since_is_no_reason_not_to_start) {
  std::filesystem::create_directory(data());
  if (mount("tmpfs", data().c_str(), "tmpfs", 0, "size=130m") != 0) {
    GTEST_SKIP() << "mounting a small file system needs root: " << std::strerror(errno);
  }
  start_and_kill();
  std::filesystem::remove(data("/http"));
  {
    std::ofstream filler(data("/filler"), std::ios::binary);
    while (filler << std::string(4096, 'x') << std::flush) continue;
  }
  senne_.start();
  EXPECT_TRUE(eventually([this] {
    return senne_.log().find("/data/http: write: No space left on device") != std::string::npos;
  })) << senne_.log();
  EXPECT_TRUE(eventually([this] {
    return senne_.log().find("\"event\":\"started\"") != std::string::npos;
  })) << senne_.log();
  EXPECT_EQ(senne_.stop(), 0) << senne_.log();
  EXPECT_EQ(umount(data().c_str()), 0);
}

TEST_F(Refusal, commands_on_a_data_directory_that_is_not_there_make_none) {
  const std::vector<std::vector<std::string>> commands = {
      {"ledger"},
      {"journal", "list"},
      {"journal", "verify"},
      {"journal", "export"},
      {"journal", "adopt", "--discard"},
  };
  for (auto command : commands) {
    command.insert(command.end(), {"-c", "senne.yaml"});
    const Ended ended = senne_.command(command);
    EXPECT_EQ(ended.status, 1) << command.front();
    EXPECT_TRUE(is_one_line(ended.err)) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("No such file or directory"));
    EXPECT_FALSE(std::filesystem::exists(data()));
  }
}

TEST_F(Refusal, servers_that_are_not_there_are_waited_for_and_named_once) {
  senne_.start();
  ASSERT_TRUE(eventually([this] {
    return senne_.get("/readyz?verbose").find("[-] kafka: cannot read") != std::string::npos;
  })) << senne_.get("/readyz?verbose");
  EXPECT_THAT(senne_.get("/readyz"), HasSubstr(" 503 "));
  EXPECT_THAT(senne_.get("/livez"), HasSubstr(" 200 "));
  EXPECT_THAT(senne_.get("/readyz?verbose"),
              HasSubstr("[-] mqtt: stays away until the position in Kafka is owned, since "));
  EXPECT_THAT(senne_.get("/readyz?verbose"), HasSubstr("127.0.0.1:1"));
  // By then the client has tried several times; each reason is told once.
  ASSERT_TRUE(
      eventually([this] { return senne_.log().find("sink_not_reached") != std::string::npos; }));
  std::map<std::string, int> told;
  std::istringstream log(senne_.log());
  for (std::string line; std::getline(log, line);) {
    const auto parsed = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << line;
    const std::string message = parsed["message"];
    if (parsed["severity"] != "info") ++told[message.substr(0, message.find(" (after"))];
  }
  EXPECT_FALSE(told.empty());
  for (const auto& [message, times] : told) EXPECT_EQ(times, 1) << message;
  EXPECT_THAT(senne_.log(), Not(HasSubstr("secret")));
  // Nothing came in, so there is nothing to wait for.
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(senne_.stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
}

TEST_F(Refusal, a_refused_subscription_is_named_by_check) {
  senne::testing::RawBroker broker;
  senne_.put("refused.yaml", fmt::format(R"(instance: here
data_dir: "{{data_dir}}"
mqtt: {{url: "mqtt://127.0.0.1:{}"}}
kafka: {{bootstrap_servers: embedded}}
routes:
  - {{name: one, topic: one/#, format: senml-json}}
  - {{name: two, topic: two/#, format: senml-json}}
)",
                                         broker.port()));
  std::thread answers([&] {
    EXPECT_TRUE(broker.accept_client(false));
    EXPECT_TRUE(broker.grant({0x87}));
    EXPECT_TRUE(broker.grant({1}));
    broker.next(10s);  // DISCONNECT
    broker.drop_client();
  });
  const Ended ended = senne_.command({"check", "-c", "refused.yaml", "--connect"});
  answers.join();
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.err, "mqtt filter one/#: refused: not authorised (0x87)\n");
  EXPECT_THAT(ended.out, HasSubstr("mqtt filter two/#: QoS 1 granted\n"));
}

TEST_F(Refusal, a_session_that_another_client_has_taken_over) {
  senne::testing::RawBroker broker;
  senne_.put("senne.yaml", configuration_with_broker(broker.port()));
  senne_.start();
  ASSERT_TRUE(broker.accept_client(false)) << senne_.log();
  ASSERT_TRUE(broker.grant({1}));
  broker.disconnect_client(0x8E);
  ASSERT_TRUE(eventually([this] { return !senne_.running(); })) << senne_.log();
  EXPECT_EQ(senne_.stop(), 1);
  const std::string log = senne_.log();
  EXPECT_EQ(
      log.substr(log.rfind('\n', log.size() - 2) + 1),
      fmt::format("taken over: another client connected to mqtt://127.0.0.1:{} as senne-here\n",
                  broker.port()));
}

TEST_F(Refusal, a_broken_file_at_sighup_is_refused_and_the_process_goes_on) {
  senne_.start();
  ASSERT_TRUE(eventually([this] { return !senne_.get("/livez").empty(); }));
  senne_.put("senne.yaml", configuration_without_servers() + "nonsense: 1\n");
  ::kill(senne_.pid(), SIGHUP);
  ASSERT_TRUE(eventually([this] {
    return senne_.log().find("senne.yaml:11:1: unknown key `nonsense`") != std::string::npos;
  })) << senne_.log();
  EXPECT_THAT(senne_.log(), HasSubstr("\"event\":\"reload_refused\""));
  EXPECT_THAT(senne_.get("/livez"), HasSubstr(" 200 "));
  EXPECT_EQ(senne_.stop(), 0);
}

}  // namespace
}  // namespace senne::test
