#include "pipeline/normalise/dedupe.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <vector>

namespace senne::normalise {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant start{seconds{1'795'334'400}};

// A report as the deduplicator sees it; each one given to `next` stands in a message of its own.
struct Messages {
  std::uint64_t position = 0;
  Instant now = start;

  DedupeIdentity next(std::uint64_t bytes, std::uint64_t counted, bool carries_identity,
                      std::uint64_t device = 1) {
    ++position;
    return same(bytes, counted, carries_identity, device);
  }
  DedupeIdentity same(std::uint64_t bytes, std::uint64_t counted, bool carries_identity,
                      std::uint64_t device = 1) const {
    return {{device, device}, bytes, counted, Position{position}, now, now, carries_identity};
  }
};

TEST(deduplicator, the_same_bytes_again_are_a_duplicate_if_they_carry_an_identity) {
  Deduplicator dedupe;
  Messages messages;
  EXPECT_FALSE(dedupe.seen(messages.next(100, 0, true)));
  EXPECT_FALSE(dedupe.seen(messages.next(101, 0, true)));
  EXPECT_TRUE(dedupe.seen(messages.next(100, 0, true)));
  EXPECT_TRUE(dedupe.seen(messages.next(100, 0, true)));
}

TEST(deduplicator, equal_bytes_without_time_counter_or_dup_are_equal_readings) {
  Deduplicator dedupe;
  Messages messages;
  EXPECT_FALSE(dedupe.seen(messages.next(100, 0, false)));
  EXPECT_FALSE(dedupe.seen(messages.next(100, 0, false)));
  // The broker says itself that this one is a redelivery.
  EXPECT_TRUE(dedupe.seen(messages.next(100, 0, true)));
}

TEST(deduplicator, remembers_16_messages_of_each_device) {
  Deduplicator dedupe;
  Messages messages;
  for (std::uint64_t bytes = 0; bytes < 16; ++bytes) {
    EXPECT_FALSE(dedupe.seen(messages.next(bytes, 0, true)));
    EXPECT_FALSE(dedupe.seen(messages.next(bytes, 0, true, 2)));
  }
  EXPECT_TRUE(dedupe.seen(messages.next(0, 0, true)));
  EXPECT_FALSE(dedupe.seen(messages.next(16, 0, true)));
  EXPECT_FALSE(dedupe.seen(messages.next(0, 0, true)));
  EXPECT_TRUE(dedupe.seen(messages.next(0, 0, true, 2)));
}

TEST(deduplicator, the_same_counter_with_the_same_readings_is_a_duplicate_for_5_minutes) {
  Deduplicator dedupe;
  Messages messages;
  EXPECT_FALSE(dedupe.seen(messages.next(100, 7, true)));
  messages.now += minutes{5};
  EXPECT_TRUE(dedupe.seen(messages.next(101, 7, true)));
  messages.now += seconds{1};
  EXPECT_FALSE(dedupe.seen(messages.next(102, 7, true)));
  EXPECT_TRUE(dedupe.seen(messages.next(103, 7, true)));
}

TEST(deduplicator, the_5_minutes_are_those_of_the_times_as_sent) {
  Deduplicator dedupe;
  Messages messages;
  // What a device kept back, sent at once.
  for (const auto apart : {minutes{180}, minutes{0}, minutes{90}}) {
    DedupeIdentity identity = messages.next(100 + messages.position, 7, true);
    identity.sent_time = start - apart;
    EXPECT_FALSE(dedupe.seen(identity));
    identity = messages.next(100 + messages.position, 7, true);
    identity.sent_time = start - apart + minutes{5};
    EXPECT_TRUE(dedupe.seen(identity));
  }
}

TEST(deduplicator, a_duplicate_does_not_prolong_the_5_minutes) {
  Deduplicator dedupe;
  Messages messages;
  EXPECT_FALSE(dedupe.seen(messages.next(100, 7, true)));
  messages.now += minutes{4};
  EXPECT_TRUE(dedupe.seen(messages.next(101, 7, true)));
  messages.now += minutes{4};
  EXPECT_FALSE(dedupe.seen(messages.next(102, 7, true)));
}

TEST(deduplicator, the_reports_of_one_message_are_never_each_other_s_duplicates) {
  Deduplicator dedupe;
  Messages messages;
  EXPECT_FALSE(dedupe.seen(messages.next(100, 7, true)));
  EXPECT_FALSE(dedupe.seen(messages.same(100, 7, true)));
  EXPECT_FALSE(dedupe.seen(messages.same(100, 8, true)));
  EXPECT_TRUE(dedupe.seen(messages.next(200, 8, true)));
  EXPECT_FALSE(dedupe.seen(messages.same(200, 9, true)));
}

TEST(deduplicator, a_batch_of_more_reports_than_are_remembered_is_recognised_when_it_comes_again) {
  Deduplicator dedupe;
  Messages messages;
  for (int delivery = 0; delivery < 2; ++delivery) {
    ++messages.position;
    for (std::uint64_t report = 0; report < 100; ++report) {
      EXPECT_EQ(dedupe.seen(messages.same(100, 1 + report, true)), delivery == 1) << report;
    }
  }
}

TEST(deduplicator, idle_devices_are_forgotten_oldest_first) {
  Deduplicator dedupe;
  Messages messages;
  for (const std::uint64_t device : {1U, 2U, 3U}) {
    dedupe.seen(messages.next(100, 7, true, device));
    messages.now += minutes{1};
  }
  dedupe.seen(messages.next(101, 8, true, 1));  // heard again: now the newest
  dedupe.forget_idle(start + minutes{31}, minutes{30});
  EXPECT_EQ(dedupe.devices(), 3U);
  dedupe.forget_idle(start + minutes{32}, minutes{30});
  EXPECT_EQ(dedupe.devices(), 2U);
  EXPECT_FALSE(dedupe.seen(messages.next(100, 0, true, 2)));
  EXPECT_TRUE(dedupe.seen(messages.next(100, 0, true, 1)));
}

TEST(deduplicator, beyond_its_capacity_the_device_silent_longest_makes_room) {
  Deduplicator dedupe(2);
  Messages messages;
  dedupe.seen(messages.next(100, 0, true, 1));
  dedupe.seen(messages.next(100, 0, true, 2));
  dedupe.seen(messages.next(101, 0, true, 1));
  dedupe.seen(messages.next(100, 0, true, 3));
  EXPECT_EQ(dedupe.devices(), 2U);
  EXPECT_TRUE(dedupe.seen(messages.next(100, 0, true, 1)));
  EXPECT_FALSE(dedupe.seen(messages.next(100, 0, true, 2)));
}

TEST(deduplicator, keeps_to_its_budget_of_memory) {
  Deduplicator dedupe;
  Messages messages;
  std::string empty;
  dedupe.snapshot(empty);
  for (std::uint64_t device = 1; device <= 1000; ++device) {
    dedupe.seen(messages.next(100, 7, true, device));
  }
  std::string bytes;
  dedupe.snapshot(bytes);
  EXPECT_LE((bytes.size() - empty.size()) / 1000, 400U);
}

TEST(deduplicator, refuses_a_snapshot_that_does_not_fit_together) {
  Deduplicator dedupe;
  Messages messages;
  for (std::uint64_t device = 1; device <= 5; ++device) {
    dedupe.seen(messages.next(100, 7, true, device));
  }
  std::string bytes;
  dedupe.snapshot(bytes);

  Deduplicator restored;
  EXPECT_EQ(restored.restore("").error().kind, ErrorKind::damage);
  for (const std::size_t cut : {std::size_t{3}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_FALSE(restored.restore(std::string_view(bytes).substr(0, cut))) << cut;
    EXPECT_EQ(restored.devices(), 0U);
  }
  EXPECT_FALSE(restored.restore(bytes + "x"));
  std::string newer = bytes;
  newer[0] = 9;
  EXPECT_EQ(restored.restore(newer).error().kind, ErrorKind::version);
  ASSERT_TRUE(restored.restore(bytes));
  EXPECT_EQ(restored.devices(), 5U);
}

// No byte of a snapshot can lead out of bounds, whatever it says: run under AddressSanitizer.
RC_GTEST_PROP(deduplicator, survives_any_byte_changed_in_a_snapshot, ()) {
  Deduplicator dedupe;
  Messages messages;
  for (std::uint64_t device = 1; device <= 4; ++device) {
    dedupe.seen(messages.next(100 + device, 7, true, device));
  }
  dedupe.forget_idle(start + minutes{1}, Duration{0});
  dedupe.seen(messages.next(100, 7, true, 9));
  std::string bytes;
  dedupe.snapshot(bytes);
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[at] = *rc::gen::arbitrary<char>();

  Deduplicator restored;
  if (!restored.restore(bytes)) return;
  for (std::uint64_t device = 1; device <= 12; ++device) {
    restored.seen(messages.next(device, 7, true, device));
  }
}

// The definition, word for word, with memory without end.
class NaiveModel {
 public:
  bool seen(const DedupeIdentity& identity) {
    Heard& heard = devices_[identity.device.low];
    if (heard.messages.empty() || heard.message != identity.message) {
      heard.message = identity.message;
      heard.repeated = false;
      const std::size_t first = heard.messages.size() > 16 ? heard.messages.size() - 16 : 0;
      for (std::size_t i = first; i < heard.messages.size(); ++i) {
        heard.repeated = heard.repeated || heard.messages[i] == identity.bytes;
      }
      if (!heard.repeated) heard.messages.push_back(identity.bytes);
    }
    if (heard.repeated && identity.carries_identity) return true;
    if (identity.counted == 0) return false;
    const std::size_t first = heard.counted.size() > 16 ? heard.counted.size() - 16 : 0;
    for (std::size_t i = first; i < heard.counted.size(); ++i) {
      const auto& earlier = heard.counted[i];
      if (earlier.counted == identity.counted && earlier.message != identity.message &&
          std::chrono::abs(identity.sent_time - earlier.sent_time) <= minutes{5}) {
        return true;
      }
    }
    heard.counted.push_back(identity);
    return false;
  }

 private:
  struct Heard {
    Position message;
    bool repeated = false;
    std::vector<std::uint64_t> messages;
    std::vector<DedupeIdentity> counted;
  };
  std::map<std::uint64_t, Heard> devices_;
};

std::vector<DedupeIdentity> any_traffic() {
  Messages messages;
  std::vector<DedupeIdentity> traffic;
  const auto length = *rc::gen::inRange(1, 300);
  for (int i = 0; i < length; ++i) {
    if (*rc::gen::inRange(0, 4) != 0) ++messages.position;
    messages.now += seconds{*rc::gen::element(0, 0, 1, 20, 100, 299, 300, 301)};
    // Bytes are the message's, whichever of its reports.
    const bool same_message =
        !traffic.empty() && traffic.back().message == Position{messages.position};
    const std::uint64_t bytes =
        same_message ? traffic.back().bytes : *rc::gen::inRange<std::uint64_t>(1, 24);
    const auto counted = *rc::gen::inRange<std::uint64_t>(0, 22);
    const auto device = *rc::gen::inRange<std::uint64_t>(1, 4);
    traffic.push_back(messages.same(bytes, counted, *rc::gen::arbitrary<bool>(), device));
    traffic.back().sent_time -= seconds{*rc::gen::element(0, 0, 1, 300, 301, 7200)};
  }
  return traffic;
}

RC_GTEST_PROP(deduplicator, agrees_with_the_naive_model, ()) {
  Deduplicator dedupe;
  NaiveModel model;
  for (const DedupeIdentity& identity : any_traffic()) {
    RC_ASSERT(dedupe.seen(identity) == model.seen(identity));
  }
}

RC_GTEST_PROP(deduplicator, goes_on_from_a_snapshot_as_if_nothing_had_happened, ()) {
  const std::vector<DedupeIdentity> traffic = any_traffic();
  const auto crash = *rc::gen::inRange<std::size_t>(0, traffic.size());
  Deduplicator continuing(3);
  Deduplicator restored(3);
  for (std::size_t i = 0; i < traffic.size(); ++i) {
    if (i == crash) {
      continuing.forget_idle(traffic[i].receive_time, minutes{2});
      std::string bytes;
      continuing.snapshot(bytes);
      RC_ASSERT(restored.restore(bytes).has_value());
    }
    const bool seen = continuing.seen(traffic[i]);
    if (i < crash) continue;
    RC_ASSERT(restored.seen(traffic[i]) == seen);
  }
  std::string bytes;
  std::string again;
  continuing.snapshot(bytes);
  restored.snapshot(again);
  RC_ASSERT(bytes == again);
}

}  // namespace
}  // namespace senne::normalise
