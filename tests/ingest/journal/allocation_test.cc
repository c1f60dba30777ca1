// Appending and polling allocate nothing once the journal runs.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "core/posix_storage.h"
#include "ingest/journal/journal.h"
#include "tests/support/temporary_folder.h"

namespace {
std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const at = std::malloc(size == 0 ? 1 : size);
  if (at == nullptr) std::abort();
  return at;
}
}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* at) noexcept { std::free(at); }
void operator delete[](void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t) noexcept { std::free(at); }

namespace senne::ingest {
namespace {

TEST(JournalAllocation, none_while_appending_and_polling) {
  const test::TemporaryFolder folder;
  auto storage = PosixStorage::open(folder.path()).value();
  SystemClock clock;
  JournalSettings settings;
  settings.max_bytes = 64 << 20;
  settings.reserve_bytes = 0;
  auto journal = Journal::open(*storage, settings, clock).value();
  const std::string payload(500, 'x');
  Message message;
  message.topic = "city/device";
  message.payload = payload;
  message.payload_length = payload.size();

  Position at = journal->begin();
  std::uint64_t read = 0;
  const auto work = [&] {
    for (int i = 0; i < 100; ++i) {
      if (journal->append_message(message) != Append::done) std::abort();
      (void)journal->try_append_tick();
    }
    const auto records = journal->poll(at, 200);
    if (!records) std::abort();
    at = records->back().next;
    read += records->size();
    journal->release(at);
    journal->request_sync(at);
  };
  work();
  // Over several segments, each prepared by the keeper before the writer comes to it.
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t before = allocations.load();
    work();
    ASSERT_EQ(allocations.load(), before);
    journal->housekeep();
  }
  EXPECT_GE(read, 20'000u);
  EXPECT_GT(at.value, 2u * (4 << 20));
}

}  // namespace
}  // namespace senne::ingest
