// The worst message costs a bounded amount of memory on the whole way through the pipeline, and
// leaves little behind. A program of its own, because it counts every allocation made in it.
#include <gtest/gtest.h>

#include "tests/pipeline/decode/fixtures.h"
#include "tests/pipeline/decode/hostile_payloads.h"
#include "tests/pipeline/pipeline_steps.h"
#include "tests/support/counted_memory.h"

namespace senne::pipeline {
namespace {

constexpr std::size_t mebibyte = 1 << 20;
constexpr std::size_t device_bytes = 400;

class HostileMessages : public PipelineSteps {
 protected:
  struct Cost {
    std::size_t peak = 0;
    std::size_t kept = 0;
    std::size_t devices = 0;  // heard
  };
  Cost cost_of(const decode::Fixture& fixture, std::vector<WindowDefinition> windows,
               const decode::HostilePayload& payload) {
    PipelineConfiguration configuration = one_route();
    configuration.routes = {fixture.route};
    configuration.windows = std::move(windows);
    start(std::move(configuration));
    // The JSON parser sizes its tape by the longest document so far, and keeps it.
    say("[" + std::string(decode::hostile_bytes - 2, ' ') + "]", 1);
    out = {};
    const std::size_t before = testing::live_bytes();
    testing::begin_peak();
    Cost cost;
    say(Said{.topic = "any/topic", .payload = payload.bytes}, 2);
    cost.peak = testing::peak_bytes() - before;
    say(Said{.topic = fixture.topic, .payload = fixture.payload}, 3);
    cost.devices = out.devices.size();
    out = {};
    cost.kept = testing::live_bytes() - before;
    return cost;
  }
};

// Ten thousand observations, and what is recorded of them. Four thousand names are remembered, and
// of ten thousand devices what came last, that they are heard, and the last reading:
// 144 bytes and two places in an index, in memory that doubles as it grows.
TEST_F(HostileMessages, cost_a_bounded_amount_and_leave_little) {
  const auto payloads = decode::hostile_payloads();
  for (const decode::Fixture& fixture : decode::fixtures()) {
    for (const decode::HostilePayload& payload : payloads) {
      const Cost cost = cost_of(fixture, {}, payload);
      EXPECT_LE(cost.peak, 16 * mebibyte + device_bytes * cost.devices)
          << fixture.name << ": " << payload.name;
      EXPECT_LE(cost.kept, 5 * mebibyte + device_bytes * cost.devices)
          << fixture.name << ": " << payload.name;
    }
  }
}

// What is left is then the state of ten thousand datastreams that did not exist before.
TEST_F(HostileMessages, cost_a_bounded_amount_with_windows) {
  const auto payloads = decode::hostile_payloads();
  for (const decode::Fixture& fixture : decode::fixtures()) {
    for (const decode::HostilePayload& payload : payloads) {
      const Cost cost = cost_of(fixture, {ten_seconds()}, payload);
      EXPECT_LE(cost.peak, 24 * mebibyte) << fixture.name << ": " << payload.name;
      EXPECT_LE(cost.kept, 5 * mebibyte + 1000 * figures().datastreams)
          << fixture.name << ": " << payload.name;
    }
  }
}

}  // namespace
}  // namespace senne::pipeline
