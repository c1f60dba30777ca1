#include "sinks/encoder.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"
#include "sinks/dead_letter_fit.h"
#include "sinks/memory_sink.h"
#include "sinks/utf8.h"

namespace senne::sinks {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr std::array<Encoding, topic_count> all_json = {Encoding::json, Encoding::json,
                                                        Encoding::json, Encoding::json};
constexpr std::array<Encoding, topic_count> all_protobuf{};

const Instant at_eight = Instant{std::chrono::seconds{1795334400}};  // 2026-11-22T08:00:00Z

Emission emission_of(std::string_view key) {
  return {key,
          {0x0123456789abcdef, 0xfedcba9876543210},
          at_eight + std::chrono::milliseconds{1200},
          {}};
}

v1::ObservationCollection two_observations() {
  v1::ObservationCollection value;
  value.set_device_id("dev-1");
  value.set_provider("brussels-environment");
  value.set_route("lora");
  value.set_sequence("42");
  value.mutable_phenomenon_time()->set_seconds(1795334400);
  value.mutable_receive_time()->set_seconds(1795334401);
  value.mutable_receive_time()->set_nanos(200'000'000);
  value.mutable_location()->set_latitude(50.85);
  value.mutable_location()->set_longitude(4.35);
  value.add_zones("municipality/21004");
  auto* air = value.add_observations();
  air->set_property("air_temperature");
  air->set_number(21.5);
  air->set_unit("Cel");
  auto* co2 = value.add_observations();
  co2->set_property("co2");
  co2->set_channel("2");
  co2->set_number(4900);
  co2->set_unit("[ppm]");
  co2->add_quality(v1::RANGE);
  return value;
}

v1::DeadLetter letter_with_payload(std::size_t bytes) {
  v1::DeadLetter letter;
  letter.set_reason("malformed");
  letter.set_stage("decode");
  letter.set_detail("expected a JSON object at offset 0");
  letter.set_mqtt_topic("v3/app/devices/dev-1/up");
  letter.set_payload(std::string(bytes, 'x'));
  letter.set_payload_length(bytes);
  return letter;
}

// An encoder and the cluster it writes to.
struct Bench {
  explicit Bench(const std::array<Encoding, topic_count>& encoding)
      : encoder("brussels-1", encoding) {
    EXPECT_TRUE(sink->claim().has_value());
    encoder.set_sink(sink.get());
  }
  std::vector<MemoryRecord> commit() {
    EXPECT_TRUE(sink->commit({1}, {}).has_value());
    encoder.committed();
    return cluster->records();
  }
  std::shared_ptr<MemoryCluster> cluster = MemoryCluster::create();
  std::unique_ptr<Sink> sink = cluster->factory("senne.test")();
  Encoder encoder;
};

std::size_t size_of(const MemoryRecord& record) {
  std::size_t size = record.key.size() + record.value.size();
  for (const auto& [name, value] : record.headers) size += name.size() + value.size();
  return size;
}

TEST(Encoder, json_of_a_collection_is_as_the_contract_shows_it) {
  Bench bench(all_json);
  bench.encoder.observations(emission_of("dev-1"), two_observations());
  const auto records = bench.commit();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(json::parse(records[0].value), json::parse(R"({
    "deviceId":"dev-1","provider":"brussels-environment","route":"lora","sequence":"42",
    "phenomenonTime":"2026-11-22T08:00:00Z","receiveTime":"2026-11-22T08:00:01.200Z",
    "location":{"latitude":50.85,"longitude":4.35},"zones":["municipality/21004"],
    "observations":[{"property":"air_temperature","number":21.5,"unit":"Cel"},
                    {"property":"co2","channel":"2","number":4900,"unit":"[ppm]","quality":["RANGE"]}]})"));
}

TEST(Encoder, protobuf_of_a_collection_parses_back) {
  Bench bench(all_protobuf);
  bench.encoder.observations(emission_of("dev-1"), two_observations());
  const auto records = bench.commit();
  ASSERT_EQ(records.size(), 1U);
  v1::ObservationCollection parsed;
  ASSERT_TRUE(parsed.ParseFromString(records[0].value));
  EXPECT_EQ(parsed.SerializeAsString(), two_observations().SerializeAsString());
}

TEST(Encoder, records_carry_cloud_events_headers) {
  Bench bench(all_protobuf);
  Emission emission = emission_of("dev-1");
  emission.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  bench.encoder.observations(emission, two_observations());
  const auto records = bench.commit();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].key, "dev-1");
  EXPECT_EQ(records[0].topic, Topic::observations);
  EXPECT_THAT(
      records[0].headers,
      ElementsAre(Pair("ce_specversion", "1.0"), Pair("ce_id", "0123456789abcdeffedcba9876543210"),
                  Pair("ce_type", "senne.observations.v1"), Pair("ce_source", "//senne/brussels-1"),
                  Pair("ce_time", "2026-11-22T08:00:01.200Z"), Pair("ce_subject", "dev-1"),
                  Pair("content-type", "application/protobuf"),
                  Pair("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")));
}

