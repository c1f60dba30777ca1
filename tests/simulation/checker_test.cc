// The checker must see every kind of wrong result: a check that cannot fail proves nothing.
#include "tests/simulation/checker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "senne/v1/dead_letter.pb.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"

namespace senne::simulation {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t time_ms = 1'790'000'001'250;

// Two readings of one device in one window, and a message that is none: all as it should be.
class checker : public ::testing::Test {
 protected:
  checker() {
    for (const double value : {21.5, 19.0}) {
      Published message;
      message.counter = static_cast<std::int64_t>(published_.size()) + 1;
      message.time_ms = time_ms;
      message.value = value;
      published_.push_back(message);
      records_.push_back(observation(message));
    }
    Published rubbish;
    rubbish.kind = Published::Kind::rubbish;
    rubbish.payload = "{";
    published_.push_back(rubbish);
    v1::DeadLetter letter;
    letter.set_reason("malformed");
    letter.set_payload("{");
    records_.push_back(record(Topic::dead_letters, letter));
    records_.push_back(record(Topic::aggregates, window()));

    pipeline::RouteAccount account;
    account.route = "city";
    account.decoded = account.readings = account.observations = 2;
    account.dead_lettered[0] = 1;
    figures_.routes.push_back(account);
    figures_.last_sequence = Sequence{3};
    figures_.windows.push_back({"10s", {2, 2, 0}});
  }

