// In the steady state a message costs a codec no allocation, whatever its table.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/pipeline/codecs/coding.h"

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

struct Message {
  const char* profile;
  const char* hex;
  int port;
};

// Tags with and without a channel, earlier readings, texts, formulas, flags, bad readings.
constexpr Message messages[] = {
    {"cayenne", "03670110056700ff018806765ff2960a0003e8", 1},
    {"elsys", "0100dd022b070e2e0e012c14000eb751", 5},
    {"milesight/am319",
     "0175550367ee0004687c0520ce6535ca0c00e1006e016401c2000a2797001900320400ff166614c39694870000",
     85},
    {"milesight/vs135", "10e401020003000fe301020304ff1f84010001", 85},
    {"decentlab/dl-iam", "020bbd007f0b926a515d48bc4e0262006981c7000093d4000b0111", 1},
    {"decentlab", "020bbd007f0b926a515d48bc4e0262006981c7000093d4000b0111", 1},
    {"decentlab", "02012d00036a515d480b92", 1},
    {"decentlab/dl-blg", "0230c50003a40c00810c60", 1},
    {"nwave", "95", 1},
    {"smartends/brighterbins", "308e30", 1},
    {"milesight/ws303", "030001ee", 85},
    {"milesight/ws303", "fe7e0105000300017564", 85},
};

TEST(CodecAllocation, none_in_the_steady_state_of_any_table) {
  for (const Message& message : messages) {
    SCOPED_TRACE(message.profile);
    const std::string bytes = from_hex(message.hex);
    const auto codec = make_codec(app::built_in_codec(message.profile));
    Report as;
    as.device = "dev";
    Decoded decoded;
    const auto decode = [&] {
      decoded.clear();
      return codec->decode({bytes, message.port, 1000}, as, decoded).has_value();
    };
    for (int warm = 0; warm < 3; ++warm) ASSERT_TRUE(decode());
    const std::size_t before = allocations.load();
    bool all = true;
    for (int i = 0; i < 1'000; ++i) all = decode() && all;
    EXPECT_EQ(allocations.load() - before, 0U);
    EXPECT_TRUE(all);
  }
}

TEST(CodecAllocation, the_counter_counts) {
  const std::size_t before = allocations.load();
  const auto allocated = std::make_unique<std::string>(100, 'x');
  EXPECT_GE(allocations.load() - before, 2U);
}

}  // namespace
}  // namespace senne::decode
