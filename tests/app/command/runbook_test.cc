// Refusals and remedies of docs/operating.md, brought about and followed as an operator would.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "senne/v1/dead_letter.pb.h"
#include "tests/app/command/operation.h"
#include "tests/support/kafka_admin.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
namespace fs = std::filesystem;

class Runbook : public Operation {
 protected:
  // Ten messages, committed, and a clean end.
  void ten_committed() {
    create_topics();
    ASSERT_NO_FATAL_FAILURE(ten_more(0));
  }
  void ten_more(int first) {
    start_ready();
    publish("first", first, 10);
    ASSERT_TRUE(wait_settled(static_cast<std::uint64_t>(first) + 10));
    ASSERT_EQ(senne_->stop(), 0) << senne_->log();
  }
  std::string data(const std::string& name = {}) const { return senne_->folder() + "/data" + name; }

  CommittedOffset committed() const {
    const auto found =
        committed_offset(kafka_->bootstrap(), prefix_ + "senne.op", topic("senne.journal"));
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : CommittedOffset{};
  }
  void commit(const CommittedOffset& offset) const {
    const auto done =
        commit_offset(kafka_->bootstrap(), prefix_ + "senne.op", topic("senne.journal"), offset);
    ASSERT_TRUE(done) << done.error().message;
  }
  // The position of the message with this sequence number, from 1.
  std::uint64_t position_of(int sequence) const {
    for (const json& line :
         lines_of(senne_->command({"journal", "-c", "senne.yaml", "export"}).out)) {
      if (line["kind"] == "message" && line["sequence"] == sequence) return line["position"];
    }
    ADD_FAILURE() << "no message " << sequence;
    return 0;
  }

  void expect_refused(const ::testing::Matcher<std::string>& line) {
    const Ended refused = senne_->command({"run", "-c", "senne.yaml"});
    EXPECT_EQ(refused.status, 1);
    const std::string last =
        refused.err.substr(refused.err.rfind('\n', refused.err.size() - 2) + 1);
    EXPECT_THAT(last, line);
  }
  static auto adoption_is_offered(const std::string& reason) {
    return AllOf(HasSubstr(reason),
                 EndsWith("; choose where to go on: senne journal adopt --from-start | --from "
                          "POSITION | --discard\n"));
  }
  void adopt(const std::vector<std::string>& how) {
    std::vector<std::string> arguments = {"journal", "-c", "senne.yaml", "adopt"};
    arguments.insert(arguments.end(), how.begin(), how.end());
    const Ended adopted = senne_->command(arguments);
    ASSERT_EQ(adopted.status, 0) << adopted.err;
  }
};

TEST_F(Runbook, a_position_beyond_the_journal) {
  ASSERT_NO_FATAL_FAILURE(ten_committed());
  CommittedOffset moved = committed();
  moved.offset += 1'000'000;
  ASSERT_NO_FATAL_FAILURE(commit(moved));
  expect_refused(adoption_is_offered(
      fmt::format("Kafka's position {} is outside the journal, which holds 0 to ", moved.offset)));
  // All of it had been sent.
  ASSERT_NO_FATAL_FAILURE(adopt({"--discard"}));
  ASSERT_NO_FATAL_FAILURE(ten_more(10));
  expect_each_once(20);
}

TEST_F(Runbook, a_position_before_the_snapshots) {
  ASSERT_NO_FATAL_FAILURE(ten_committed());
  const CommittedOffset right = committed();
  ASSERT_NO_FATAL_FAILURE(commit({static_cast<std::int64_t>(position_of(5)), right.metadata}));
  expect_refused(
      adoption_is_offered(fmt::format(" is before that of snapshot snapshot-{0:020}, {0}: Kafka "
                                      "has lost commits",
                                      right.offset)));
  ASSERT_NO_FATAL_FAILURE(adopt({"--from", std::to_string(right.offset)}));
  ASSERT_NO_FATAL_FAILURE(ten_more(10));
  expect_each_once(20);
}

TEST_F(Runbook, a_position_that_somebody_has_moved) {
  ASSERT_NO_FATAL_FAILURE(ten_committed());
  const CommittedOffset right = committed();
  // As `kafka-consumer-groups --reset-offsets` leaves it.
  ASSERT_NO_FATAL_FAILURE(commit({0, ""}));
  expect_refused(adoption_is_offered("somebody has moved Kafka's position to 0: "));
  ASSERT_NO_FATAL_FAILURE(adopt({"--from", std::to_string(right.offset)}));
  ASSERT_NO_FATAL_FAILURE(ten_more(10));
  expect_each_once(20);
}

// As a disk leaves it that took the last syncs for granted, but has lost nothing: there is nothing
// to refuse.
TEST_F(Runbook, a_note_of_the_synced_position_that_is_behind) {
  ASSERT_NO_FATAL_FAILURE(ten_committed());
  const std::string mark = data("/journal/synced");
  const std::string earlier = senne_->folder() + "/synced";
  ASSERT_TRUE(fs::copy_file(mark, earlier));
  ASSERT_NO_FATAL_FAILURE(ten_more(10));
  ASSERT_TRUE(fs::copy_file(earlier, mark, fs::copy_options::overwrite_existing));
  ASSERT_NO_FATAL_FAILURE(ten_more(20));
  expect_each_once(30);
}