  sinks::MemoryRecord record(Topic topic, const google::protobuf::Message& value,
                             std::string key = {}) {
    return {topic,
            std::move(key),
            value.SerializeAsString(),
            {{"ce_id", fmt::format("id-{}", ++ids_)}}};
  }
  sinks::MemoryRecord observation(const Published& message) {
    v1::ObservationCollection collection;
    collection.set_device_id("dev-0");
    collection.set_sequence(std::to_string(message.counter));
    collection.mutable_phenomenon_time()->set_seconds(message.time_ms / 1000);
    collection.mutable_phenomenon_time()->set_nanos(static_cast<int>(message.time_ms % 1000) *
                                                    1'000'000);
    v1::Observation& observation = *collection.add_observations();
    observation.set_property("air_temperature");
    observation.set_unit("Cel");
    observation.set_number(message.value);
    return record(Topic::observations, collection, "dev-0");
  }
  static v1::WindowResult window() {
    v1::WindowResult result;
    result.set_subject_id("dev-0/air_temperature");
    result.mutable_start()->set_seconds(time_ms / 10'000 * 10);
    result.mutable_revision()->set_seconds(time_ms / 1000 + 20);
    result.set_count(2);
    auto& statistics = *result.mutable_statistics();
    statistics["sum"] = 40.5;
    statistics["mean"] = 20.25;
    statistics["min"] = 19;
    statistics["max"] = 21.5;
    return result;
  }
  // All complaints, in one text.
  std::string complaints() const {
    std::string text;
    for (const std::string& line : check(published_, records_, figures_, circumstances_))
      text += line + "\n";
    return text;
  }

  std::vector<Published> published_;
  std::vector<sinks::MemoryRecord> records_;
  pipeline::PipelineFigures figures_;
  Circumstances circumstances_;
  int ids_ = 0;
};

TEST_F(checker, has_nothing_against_a_right_result) { EXPECT_THAT(complaints(), IsEmpty()); }

TEST_F(checker, misses_a_reading) {
  records_.erase(records_.begin());
  EXPECT_THAT(complaints(), HasSubstr("dev-0 n=1: is missing"));
  published_[0].may_be_missing = true;
  EXPECT_THAT(complaints(), ::testing::Not(HasSubstr("is missing")));
}

TEST_F(checker, misses_a_reading_of_which_only_one_copy_was_forgotten) {
  published_.push_back(published_[0]);
  published_[0].may_be_missing = true;
  records_.erase(records_.begin());
  EXPECT_THAT(complaints(), HasSubstr("dev-0 n=1: is missing"));
}

TEST_F(checker, sees_a_reading_twice) {
  records_.push_back(observation(published_[0]));
  EXPECT_THAT(complaints(), HasSubstr("dev-0 n=1: came 2 times"));
}

TEST_F(checker, sees_another_value_and_another_time) {
  published_[0].value = 22;
  EXPECT_THAT(complaints(), HasSubstr("dev-0 n=1: not as it was sent"));
  published_[0].value = 21.5;
  published_[0].time_ms += 1;
  EXPECT_THAT(complaints(), HasSubstr("dev-0 n=1: not as it was sent"));
}

TEST_F(checker, sees_what_nobody_sent) {
  Published stranger = published_[0];
  stranger.counter = 99;
  records_.push_back(observation(stranger));
  EXPECT_THAT(complaints(), HasSubstr("dev-0 n=99: nobody sent this"));
}

TEST_F(checker, counts_dead_letters) {
  records_.push_back(records_[2]);
  EXPECT_THAT(complaints(), HasSubstr("dead letter {: came 2 times"));
  records_.pop_back();
  records_.erase(records_.begin() + 2);
  EXPECT_THAT(complaints(), HasSubstr("dead letter {: is missing"));
}

TEST_F(checker, sees_an_id_twice) {
  records_[1].headers = records_[0].headers;
  EXPECT_THAT(complaints(), HasSubstr("ce_id id-1: came twice"));
}

TEST_F(checker, compares_the_last_revision_of_a_window) {
  v1::WindowResult earlier = window();
  earlier.mutable_revision()->set_seconds(earlier.revision().seconds() - 1);
  earlier.set_count(1);
  records_.push_back(record(Topic::aggregates, earlier));
  EXPECT_THAT(complaints(), IsEmpty());
  v1::WindowResult later = window();
  later.mutable_revision()->set_seconds(later.revision().seconds() + 1);
  later.set_count(1);
  records_.push_back(record(Topic::aggregates, later));
  EXPECT_THAT(complaints(), HasSubstr("expected 2 readings"));
}

TEST_F(checker, sees_a_revision_twice_a_missing_window_and_one_too_many) {
  records_.push_back(record(Topic::aggregates, window()));
  EXPECT_THAT(complaints(), HasSubstr("came twice"));
  records_.pop_back();
  records_.pop_back();
  EXPECT_THAT(complaints(), HasSubstr("no window result, expected 2 readings"));
  v1::WindowResult strange = window();
  records_.push_back(record(Topic::aggregates, strange));
  strange.set_subject_id("dev-7/air_temperature");
  records_.push_back(record(Topic::aggregates, strange));
  EXPECT_THAT(complaints(), HasSubstr("a window without readings"));
}

TEST_F(checker, balances_the_account) {
  figures_.last_sequence = Sequence{4};
  EXPECT_THAT(complaints(), HasSubstr("messages accounted for: 3, expected 4"));
  figures_.last_sequence = Sequence{3};
  figures_.routes[0].observations = 1;
  EXPECT_THAT(complaints(), HasSubstr("city readings: 2, expected 1"));
  EXPECT_THAT(complaints(), HasSubstr("observations by the account: 1, expected 2"));
  figures_.routes[0].observations = 2;
  figures_.windows[0].counters.missed = 1;
  EXPECT_THAT(complaints(), HasSubstr("10s offered: 2, expected 3"));
}

TEST_F(checker, sees_a_window_that_closed_while_the_broker_still_held_its_readings) {
  const std::int64_t end_s = time_ms / 10'000 * 10 + 10;
  records_.pop_back();
  v1::WindowResult result = window();
  result.mutable_revision()->set_seconds(end_s + 20);
  result.mutable_final_after()->set_seconds(end_s + 50);
  records_.push_back(record(Topic::aggregates, result, result.subject_id()));
  const auto second = [](std::int64_t number) { return Instant{std::chrono::seconds{number}}; };
  circumstances_.connected_at = {second(end_s - 100)};
  EXPECT_THAT(complaints(), IsEmpty());
  circumstances_.connected_at = {second(end_s - 100), second(end_s + 5)};
  EXPECT_THAT(complaints(), HasSubstr("but waited for since"));
  // A later reading of its own closes it at any time.
  Published later = published_[0];
  later.counter = 50;
  later.time_ms = (end_s + 2) * 1000;
  published_.push_back(later);
  records_.push_back(observation(later));
  EXPECT_THAT(complaints(), ::testing::Not(HasSubstr("but waited for since")));
}

TEST_F(checker, sees_an_end_of_revisions_that_is_not_fixed_by_the_first_result) {
  circumstances_.connected_at = {Instant{}};
  records_.pop_back();
  v1::WindowResult result = window();
  result.mutable_final_after()->set_seconds(result.revision().seconds() + 31);
  records_.push_back(record(Topic::aggregates, result, result.subject_id()));
  EXPECT_THAT(complaints(), HasSubstr("final_after"));
}

}  // namespace
}  // namespace senne::simulation