TEST(Encoder, headers_name_the_type_and_encoding_of_each_topic) {
  Bench bench({Encoding::protobuf, Encoding::json, Encoding::protobuf, Encoding::json});
  bench.encoder.window(emission_of("dev-1/co2"), v1::WindowResult());
  bench.encoder.dead_letter(emission_of("dev-1"), letter_with_payload(3));
  const auto records = bench.commit();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].topic, Topic::aggregates);
  EXPECT_EQ(records[0].headers[2].second, "senne.window.v1");
  EXPECT_EQ(records[0].headers[6].second, "application/json");
  EXPECT_EQ(records[0].headers.size(), 7U);  // no traceparent came in
  EXPECT_EQ(records[1].topic, Topic::dead_letters);
  EXPECT_EQ(records[1].headers[2].second, "senne.deadletter.v1");
}

TEST(Encoder, equal_windows_have_equal_bytes_whatever_the_order_of_insertion) {
  Bench bench(all_protobuf);
  const std::vector<std::string> names = {"mean", "min", "max", "sum", "stddev", "median", "p95"};
  v1::WindowResult forward;
  v1::WindowResult backward;
  for (std::size_t i = 0; i < names.size(); ++i) {
    (*forward.mutable_statistics())[names[i]] = static_cast<double>(i);
    const std::size_t j = names.size() - 1 - i;
    (*backward.mutable_statistics())[names[j]] = static_cast<double>(j);
  }
  bench.encoder.window(emission_of("s"), forward);
  bench.encoder.window(emission_of("s"), backward);
  const auto records = bench.commit();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].value, records[1].value);
}

TEST(Encoder, a_record_over_the_topics_limit_is_refused_and_nothing_sent) {
  Bench bench(all_protobuf);
  bench.encoder.observations(emission_of("dev-1"), two_observations());
  const std::size_t size = size_of(bench.commit().at(0));
  ASSERT_GT(size, 300U);

  v1::ObservationCollection value = two_observations();
  value.add_zones(std::string(smallest_size_limit - size - 4, 'z'));  // 4: tag and length
  bench.cluster->set_size_limit(Topic::observations, smallest_size_limit);
  bench.encoder.set_sink(bench.sink.get());
  EXPECT_EQ(bench.encoder.observations(emission_of("dev-1"), value), Accepted::yes);
  const std::size_t largest = size_of(bench.commit().at(1));
  EXPECT_LE(largest, smallest_size_limit);
  value.mutable_zones(1)->append(smallest_size_limit - largest + 1, 'z');
  EXPECT_EQ(bench.encoder.observations(emission_of("dev-1"), value), Accepted::too_large);
  EXPECT_FALSE(bench.encoder.open());
}

class DeadLetterSize : public ::testing::TestWithParam<Encoding> {};
INSTANTIATE_TEST_SUITE_P(Encodings, DeadLetterSize,
                         ::testing::Values(Encoding::protobuf, Encoding::json),
                         [](const auto& suite) {
                           return suite.param == Encoding::json ? "json" : "protobuf";
                         });

