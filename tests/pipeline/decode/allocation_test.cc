// In the steady state a message that decodes costs no allocation.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/fixtures.h"

namespace {

std::atomic<std::size_t> allocations{0};

void* counted(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const memory = std::malloc(size > 0 ? size : 1);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace senne::decode {
namespace {

TEST(Allocation, none_in_the_steady_state_of_any_format) {
  for (const auto& fixture : all_fixtures()) {
    const PaddedPayload payload(fixture.payload);
    const auto decoder = make_decoder(fixture.route, fixture.codecs.get());
    Decoded decoded;
    Message message;
    message.topic = fixture.topic;
    message.payload = payload.view();
    message.payload_length = message.payload.size();
    for (int warm = 0; warm < 3; ++warm) {
      decoded.clear();
      ASSERT_TRUE(decoder->decode(message, received, decoded).has_value());
    }
    const std::size_t before = allocations.load();
    for (int i = 0; i < 1'000; ++i) {
      decoded.clear();
      ASSERT_TRUE(decoder->decode(message, received, decoded).has_value());
    }
    EXPECT_EQ(allocations.load() - before, 0U) << fixture.name;
  }
}

TEST(Allocation, the_counter_counts) {
  const std::size_t before = allocations.load();
  const auto allocated = std::make_unique<std::string>(100, 'x');
  EXPECT_GE(allocations.load() - before, 2U);
}

}  // namespace
}  // namespace senne::decode