TEST_F(Runbook, an_empty_data_directory_takes_over_from_a_settled_one) {
  ASSERT_NO_FATAL_FAILURE(ten_committed());
  for (const json& route : ledger()["routes"]) EXPECT_EQ(route["in_journal"], 0) << route;
  fs::rename(data(), senne_->folder() + "/kept");
  ASSERT_NO_FATAL_FAILURE(start_ready());
  publish("first", 10, 10);
  ASSERT_TRUE(wait_settled(10)) << "the account began anew";
  EXPECT_EQ(senne_->stop(), 0);
  expect_each_once(20);
  // The one that was moved away is not to be used again by mistake.
  fs::rename(data(), senne_->folder() + "/new");
  fs::rename(senne_->folder() + "/kept", data());
  expect_refused(
      MatchesRegex("taken over: Kafka's position belongs to journal [0-9a-f]{32}, this is journal "
                   "[0-9a-f]{32}; its files are kept for senne journal drain\n"));
}

TEST_F(Runbook, a_record_that_the_process_died_of_twice) {
  ASSERT_NO_FATAL_FAILURE(ten_committed());
  start_ready();
  kafka_->pause();
  publish("first", 10, 10);
  ASSERT_TRUE(wait_received(20));
  senne_->kill();
  kafka_->resume();
  // The twelfth message, found in hand by two starts: what an end within it leaves behind.
  const std::uint64_t words[] = {position_of(12) + 1, position_of(12) + 1, 1};
  {
    std::fstream file(data("/journal/in-hand"), std::ios::binary | std::ios::in | std::ios::out);
    file.write(reinterpret_cast<const char*>(words), sizeof words);
    ASSERT_TRUE(file.flush());
  }
  ASSERT_NO_FATAL_FAILURE(start_ready());
  EXPECT_THAT(senne_->log(), AllOf(HasSubstr("ended_within_a_record"),
                                   HasSubstr(std::to_string(position_of(12)))));
  ASSERT_TRUE(wait_settled(20));
  EXPECT_EQ(senne_->stop(), 0);
  KafkaReader letters(kafka_->bootstrap(), {topic("urban.deadletter.v1")});
  ASSERT_TRUE(letters.read_count(1, 30s));
  const json letter = json::parse(letters.records().at(0).value, nullptr, false);
  EXPECT_EQ(letter["reason"], "quarantined") << letter;
  const auto devices = seen(19);
  EXPECT_EQ(devices.size(), 19u);
  EXPECT_FALSE(devices.contains("urn:dev:ops:d-11"));

  // Changed by hand.
  write_file(data("/journal/quarantined"),
             read_file(data("/journal/quarantined")) + "the other one\n");
  expect_refused(EndsWith("/quarantined: line 2: expected a position\n"));
  write_file(data("/journal/quarantined"), fmt::format("{}\n", position_of(12)));
  ASSERT_NO_FATAL_FAILURE(start_ready());
  EXPECT_EQ(senne_->stop(), 0);
}

// The wall clock alone is moved, between two starts.
class RunbookOfTheClock : public Runbook {
 protected:
  void make_senne() override {
    Runbook::make_senne();
    set_clock(0s);
    senne_->set_environment({"LD_PRELOAD=" SENNE_STEPPED_CLOCK,
                             fmt::format("SENNE_CLOCK_STEP={}/clock", senne_->folder())});
  }
  void set_clock(std::chrono::seconds off) const {
    const std::int64_t seconds = off.count();
    write_file(senne_->folder() + "/clock",
               std::string(reinterpret_cast<const char*>(&seconds), sizeof seconds));
  }
  void expect_no_start(const std::string& line) {
    senne_->start();
    EXPECT_TRUE(eventually([this] { return !senne_->running(); })) << senne_->log();
    EXPECT_EQ(senne_->stop(), 1);
    EXPECT_THAT(senne_->log(), HasSubstr(line));
  }
  void accept_the_gap(bool accept) {
    std::string yaml = configuration();
    if (accept) yaml.replace(yaml.find("256MiB"), 6, "256MiB, accept_clock_gap: true");
    senne_->put("senne.yaml", yaml);
  }
};

TEST_F(RunbookOfTheClock, behind_the_journal) {
  ASSERT_NO_FATAL_FAILURE(ten_committed());
  set_clock(-2h);
  expect_no_start(
      " s before the journal's last record (at most 60 s are expected unless "
      "journal.accept_clock_gap is true)");
  // It is right, and was ahead before.
  accept_the_gap(true);
  senne_->start();
  ASSERT_TRUE(readiness_says("[+] mqtt: connected"));
  EXPECT_TRUE(readiness_says("[-] clock: the wall clock has stepped by -7"));
  publish("first", 10, 10);
  ASSERT_TRUE(wait_settled(20));
  ASSERT_EQ(senne_->stop(), 0);
  // What comes now says that its time is not to be trusted.
  KafkaReader reader(kafka_->bootstrap(), {topic("urban.observations.v1")});
  ASSERT_TRUE(reader.read_count(20, 30s));
  int flagged = 0;
  for (const ReadRecord& record : reader.records()) {
    if (record.value.find("CLOCK") != std::string::npos) ++flagged;
  }
  EXPECT_EQ(flagged, 10);
  expect_each_once(20);
}

TEST_F(RunbookOfTheClock, a_month_after_the_journal) {
  ASSERT_NO_FATAL_FAILURE(ten_committed());
  set_clock(31 * 24h);
  expect_no_start(
      " s after the journal's last record (at most 30 days are expected unless "
      "journal.accept_clock_gap is true)");
  accept_the_gap(true);
  ASSERT_NO_FATAL_FAILURE(ten_more(10));
  accept_the_gap(false);
  ASSERT_NO_FATAL_FAILURE(ten_more(20));
  expect_each_once(30);
}

}  // namespace
}  // namespace senne::test
