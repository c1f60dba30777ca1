// The operator's side of a running Senne, against a real mosquitto and a real Apache Kafka: starts,
// stops, reloads, accounts, and a journal that Kafka's position does not match.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/app/command/operation.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using senne::testing::MosquittoOptions;
using senne::testing::MosquittoServer;
using senne::testing::MqttPublisher;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(Operation, missing_topics_stall_the_start_until_they_are_created) {
  const Ended before = senne_->command({"topics", "-c", "senne.yaml"});
  EXPECT_EQ(before.status, 1);
  EXPECT_THAT(before.out, HasSubstr(topic("urban.observations.v1") + ": missing\n"));
  EXPECT_THAT(before.out, HasSubstr(topic("senne.journal") + ": missing\n"));
  EXPECT_TRUE(is_one_line(before.err)) << before.err;
  EXPECT_THAT(before.err, HasSubstr(topic("urban.observations.v1")));
  EXPECT_THAT(before.err, HasSubstr("; create with senne topics --create\n"));
  const Ended check = senne_->command({"check", "-c", "senne.yaml", "--connect"});
  EXPECT_EQ(check.status, 1);
  EXPECT_THAT(check.err, HasSubstr("kafka topic " + topic("senne.journal") +
                                   ": missing; create it with senne topics --create\n"));

  senne_->start();
  ASSERT_TRUE(readiness_says("senne topics --create")) << senne_->get("/readyz?verbose");
  EXPECT_THAT(senne_->get("/readyz?verbose"), HasSubstr(prefix_));
  EXPECT_THAT(senne_->get("/readyz"), HasSubstr(" 503 "));
  create_topics();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  publish("first", 0, 10);
  // What the broker has not delivered by then it keeps.
  ASSERT_TRUE(wait_received(10));
  EXPECT_EQ(senne_->stop(), 0);
  expect_each_once(10);

  const Ended after = senne_->command({"topics", "-c", "senne.yaml"});
  EXPECT_EQ(after.status, 0) << after.out;
  EXPECT_THAT(after.out, HasSubstr(topic("urban.aggregates.v1") + ": exists, 2 partitions"));
  const Ended connected = senne_->command({"check", "-c", "senne.yaml", "--connect"});
  EXPECT_EQ(connected.status, 0) << connected.err;
  EXPECT_THAT(connected.out, HasSubstr("mqtt filter first/+: QoS 1 granted"));
  EXPECT_THAT(connected.out, HasSubstr("mqtt session: kept for 24.0 h"));
}

TEST_F(Operation, a_topic_deleted_while_it_runs_stalls_it_and_loses_nothing) {
  create_topics();
  start_ready();
  publish("first", 0, 5);
  ASSERT_TRUE(wait_settled(5));
  ASSERT_TRUE(kafka_->delete_topic(topic("urban.deadletter.v1")));
  auto publisher = MqttPublisher::connect(broker_->port(), "operation-publisher");
  ASSERT_TRUE(publisher);
  ASSERT_TRUE(publisher->publish("first/x", "not JSON"));
  ASSERT_TRUE(publisher->drain());
  ASSERT_TRUE(readiness_says("[-] kafka: ")) << senne_->get("/readyz?verbose");
  ASSERT_TRUE(readiness_says(topic("urban.deadletter.v1"))) << senne_->get("/readyz?verbose");
  create_topics();
  ASSERT_TRUE(senne_->wait_ready(90s)) << senne_->get("/readyz?verbose");
  KafkaReader reader(kafka_->bootstrap(), {topic("urban.deadletter.v1")});
  EXPECT_TRUE(reader.read_count(1, 30s));
  EXPECT_EQ(senne_->stop(), 0);
  expect_each_once(5);
}

