// The sink against a real Kafka that works.
#include "sinks/kafka/kafka_sink.h"

#include <gmock/gmock.h>

#include "sinks/kafka/consumer.h"
#include "sinks/kafka/transactional_sink.h"
#include "tests/sinks/kafka_fixture.h"

namespace senne::sinks {
namespace {

using Kind = SinkError::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using KafkaSinkTest = KafkaTest;

TEST_F(KafkaSinkTest, records_and_position_are_committed_together) {
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k1", "v1"));
  ASSERT_TRUE(write(*sink, "k2", "v2", Topic::aggregates));
  ASSERT_TRUE(write(*sink, "k3", "v3", Topic::dead_letters));
  const auto committed = sink->commit({12345}, some_metadata);
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_THAT(visible(), ElementsAre("k1=v1", "k2=v2", "k3=v3"));

  auto next = make();
  const auto position = next->committed();
  ASSERT_TRUE(position && *position);
  EXPECT_EQ((*position)->position, Position{12345});
  EXPECT_EQ((*position)->metadata.journal, some_metadata.journal);
  EXPECT_EQ((*position)->metadata.ledger, some_metadata.ledger);
  EXPECT_EQ(next->cluster_id(), "c2VubmUta2Fma2EtdGVzdA");
}

TEST_F(KafkaSinkTest, a_record_arrives_with_key_headers_and_topic) {
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  const std::string value("\0bytes\xff", 7);
  const std::vector<Header> headers = {{"ce_id", "1"}, {"empty", ""}};
  ASSERT_TRUE(sink->emit(Topic::aggregates, "dev-1/co2", value, headers));
  ASSERT_TRUE(sink->commit({1}, some_metadata));
  test::KafkaReader reader(settings.bootstrap_servers, {name(Topic::aggregates)});
  ASSERT_TRUE(reader.read_to_end(std::chrono::seconds{20}));
  ASSERT_EQ(reader.records().size(), 1U);
  const test::ReadRecord& record = reader.records()[0];
  EXPECT_EQ(record.topic, settings.topic_prefix + "urban.aggregates.v1");
  EXPECT_EQ(record.key, "dev-1/co2");
  EXPECT_EQ(record.value, value);
  EXPECT_EQ(record.headers, (std::map<std::string, std::string>{{"ce_id", "1"}, {"empty", ""}}));
}

// The eyes of all these tests.
TEST_F(KafkaSinkTest, a_reader_that_is_asked_again_reads_only_what_is_new) {
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k1", "v1"));
  ASSERT_TRUE(sink->commit({1}, some_metadata));
  test::KafkaReader reader(settings.bootstrap_servers, {name(Topic::observations)});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(reader.read_to_end(std::chrono::seconds{20}));
  EXPECT_EQ(reader.records().size(), 1U);
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k2", "v2"));
  ASSERT_TRUE(sink->commit({2}, some_metadata));
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(reader.read_to_end(std::chrono::seconds{20}));
  EXPECT_EQ(reader.records().size(), 2U);
}

TEST_F(KafkaSinkTest, no_position_is_nothing_and_not_zero) {
  auto sink = make();
  const auto position = sink->committed();
  ASSERT_TRUE(position) << position.error().message;
  EXPECT_FALSE(position->has_value());
}

TEST_F(KafkaSinkTest, the_position_zero_is_a_position) {
  auto sink = claimed();
  ASSERT_TRUE(sink->commit({0}, some_metadata));
  const auto position = make()->committed();
  ASSERT_TRUE(position && *position);
  EXPECT_EQ((*position)->position, Position{0});
}

TEST_F(KafkaSinkTest, a_position_is_committed_without_records) {
  auto sink = claimed();
  ASSERT_TRUE(sink->commit({5}, some_metadata));
  ASSERT_TRUE(sink->commit({6}, some_metadata));
  EXPECT_EQ((*make()->committed())->position, Position{6});
  EXPECT_THAT(visible(), IsEmpty());
}

TEST_F(KafkaSinkTest, instances_have_positions_of_their_own) {
  auto one = claimed("one");
  auto two = claimed("two");
  ASSERT_TRUE(one->commit({1}, some_metadata));
  ASSERT_TRUE(two->commit({2}, some_metadata));
  ASSERT_TRUE(one->commit({3}, some_metadata));
  EXPECT_EQ((*make("one")->committed())->position, Position{3});
  EXPECT_EQ((*make("two")->committed())->position, Position{2});
}

TEST_F(KafkaSinkTest, what_was_not_committed_is_never_visible) {
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "lost", "v"));
  // On its way to the broker before the producer dies.
  test::KafkaReader dirty(settings.bootstrap_servers, {name(Topic::observations)},
                          test::Isolation::read_uncommitted);
  ASSERT_TRUE(dirty.read_count(1, std::chrono::seconds{20}));
  sink.reset();
  sink = claimed();
  EXPECT_FALSE((*make()->committed()).has_value());
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "kept", "v"));
  ASSERT_TRUE(sink->commit({1}, some_metadata));
  EXPECT_THAT(visible(), ElementsAre("kept=v"));
  EXPECT_THAT(visible(test::Isolation::read_uncommitted), ElementsAre("kept=v", "lost=v"));
}

