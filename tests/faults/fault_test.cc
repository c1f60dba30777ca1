#include "tests/faults/fault_test.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "senne/v1/dead_letter.pb.h"
#include "tests/integration/ledger.h"
#include "tests/support/eventually.h"
#include "tests/support/kafka_reader.h"

namespace senne::test {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

namespace {

constexpr std::uint64_t endless = 10'000'000;

// Messages of all routes, of which `in_journal` are not worked off.
struct Messages {
  std::uint64_t received = 0;
  std::uint64_t in_journal = 0;
};

Messages messages_of(const nlohmann::json& account) {
  Messages sum;
  if (account.is_null()) return sum;
  for (const auto& route : account["routes"]) {
    sum.received += route["messages"]["received"].get<std::uint64_t>();
    sum.in_journal += route["messages"]["in_journal"].get<std::uint64_t>();
  }
  return sum;
}

}  // namespace

Duration lasting(Duration brief, Duration full) {
  const char* const wanted = std::getenv("SENNE_FAULTS");
  return wanted != nullptr && std::string_view(wanted) == "full" ? full : brief;
}

MemoryWatch::MemoryWatch(std::function<std::uint64_t()> look_kib)
    : look_kib_(std::move(look_kib)), thread_([this] {
        while (!ending_.load()) {
          peak_kib_.store(std::max(peak_kib_.load(), look_kib_()));
          std::this_thread::sleep_for(100ms);
        }
      }) {}

MemoryWatch::~MemoryWatch() {
  ending_.store(true);
  thread_.join();
}

std::map<std::string, std::string> FaultTest::configuration() {
  return Traffic::configuration({mqtt_network_->port(), kafka_->bootstrap_by_network(), prefix_});
}

void FaultTest::make_senne() {
  auto network = FaultProxy::start(broker_->port());
  ASSERT_TRUE(network) << network.error().message;
  mqtt_network_ = std::move(*network);
  kafka_->network().heal();
  senne_ = std::make_unique<SenneProcess>(configuration());
  create_topics();
}

void FaultTest::TearDown() {
  memory_.reset();
  if (city_) city_->finish();
  Servers::TearDown();
}

void FaultTest::begin(double per_second) {
  traffic_.emplace(start_of_traffic(48h));
  senne_->start();
  ASSERT_TRUE(senne_->wait_ready(60s)) << senne_->get("/readyz?verbose");
  memory_ = std::make_unique<MemoryWatch>([this] { return senne_->rss_anon_kib(); });
  city_ = std::make_unique<Publishing>(broker_->port(), *traffic_, endless, per_second);
  ASSERT_TRUE(eventually([this] { return messages_of(account_of(*senne_)).received > 500; }))
      << account_of(*senne_).dump();
}

void FaultTest::rest() {
  const std::uint64_t sent = city_->finish();
  ASSERT_TRUE(wait_settled(*senne_, sent, 60s)) << account_of(*senne_).dump();
}

void FaultTest::go_on(double per_second) {
  const std::uint64_t next = city_->finish();
  city_ = std::make_unique<Publishing>(broker_->port(), *traffic_, endless, per_second, next);
}

bool FaultTest::readiness_says(const std::string& text, Duration patience) {
  return eventually([&] { return senne_->get("/readyz?verbose").find(text) != std::string::npos; },
                    patience);
}

void FaultTest::expect_flowing_again(Duration patience) {
  const auto begun = std::chrono::steady_clock::now();
  const std::uint64_t mark = city_->published();
  ASSERT_TRUE(eventually(
      [&] {
        const Messages now = messages_of(account_of(*senne_));
        return now.received - now.in_journal > mark;
      },
      patience))
      << senne_->get("/readyz?verbose") << account_of(*senne_).dump();
  ASSERT_TRUE(senne_->wait_ready(patience)) << senne_->get("/readyz?verbose");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  seconds_to_flow_ = took.count();
}

void FaultTest::expect_all_accounted(const Expected& expected) {
  const std::uint64_t sent = city_->finish();
  const std::uint64_t peak_kib = memory_->peak_kib();
  std::uint64_t others = 0;
  for (const auto& [reason, count] : expected.dead_letters) others += count;
  if (expected.ledger) {
    ASSERT_TRUE(wait_settled(*senne_, sent + others, 120s)) << account_of(*senne_).dump();
  }

  const Verdict verdict(*traffic_, sent);
  // What the broker delivers twice is received twice: the ledger may be settled before the last.
  KafkaReader observations(kafka_->bootstrap(), {topic("urban.observations.v1")});
  std::vector<ReadRecord> all;
  std::vector<std::string> wrong;
  const bool everything = eventually(
      [&] {
        observations.read_to_end(60s);
        all = earlier_;
        all.insert(all.end(), observations.records().begin(), observations.records().end());
        wrong = verdict.observations(all);
        return wrong.empty();
      },
      30s);
  EXPECT_TRUE(everything) << ::testing::PrintToString(wrong);
  const Verdict::Count count = verdict.count(all);

  KafkaReader windows(kafka_->bootstrap(), {topic("urban.aggregates.v1")});
  std::vector<std::string> problems;
  const bool agree = !expected.windows || eventually(
                                              [&] {
                                                windows.read_to_end(20s);
                                                problems = verdict.windows(windows.records());
                                                return problems.empty();
                                              },
                                              30s);
  EXPECT_TRUE(agree) << ::testing::PrintToString(problems);

  KafkaReader letters(kafka_->bootstrap(), {topic("urban.deadletter.v1")});
  ASSERT_TRUE(letters.read_to_end(30s));
  std::map<std::string, std::uint64_t> found;
  for (const ReadRecord& record : letters.records()) {
    v1::DeadLetter letter;
    ASSERT_TRUE(letter.ParseFromString(record.value));
    ++found[letter.reason()];
  }
  EXPECT_EQ(found, expected.dead_letters);

  const auto account = account_of(*senne_);
  ASSERT_FALSE(account.is_null());
  for (const auto& route : account["routes"]) {
    EXPECT_TRUE(route["balances"].get<bool>()) << route.dump();
  }
  std::string reasons;
  for (const auto& [reason, letters_of_it] : found) {
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", letters_of_it, reason);
  }
  fmt::print("| {} | {} | {} | {} | {} | {:.1f} MiB | {:.1f} s |\n",
             ::testing::UnitTest::GetInstance()->current_test_info()->name(), sent + others,
             count.missing, count.twice, reasons.empty() ? "0" : reasons,
             static_cast<double>(peak_kib) / 1024, seconds_to_flow_);
}

}  // namespace senne::test
