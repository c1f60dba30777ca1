#include "pipeline/normalise/identity.h"

#include <gtest/gtest.h>

namespace senne::normalise {
namespace {

using std::chrono::seconds;

constexpr Instant received{seconds{1'795'334'400}};
constexpr Id128 device{1, 2};
constexpr Id128 journal{3, 4};

// One message with one report of one reading, to be changed by each test.
struct Uplink {
  Record record;
  Report report;
  Decoded decoded;

  Uplink() {
    record.position = Position{4096};
    record.receive_time = received;
    record.message.topic = "v3/app/devices/a/up";
    record.message.payload = R"({"t":21.5})";
    RawReading reading;
    reading.name = "t";
    reading.value = 21.5;
    decoded.readings.push_back(reading);
    report.device = "a";
    report.reading_count = 1;
  }
  // What is decoded points into nothing that is copied here.
  Uplink(const Uplink& other) : record(other.record), report(other.report) {
    decoded.readings = other.decoded.readings;
  }
  Uplink& operator=(const Uplink& other) {
    record = other.record;
    report = other.report;
    decoded.readings = other.decoded.readings;
    return *this;
  }
  DedupeIdentity identity() {
    ReportIdentity identities;
    return identities.dedupe(record, message_fingerprint(record.message), report, decoded, device);
  }
  Id128 id(std::size_t index = 0) const {
    return emission_id(record, journal, message_fingerprint(record.message), report, decoded,
                       index);
  }
};

TEST(message_fingerprint, depends_on_topic_and_payload_alone) {
  Uplink a;
  Uplink b;
  b.record.position = Position{8192};
  b.record.message.duplicate = true;
  b.record.message.user_properties = "x";
  EXPECT_EQ(message_fingerprint(a.record.message), message_fingerprint(b.record.message));
  b.record.message.topic = "v3/app/devices/b/up";
  EXPECT_NE(message_fingerprint(a.record.message), message_fingerprint(b.record.message));
  b = Uplink();
  b.record.message.payload = R"({"t":21.6})";
  EXPECT_NE(message_fingerprint(a.record.message), message_fingerprint(b.record.message));
}

TEST(dedupe_identity, is_carried_by_a_time_or_a_counter) {
  Uplink uplink;
  EXPECT_FALSE(uplink.identity().carries_identity);
  // That is the broker's word, and for recent_messages.h.
  uplink.record.message.duplicate = true;
  EXPECT_FALSE(uplink.identity().carries_identity);
  uplink = Uplink();
  uplink.report.sequence = "7";
  EXPECT_TRUE(uplink.identity().carries_identity);
  uplink = Uplink();
  uplink.report.time.start = received;
  EXPECT_TRUE(uplink.identity().carries_identity);
  uplink = Uplink();
  uplink.decoded.readings[0].time.start = received;
  EXPECT_TRUE(uplink.identity().carries_identity);
}

TEST(dedupe_identity, a_malformed_time_is_none) {
  Uplink uplink;
  uplink.report.time.malformed = true;
  EXPECT_FALSE(uplink.identity().carries_identity);
}

TEST(dedupe_identity, a_local_time_that_comes_twice_tells_nothing_apart) {
  Uplink uplink;
  uplink.report.time.start = received;
  uplink.report.time.repeated = true;
  EXPECT_FALSE(uplink.identity().carries_identity);
  EXPECT_EQ(uplink.identity().sent_time, received);
  uplink.report.sequence = "7";
  EXPECT_TRUE(uplink.identity().carries_identity);
}

TEST(dedupe_identity, counted_is_the_counter_with_the_readings_as_sent) {
  Uplink first;
  EXPECT_EQ(first.identity().counted, 0U);
  first.report.sequence = "7";
  const std::uint64_t counted = first.identity().counted;
  EXPECT_NE(counted, 0U);

  Uplink other_gateway;
  other_gateway.report.sequence = "7";
  other_gateway.record.message.payload = R"({"t":21.5,"gateway":"b"})";
  other_gateway.record.message.topic = "elsewhere";
  other_gateway.report.time.start = received;  // when that gateway heard it
  EXPECT_EQ(other_gateway.identity().counted, counted);
  EXPECT_NE(other_gateway.identity().bytes, first.identity().bytes);

  Uplink changed = first;
  changed.report.sequence = "8";
  EXPECT_NE(changed.identity().counted, counted);
  changed = first;
  changed.decoded.readings[0].value = 21.6;
  EXPECT_NE(changed.identity().counted, counted);
  changed.decoded.readings[0].value = std::string_view("21.5");
  EXPECT_NE(changed.identity().counted, counted);
  changed = first;
  changed.decoded.readings[0].name = "h";
  EXPECT_NE(changed.identity().counted, counted);
  changed = first;
  changed.decoded.readings[0].channel = "2";
  EXPECT_NE(changed.identity().counted, counted);
  changed = first;
  changed.decoded.readings[0].time.start = received;
  EXPECT_NE(changed.identity().counted, counted);
  changed = first;
  changed.decoded.readings.push_back(changed.decoded.readings[0]);
  changed.report.reading_count = 2;
  EXPECT_NE(changed.identity().counted, counted);
}

TEST(dedupe_identity, of_a_report_too_large_for_the_buffer_is_as_exact) {
  const auto report_of = [](std::size_t readings, double last) {
    Uplink uplink;
    uplink.report.sequence = "7";
    uplink.decoded.readings.resize(readings, uplink.decoded.readings[0]);
    uplink.decoded.readings.back().value = last;
    uplink.report.reading_count = readings;
    return uplink.identity().counted;
  };
  for (const std::size_t readings : {10U, 70U, 72U, 10'000U}) {
    EXPECT_EQ(report_of(readings, 1), report_of(readings, 1));
    EXPECT_NE(report_of(readings, 1), report_of(readings, 2));
    EXPECT_NE(report_of(readings, 1), report_of(readings + 1, 1));
  }
}

TEST(emission_id, of_a_message_that_states_a_time_or_counter_is_the_same_wherever_it_lies) {
  Uplink uplink;
  uplink.report.time.start = received;
  const Id128 id = uplink.id();
  uplink.record.position = Position{12345};
  uplink.record.receive_time += seconds{30};
  uplink.record.message.duplicate = true;
  EXPECT_EQ(uplink.id(), id);
  EXPECT_NE(uplink.id(1), id);
  uplink.record.message.payload = R"({"t":21.6})";
  EXPECT_NE(uplink.id(), id);
}

TEST(emission_id, of_any_other_message_is_its_place_in_the_journal) {
  Uplink uplink;
  const Id128 id = uplink.id();
  EXPECT_EQ(uplink.id(), id);
  EXPECT_NE(uplink.id(1), id);
  uplink.record.position = Position{12345};
  EXPECT_NE(uplink.id(), id);
  const Id128 other_journal{journal.high, journal.low + 1};
  EXPECT_NE(emission_id(uplink.record, other_journal, message_fingerprint(uplink.record.message),
                        uplink.report, uplink.decoded, 0),
            uplink.id());
}

TEST(emission_id, the_dup_flag_alone_does_not_change_it) {
  Uplink uplink;
  const Id128 id = uplink.id();
  uplink.record.message.duplicate = true;
  EXPECT_EQ(uplink.id(), id);
}

}  // namespace
}  // namespace senne::normalise