TEST_F(KafkaSinkTest, a_second_owner_fences_the_first_whose_work_is_lost) {
  auto zombie = claimed();
  ASSERT_TRUE(zombie->commit({1}, some_metadata));
  ASSERT_TRUE(zombie->begin());
  ASSERT_TRUE(write(*zombie, "zombie", "v"));
  auto owner = claimed();
  ASSERT_TRUE(owner->begin());
  ASSERT_TRUE(write(*owner, "owner", "v"));
  ASSERT_TRUE(owner->commit({2}, some_metadata));
  const auto committed = zombie->commit({1000}, some_metadata);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, Kind::fenced) << committed.error().message;
  EXPECT_EQ((*make()->committed())->position, Position{2});
  EXPECT_THAT(visible(), ElementsAre("owner=v"));
  ASSERT_TRUE(owner->commit({3}, some_metadata));  // not disturbed
}

TEST_F(KafkaSinkTest, reading_the_position_does_not_fence) {
  auto owner = claimed();
  ASSERT_TRUE(owner->begin());
  ASSERT_TRUE(write(*owner, "k", "v"));
  auto other = make();
  ASSERT_TRUE(other->committed());
  other.reset();
  EXPECT_TRUE(owner->commit({1}, some_metadata));
}

TEST_F(KafkaSinkTest, keys_are_placed_as_java_clients_place_them) {
  // Of org.apache.kafka.common.utils.UtilsTest.testMurmur2.
  const std::vector<std::pair<std::string, std::int32_t>> vectors = {
      {"21", -973932308},
      {"foobar", -790332482},
      {"a-little-bit-long-string", -985981536},
      {"a-little-bit-longer-string", -1486304829},
      {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
      {"abc", 479470107}};
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  for (const auto& [key, hash] : vectors) ASSERT_TRUE(write(*sink, key, "v"));
  ASSERT_TRUE(sink->commit({1}, some_metadata));
  test::KafkaReader reader(settings.bootstrap_servers, {name(Topic::observations)});
  ASSERT_TRUE(reader.read_to_end(std::chrono::seconds{20}));
  ASSERT_EQ(reader.records().size(), vectors.size());
  for (const auto& [key, hash] : vectors) {
    const auto found =
        std::find_if(reader.records().begin(), reader.records().end(),
                     [&key = key](const test::ReadRecord& r) { return r.key == key; });
    ASSERT_NE(found, reader.records().end());
    EXPECT_EQ(found->partition, (hash & 0x7fffffff) % settings.partitions) << key;
  }
}

TEST_F(KafkaSinkTest, more_records_than_the_producers_queue_holds_go_through) {
  settings.properties["queue.buffering.max.messages"] = "1000";
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  for (int i = 0; i < 20'000; ++i) {
    const auto emitted = write(*sink, std::to_string(i), "v");
    ASSERT_TRUE(emitted) << emitted.error().message;
  }
  const auto committed = sink->commit({1}, some_metadata);
  ASSERT_TRUE(committed) << committed.error().message;
  test::KafkaReader reader(settings.bootstrap_servers, {name(Topic::observations)});
  ASSERT_TRUE(reader.read_to_end(std::chrono::seconds{30}));
  EXPECT_EQ(reader.records().size(), 20'000U);
}

TEST_F(KafkaSinkTest, delivery_at_least_once_works_on_a_real_cluster_too) {
  settings.delivery = Delivery::at_least_once;
  auto sink = claimed();
  ASSERT_TRUE(sink->begin());
  ASSERT_TRUE(write(*sink, "k", "v"));
  const auto committed = sink->commit({9}, some_metadata);
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_THAT(visible(), ElementsAre("k=v"));
  const auto position = make()->committed();
  ASSERT_TRUE(position && *position);
  EXPECT_EQ((*position)->position, Position{9});
  EXPECT_EQ((*position)->metadata.journal, some_metadata.journal);
}

TEST_F(KafkaSinkTest, tail_reads_from_beginning_end_or_an_instant) {
  auto sink = claimed();
  const auto put = [&](const char* key) {
    ASSERT_TRUE(sink->begin());
    ASSERT_TRUE(write(*sink, key, "v"));
    ASSERT_TRUE(sink->commit({1}, some_metadata));
  };
  const auto read = [&](
                        ReadFrom from, std::size_t count,
                        const std::function<void()>& meanwhile = [] {}) {
    std::vector<std::pair<std::string, Instant>> found;
    int asked = 0;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    const auto done = read_topic(
        settings, name(Topic::observations), from,
        [&](const ConsumedRecord& record) {
          EXPECT_EQ(record.headers.size(), 2U);
          found.emplace_back(record.key, record.timestamp);
        },
        [&] {
          // By then the end was looked up and passed.
          if (++asked == 20) meanwhile();
          return found.size() < count && std::chrono::steady_clock::now() < until;
        },
        logger);
    EXPECT_TRUE(done) << done.error().message;
    return found;
  };
  put("first");
  put("second");
  const auto both = read(FromBeginning{}, 2);
  ASSERT_EQ(both.size(), 2U);
  const Instant later = std::max(both[0].second, both[1].second);
  ASSERT_LT(std::min(both[0].second, both[1].second), later);
  const auto since = read(later, 1);
  ASSERT_EQ(since.size(), 1U);
  EXPECT_EQ(since[0].first, "second");
  const auto fresh = read(FromEnd{}, 1, [&] { put("third"); });
  ASSERT_EQ(fresh.size(), 1U);
  EXPECT_EQ(fresh[0].first, "third");
}

TEST_F(KafkaSinkTest, reading_a_topic_that_does_not_exist_says_so) {
  const auto read = read_topic(
      settings, "no-such-topic", FromBeginning{}, [](const ConsumedRecord&) {}, [] { return true; },
      logger);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::not_found);
  EXPECT_THAT(read.error().message, HasSubstr("no-such-topic"));
}

}  // namespace
}  // namespace senne::sinks