v1::DeadLetter parsed_letter(const MemoryRecord& record, Encoding encoding) {
  v1::DeadLetter letter;
  if (encoding == Encoding::protobuf) {
    EXPECT_TRUE(letter.ParseFromString(record.value));
    return letter;
  }
  const json value = json::parse(record.value);
  letter.set_detail(value.value("detail", ""));
  letter.set_mqtt_topic(value.value("mqttTopic", ""));
  letter.set_payload_length(std::stoull(value.value("payloadLength", "0")));
  if (value.contains("payload")) {
    const std::string base64 = value["payload"];
    letter.set_payload(std::string(base64.size() / 4 * 3, 'x'));  // give or take the padding
  }
  for (std::size_t i = 0; i < value.value("userProperties", json::array()).size(); ++i) {
    letter.add_user_properties();
  }
  return letter;
}

TEST_P(DeadLetterSize, a_dead_letter_keeps_as_much_payload_as_fits) {
  Bench bench({GetParam(), GetParam(), GetParam(), GetParam()});
  v1::DeadLetter letter = letter_with_payload(2'000'000);
  auto* property = letter.add_user_properties();
  property->set_key("k");
  property->set_value("v");
  bench.encoder.dead_letter(emission_of("dev-1"), letter);
  const auto records = bench.commit();
  ASSERT_EQ(records.size(), 1U);
  const std::size_t limit = bench.sink->size_limit(Topic::dead_letters);
  EXPECT_LE(size_of(records[0]), limit);
  const auto cut = parsed_letter(records[0], GetParam());
  EXPECT_GT(cut.payload().size(), limit / 4);
  EXPECT_EQ(cut.payload_length(), 2'000'000U);
  EXPECT_EQ(cut.user_properties_size(), 1);
  EXPECT_EQ(cut.detail(), letter.detail());
}

TEST_P(DeadLetterSize, a_cut_payload_never_passes_for_the_whole) {
  Bench bench({GetParam(), GetParam(), GetParam(), GetParam()});
  v1::DeadLetter letter = letter_with_payload(2'000'000);
  letter.set_payload_length(0);
  bench.encoder.dead_letter(emission_of("dev-1"), letter);
  EXPECT_EQ(parsed_letter(bench.commit().at(0), GetParam()).payload_length(), 2'000'000U);
}

