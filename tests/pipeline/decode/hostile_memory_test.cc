// The worst message costs a bounded amount of memory and time, and leaves little behind. A program
// of its own, because it counts every allocation made in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/fixtures.h"
#include "tests/pipeline/decode/hostile_payloads.h"
#include "tests/support/counted_memory.h"
#include "tests/support/thread_time.h"

namespace senne::decode {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t memory_max = 4 << 20;
constexpr std::size_t retained_max = 2 << 20;

struct Cost {
  std::size_t peak = 0;
  nanoseconds time = nanoseconds::max();
};

// Of one decoder for all messages, as on a route.
// The payloads name other devices than the topics of the network servers.
std::string topic_of(const Fixture& fixture) {
  const bool names_device = fixture.topic.find("device") != std::string::npos;
  return names_device ? "any/topic" : fixture.topic;
}

class Hostility {
 public:
  explicit Hostility(const Fixture& fixture)
      : topic_(topic_of(fixture)), decoder_(make_decoder(fixture.route, fixture.codecs.get())) {
    // The JSON parser sizes its tape by the longest document so far, and keeps it.
    decode("[" + std::string(hostile_bytes - 2, ' ') + "]");
  }

  Cost decode(const std::string& bytes) {
    const PaddedPayload payload(bytes);
    Message message;
    message.topic = topic_;
    message.payload = payload.view();
    message.payload_length = message.payload.size();
    decoded.clear();
    const std::size_t before = testing::live_bytes();
    testing::begin_peak();
    const auto begin = testing::thread_time();
    const auto result = decoder_->decode(message, received, decoded);
    Cost cost;
    cost.time = testing::thread_time() - begin;
    cost.peak = testing::peak_bytes() - before;
    return cost;
  }

  Decoded decoded;

 private:
  std::string topic_;
  std::unique_ptr<Decoder> decoder_;
};

TEST(HostileMemory, the_worst_message_costs_four_mebibytes_at_most) {
  const auto payloads = hostile_payloads();
  for (const Fixture& fixture : fixtures()) {
    for (const HostilePayload& payload : payloads) {
      ASSERT_LE(payload.bytes.size(), hostile_bytes);
      Hostility hostility(fixture);
      const Cost cost = hostility.decode(payload.bytes);
      EXPECT_LE(cost.peak, memory_max) << fixture.name << ": " << payload.name;
    }
  }
}

TEST(HostileMemory, the_worst_message_takes_a_bounded_time) {
  const bool show = std::getenv("SENNE_SHOW_COST") != nullptr;
  const auto payloads = hostile_payloads();
  for (const Fixture& fixture : fixtures()) {
    Hostility hostility(fixture);
    for (const HostilePayload& payload : payloads) {
      auto best = nanoseconds::max();
      for (int i = 0; i < 5 && (show || best > hostile_time_max); ++i) {
        best = std::min(best, hostility.decode(payload.bytes).time);
      }
      EXPECT_LE(best, hostile_time_max) << fixture.name << ": " << payload.name;
      if (show) fmt::print("{:6} us {}: {}\n", best / 1us, fixture.name, payload.name);
    }
  }
}

TEST(HostileMemory, what_is_kept_for_the_next_message_is_bounded) {
  constexpr int rounds = is_sanitized ? 1 : 3;  // there it takes minutes
  const auto payloads = hostile_payloads();
  for (const Fixture& fixture : fixtures()) {
    Hostility hostility(fixture);
    const std::size_t before = testing::live_bytes();
    for (int round = 0; round < rounds; ++round) {
      for (const HostilePayload& payload : payloads) hostility.decode(payload.bytes);
    }
    hostility.decoded.clear();
    EXPECT_LE(testing::live_bytes() - before, retained_max) << fixture.name;
  }
}

}  // namespace
}  // namespace senne::decode