TEST_F(Operation, metrics_ledger_and_journal_tell_the_same_beside_a_process_and_at_rest) {
  create_topics();
  start_ready();
  publish("first", 0, 50);
  auto publisher = MqttPublisher::connect(broker_->port(), "operation-publisher");
  ASSERT_TRUE(publisher);
  ASSERT_TRUE(publisher->publish("first/\"quoted\" \xc3\xa9", std::string("\x00\xff\"\n", 4)));
  ASSERT_TRUE(publisher->drain());
  ASSERT_TRUE(wait_settled(51));

  const std::string metrics = senne_->get("/metrics");
  for (const char* name :
       {"senne_ingest_messages_total{route=\"first\"} 51\n",
        "senne_ingest_bytes_total{route=",
        "senne_ingest_connected 1\n",
        "senne_journal_bytes ",
        "senne_journal_capacity_bytes ",
        "senne_journal_oldest_uncommitted_seconds ",
        "senne_pipeline_readings_total{route=\"first\"} 50\n",
        "senne_pipeline_observations_total{route=\"first\"} 50\n",
        "senne_pipeline_duplicates_total{route=\"first\"} 0\n",
        "senne_pipeline_dead_letters_total{route=\"first\",reason=\"malformed\"} 1\n",
        "senne_pipeline_suppressed_total{route=",
        "senne_pipeline_open_windows ",
        "senne_pipeline_datastreams 50\n",
        "senne_pipeline_watermark_lag_seconds ",
        "senne_pipeline_windows_missed_total{window=\"10s\"}",
        "senne_sink_records_total{topic=",
        "senne_sink_commits_total{outcome=\"committed\"}",
        "senne_sink_commits_total{outcome=\"aborted\"}",
        "senne_sink_commits_total{outcome=\"fenced\"}",
        "senne_sink_commit_duration_seconds_bucket{",
        "senne_end_to_end_latency_seconds_count 5",
        "senne_build_info{version="}) {
    EXPECT_THAT(metrics, HasSubstr(name));
  }
  EXPECT_THAT(senne_->get("/livez"), HasSubstr("ok"));
  for (const char* name : {"mqtt", "kafka", "journal", "clock", "shard"}) {
    EXPECT_THAT(senne_->get("/readyz?verbose"), HasSubstr(fmt::format("[+] {}: ", name)));
  }

  const json running = ledger();
  EXPECT_EQ(running["source"], "process");
  const std::vector<std::string> list = {"journal", "-c", "senne.yaml", "list"};
  const std::vector<std::string> verify = {"journal", "-c", "senne.yaml", "verify"};
  const std::vector<std::string> dump = {"journal", "-c", "senne.yaml", "export"};
  for (const bool at_rest : {false, true}) {
    if (at_rest) {
      EXPECT_EQ(senne_->stop(), 0);
    }
    EXPECT_GE(lines_of(senne_->command(list).out).size(), 2u);
    const Ended verified = senne_->command(verify);
    EXPECT_EQ(verified.status, 0) << verified.err;
    EXPECT_FALSE(lines_of(verified.out).at(0)["torn_tail"].get<bool>());
    const Ended exported = senne_->command(dump);
    EXPECT_EQ(exported.status, 0) << exported.err;
    std::size_t messages = 0;
    for (const json& line : lines_of(exported.out)) {
      if (line["kind"] != "message") continue;
      ++messages;
      if (messages <= 50) continue;
      EXPECT_EQ(line["topic"], "first/\"quoted\" \xc3\xa9");
      EXPECT_EQ(line["payload"], "AP8iCg==");
    }
    EXPECT_EQ(messages, 51u);
  }
  json resting = ledger();
  EXPECT_EQ(resting["source"], "snapshot");
  EXPECT_EQ(resting["routes"], running["routes"]);
  EXPECT_EQ(resting["last_sequence"], running["last_sequence"]);

  // One flipped bit in a record: found, with file and offset.
  const std::string file = senne_->folder() + "/data/journal/00000000.segment";
  {
    std::fstream segment(file, std::ios::in | std::ios::out | std::ios::binary);
    std::string bytes(8192, '\0');
    segment.read(bytes.data(), 8192);
    const auto at = bytes.find("urn:dev:ops:d-3:");
    ASSERT_NE(at, std::string::npos);
    segment.seekp(static_cast<std::streamoff>(at));
    segment.put(static_cast<char>(bytes[at] ^ 4));
  }
  const Ended damaged = senne_->command(verify);
  EXPECT_EQ(damaged.status, 1);
  EXPECT_TRUE(is_one_line(damaged.err)) << damaged.err;
  EXPECT_THAT(damaged.err, HasSubstr("00000000.segment: offset "));
  EXPECT_THAT(damaged.out, IsEmpty());
  const Ended rest = senne_->command(dump);
  EXPECT_EQ(rest.status, 1);
  EXPECT_THAT(rest.err, HasSubstr("00000000.segment: offset "));
  EXPECT_GT(lines_of(rest.out).size(), 45u);
  const Ended refused = senne_->command({"run", "-c", "senne.yaml"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("00000000.segment: offset "));
}

TEST_F(Operation, a_reload_adds_and_removes_routes_without_losing_a_message) {
  create_topics();
  senne_->put("senne.yaml", configuration(route("second")));
  start_ready();
  publish("first", 0, 20);
  publish("second", 100, 20);
  std::string next = configuration(route("third"));
  next.replace(next.find("shutdown_timeout: 5s"), 20, "shutdown_timeout: 6s");
  senne_->put("senne.yaml", next);
  ::kill(senne_->pid(), SIGHUP);
  // Messages of the route that stays come all the while.
  publish("first", 20, 200);
  ASSERT_TRUE(
      eventually([this] { return senne_->log().find("\"reloaded\"") != std::string::npos; }));
  EXPECT_TRUE(
      eventually([this] { return senne_->log().find("\"restart_needed\"") != std::string::npos; }));
  EXPECT_THAT(senne_->log(), HasSubstr("\"keys\":\"shutdown_timeout\""));
  ASSERT_TRUE(eventually([this] {
    publish("third", 300, 1);
    return senne_->metric("senne_ingest_messages_total{route=\"third\"}") > 0;
  }));
  publish("third", 301, 19);
  publish("second", 500, 5);  // nobody asks for these any more
  ASSERT_TRUE(
      eventually([this] { return senne_->get("/readyz").find(" 200 ") != std::string::npos; }));

  senne_->put("senne.yaml", configuration(route("fourth")) + "nonsense: 1\n");
  ::kill(senne_->pid(), SIGHUP);
  ASSERT_TRUE(eventually(
      [this] { return senne_->log().find("unknown key `nonsense`") != std::string::npos; }));
  const double before = senne_->metric("senne_ingest_messages_total{route=\"third\"}");
  publish("third", 320, 5);
  ASSERT_TRUE(eventually([&] {
    return senne_->metric("senne_ingest_messages_total{route=\"third\"}") == before + 5;
  }));
  senne_->put("senne.yaml", configuration(route("third")));
  EXPECT_EQ(senne_->stop(), 0);
  const auto devices = seen(20 + 20 + 200 + 20 + 5);
  for (const auto& [from, count] :
       std::vector<std::pair<int, int>>{{0, 220}, {100, 20}, {300, 25}}) {
    for (int i = from; i < from + count; ++i) {
      const std::string device = fmt::format("urn:dev:ops:d-{}", i);
      EXPECT_TRUE(devices.contains(device)) << device;
    }
  }
  EXPECT_FALSE(devices.contains("urn:dev:ops:d-500"));
  // And after a restart under the new routes the account still balances.
  start_ready();
  const json account = ledger();
  for (const auto& each : account["routes"]) EXPECT_TRUE(each["balances"].get<bool>()) << each;
  EXPECT_EQ(senne_->stop(), 0);
}

TEST_F(Operation, stopped_while_kafka_is_away_it_ends_in_time_and_keeps_everything) {
  create_topics();
  start_ready();
  publish("first", 0, 10);
  ASSERT_TRUE(wait_settled(10));
  kafka_->pause();
  publish("first", 10, 30);
  ASSERT_TRUE(wait_received(40));
  const auto begun = std::chrono::steady_clock::now();
  ::kill(senne_->pid(), SIGTERM);
  EXPECT_TRUE(readiness_says("[-] mqtt: stopping, since ")) << senne_->get("/readyz?verbose");
  EXPECT_THAT(senne_->get("/readyz"), HasSubstr(" 503 "));
  EXPECT_EQ(senne_->stop(), 0);
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_LT(took, 5s + 10s);  // shutdown_timeout, and what closing the clients may cost
  kafka_->resume();
  const json account = ledger();
  EXPECT_EQ(account["source"], "snapshot");
  start_ready();
  ASSERT_TRUE(wait_settled(40));
  EXPECT_EQ(senne_->stop(), 0);
  expect_each_once(40);
}

TEST_F(Operation, a_wrong_password_is_named_and_not_printed) {
  start_broker({.username = "senne", .password = "right"});
  create_topics();
  senne_->put("senne.yaml", configuration({}, ", username: senne, password: wrongsecret"));
  const Ended wrong = senne_->command({"check", "-c", "senne.yaml", "--connect"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("not authorised"));
  EXPECT_TRUE(is_one_line(wrong.err)) << wrong.err;
  EXPECT_THAT(wrong.out + wrong.err, Not(HasSubstr("wrongsecret")));
  senne_->start();
  ASSERT_TRUE(readiness_says("not authorised")) << senne_->get("/readyz?verbose");
  EXPECT_EQ(senne_->stop(), 0);
  EXPECT_THAT(senne_->log(), Not(HasSubstr("wrongsecret")));
}

TEST_F(Operation, a_lower_qos_than_asked_is_named) {
  start_broker({.lines = {"max_qos 0"}});
  create_topics();
  senne_->put("senne.yaml", configuration());
  const Ended ended = senne_->command({"check", "-c", "senne.yaml", "--connect"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("mqtt filter first/+: QoS 0 granted, 1 asked"));
}

TEST_F(Operation, tail_reads_from_the_beginning_a_time_or_the_end) {
  create_topics();
  start_ready();
  publish("first", 0, 10);
  ASSERT_TRUE(wait_settled(10));
  const auto tail = [this](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"tail", "-c", "senne.yaml", "urban.observations.v1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = senne_->command(arguments);
    EXPECT_EQ(ended.status, 0) << ended.err;
    return lines_of(ended.out);
  };
  const auto ten = tail({"--from", "beginning", "-n", "10"});
  ASSERT_EQ(ten.size(), 10u);
  for (const json& record : ten) {
    EXPECT_EQ(record["topic"], topic("urban.observations.v1"));
    EXPECT_EQ(record["key"], record["value"]["deviceId"]);
    EXPECT_EQ(record["headers"]["ce_type"], "senne.observations.v1");
  }
  EXPECT_EQ(tail({"--from", "2026-01-01T00:00:00Z", "-n", "10"}).size(), 10u);

  // From the end: only what comes after it began.
  std::thread later([this] {
    for (int i = 100; i < 140; ++i) {
      publish("first", i, 1);
      std::this_thread::sleep_for(100ms);
    }
  });
  const auto fresh = tail({"-n", "3"});
  later.join();
  ASSERT_EQ(fresh.size(), 3u);
  for (const json& record : fresh) {
    EXPECT_GE(record["value"]["observations"][0]["number"].get<int>(), 100) << record;
  }
  const Ended absent = senne_->command({"tail", "-c", "senne.yaml", "nowhere"});
  EXPECT_EQ(absent.status, 1);
  EXPECT_THAT(absent.err, HasSubstr("nowhere does not exist"));
  EXPECT_EQ(senne_->stop(), 0);
}

}  // namespace
}  // namespace senne::test