TEST_P(DeadLetterSize, whatever_is_in_a_dead_letter_it_fits_the_smallest_limit) {
  Bench bench({GetParam(), GetParam(), GetParam(), GetParam()});
  bench.cluster->set_size_limit(Topic::dead_letters, smallest_size_limit);
  bench.encoder.set_sink(bench.sink.get());
  const std::string control(70'000, '\x01');  // the longest in JSON
  v1::DeadLetter letter = letter_with_payload(100'000);
  letter.set_reason(control);
  letter.set_stage(control);
  letter.set_detail(control);
  letter.set_mqtt_topic(control);
  letter.set_route(control);
  letter.set_device_id(control);
  letter.mutable_receive_time()->set_nanos(123'456'789);
  for (int i = 0; i < 20; ++i) {
    letter.add_user_properties()->set_value(control);
    letter.add_readings()->set_property(control);
  }
  Emission emission = emission_of(control);
  emission.traceparent = control;
  bench.encoder.dead_letter(emission, letter);
  const auto records = bench.commit();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_LE(size_of(records[0]), smallest_size_limit);
  EXPECT_EQ(parsed_letter(records[0], GetParam()).mqtt_topic().size(), text_bytes_max);
}

TEST(Encoder, a_dead_letter_of_undecodable_bytes_is_valid_utf8) {
  Bench bench(all_protobuf);
  v1::DeadLetter letter = letter_with_payload(0);
  letter.set_payload("\xff\xfe");
  letter.set_mqtt_topic("a/\xc3(");
  letter.set_detail("h\xc3\xa9");
  letter.add_user_properties()->set_value("\xed\xa0\x80");  // a surrogate
  bench.encoder.dead_letter(emission_of("dev-1"), letter);
  v1::DeadLetter sent;
  ASSERT_TRUE(sent.ParseFromString(bench.commit().at(0).value));
  EXPECT_EQ(sent.mqtt_topic(), "a/\xEF\xBF\xBD(");
  EXPECT_EQ(sent.detail(), "h\xc3\xa9");
  EXPECT_TRUE(valid_utf8(sent.user_properties(0).value()));
  EXPECT_EQ(sent.payload(), "\xff\xfe");
}

TEST(Encoder, muted_it_refuses_the_same_records_but_sends_and_counts_nothing) {
  Bench bench(all_protobuf);
  bench.cluster->set_size_limit(Topic::observations, smallest_size_limit);
  Encoder encoder("brussels-1", all_protobuf);
  encoder.take_limits(*bench.sink);
  v1::ObservationCollection large = two_observations();
  large.add_zones(std::string(smallest_size_limit, 'z'));
  EXPECT_EQ(encoder.observations(emission_of("d"), large), Accepted::too_large);
  EXPECT_EQ(encoder.observations(emission_of("d"), two_observations()), Accepted::yes);
  EXPECT_FALSE(encoder.open());
  EXPECT_EQ(encoder.batch_records(), 0U);
  encoder.committed();
  EXPECT_EQ(encoder.records(Topic::observations).value(), 0U);
}

TEST(Encoder, hands_commands_on_unless_it_is_muted) {
  Bench bench(all_protobuf);
  std::vector<std::string> heard;
  bench.encoder.command({"t", "nobody", {}});
  bench.encoder.on_command([&heard](const DeviceCommand& command) {
    heard.push_back(std::string(command.topic) + "=" + std::string(command.payload));
  });
  bench.encoder.command({"t", "1", {}});
  bench.encoder.set_sink(nullptr);
  bench.encoder.command({"t", "in a replay", {}});
  bench.encoder.set_sink(bench.sink.get());
  bench.encoder.command({"t", "2", {}});
  EXPECT_EQ(heard, (std::vector<std::string>{"t=1", "t=2"}));
  EXPECT_FALSE(bench.encoder.open()) << "it is no record";
}

TEST(Encoder, begins_at_the_first_record_of_each_batch_and_counts_what_was_committed) {
  Bench bench(all_protobuf);
  EXPECT_FALSE(bench.encoder.open());
  bench.encoder.observations(emission_of("d"), two_observations());
  bench.encoder.observations(emission_of("d"), two_observations());
  EXPECT_TRUE(bench.encoder.open());
  EXPECT_EQ(bench.encoder.batch_records(), 2U);
  EXPECT_EQ(bench.encoder.records(Topic::observations).value(), 0U);
  bench.commit();
  EXPECT_FALSE(bench.encoder.open());
  EXPECT_EQ(bench.encoder.batch_records(), 0U);
  EXPECT_EQ(bench.encoder.batch_bytes(), 0U);
  EXPECT_EQ(bench.encoder.records(Topic::observations).value(), 2U);
  bench.encoder.observations(emission_of("d"), two_observations());
  EXPECT_EQ(bench.commit().size(), 3U);
}

TEST(Encoder, keeps_the_first_error_and_drops_what_follows) {
  Bench bench(all_protobuf);
  bench.cluster->fail_next(SinkStep::emit, SinkFailure::restart, 1);
  bench.encoder.observations(emission_of("d"), two_observations());
  EXPECT_FALSE(bench.encoder.error());
  bench.encoder.observations(emission_of("d"), two_observations());
  ASSERT_TRUE(bench.encoder.error());
  EXPECT_EQ(bench.encoder.error()->kind, SinkError::Kind::restart);
  bench.encoder.observations(emission_of("d"), two_observations());  // would crash the sink
  EXPECT_EQ(bench.encoder.batch_records(), 1U);
  bench.encoder.reset();
  EXPECT_FALSE(bench.encoder.error());
}

}  // namespace
}  // namespace senne::sinks
