// Two writers, a reader and a keeper at once, on real files, through many rounds of recycling.
// SENNE_JOURNAL_RECORDS says how many records; the longest run is in docs/guarantees.md.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "core/posix_storage.h"
#include "ingest/journal/format.h"
#include "ingest/journal/journal.h"
#include "tests/support/temporary_folder.h"

namespace senne::ingest {
namespace {

std::uint64_t records_wanted() {
  const char* const said = std::getenv("SENNE_JOURNAL_RECORDS");
  return said == nullptr ? 2'000'000 : std::strtoull(said, nullptr, 10);
}

// On a memory-backed file system where there is one: this test is about threads, not disks.
std::filesystem::path memory_or_disk() {
  if (std::filesystem::is_directory("/dev/shm")) return "/dev/shm";
  return std::filesystem::temp_directory_path();
}

class JournalThreads : public ::testing::Test {
 protected:
  void open() {
    JournalSettings settings;
    settings.max_bytes = 4 << 20;
    settings.reserve_bytes = 1 << 20;
    settings.segment_bytes = 256 << 10;
    storage_ = PosixStorage::open(folder_.path()).value();
    auto opened = Journal::open(*storage_, settings, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    journal_ = std::move(*opened);
  }

  const test::TemporaryFolder folder_{memory_or_disk()};
  SystemClock clock_;
  std::unique_ptr<PosixStorage> storage_;
  std::unique_ptr<Journal> journal_;
};

// The payload says which message it is, so that the reader can tell that nothing was mixed up.
void write_messages(Journal& journal, std::uint64_t count) {
  char payload[200];
  std::memset(payload, 'x', sizeof payload);
  for (std::uint64_t i = 1; i <= count;) {
    std::memcpy(payload, &i, sizeof i);
    Message message;
    message.topic = "city";
    message.payload = std::string_view(payload, 8 + i % 100);
    message.payload_length = message.payload.size();
    const Append outcome = journal.append_message(message);
    if (outcome != Append::exhausted) ++i;
    // Back-pressure: the reader is behind.
    if (outcome != Append::done) std::this_thread::yield();
  }
}

TEST_F(JournalThreads, two_writers_a_reader_and_a_keeper) {
  open();
  std::atomic<bool> reading{true};
  const std::uint64_t records = records_wanted();
  const std::uint64_t messages = records * 3 / 4;
  const std::uint64_t events = records - messages;

  std::thread receiver([this, messages] { write_messages(*journal_, messages); });
  std::thread timer([this, events] {
    for (std::uint64_t i = 0; i < events;) {
      journal_->try_append_tick();
      const Append outcome =
          i % 2 == 0 ? journal_->append_connected() : journal_->append_configuration(Id128{i, ~i});
      if (outcome != Append::exhausted) ++i;
      if (outcome != Append::done) std::this_thread::yield();
    }
  });
  std::thread keeper([&] {
    while (reading.load()) {
      journal_->housekeep();
      std::this_thread::yield();
    }
  });

  std::uint64_t seen_messages = 0;
  std::uint64_t seen_events = 0;
  std::string failure;
  Instant last{};
  Position at = journal_->begin();
  while (failure.empty() && seen_messages + seen_events < records) {
    const auto polled = journal_->poll(at, 1000);
    if (!polled) failure = polled.error().message;
    if (!polled) break;
    if (polled->empty()) std::this_thread::yield();
    for (const Record& record : *polled) {
      if (record.receive_time < last) failure = "time goes backwards";
      last = record.receive_time;
      if (record.kind == RecordKind::message) {
        std::uint64_t number = 0;
        std::memcpy(&number, record.message.payload.data(), sizeof number);
        ++seen_messages;
        if (number != seen_messages || record.sequence.value != number ||
            record.message.payload.size() != 8 + number % 100)
          failure = "message " + std::to_string(number) + " at " + std::to_string(seen_messages);
      } else if (record.kind != RecordKind::tick) {
        const Id128 hash = record.configuration;
        const bool right = record.kind == RecordKind::connected
                               ? seen_events % 2 == 0
                               : hash == Id128{seen_events, ~seen_events};
        if (!right) failure = "event " + std::to_string(seen_events);
        ++seen_events;
      }
    }
    if (!polled->empty()) at = polled->back().next;
    journal_->release(at);
    journal_->request_sync(at);
  }
  if (!failure.empty()) {
    // The writers cannot finish without a reader.
    std::fprintf(stderr, "%s\n", failure.c_str());
    std::_Exit(1);
  }
  receiver.join();
  timer.join();
  reading.store(false);
  keeper.join();
  EXPECT_EQ(seen_messages, messages);
  EXPECT_EQ(seen_events, events);
  EXPECT_GT(at.value, records * 40) << "went round often enough";

  journal_->housekeep();
  open();
  EXPECT_EQ(journal_->last_sequence(), Sequence{messages});
  EXPECT_EQ(journal_->end(), at);
}

// As another process looks on, which has nothing to go by but the records.
TEST(RecordFormatThreads, who_sees_the_length_of_a_record_sees_the_record) {
  constexpr std::uint64_t count = 20'000;
  constexpr std::size_t size = record_header_bytes + 8;
  static_assert(size == aligned(size));
  const std::uint32_t seed = journal_checksum_seed(Id128{1, 2});
  std::vector<std::uint64_t> words(count * size / 8);
  auto* const bytes = reinterpret_cast<std::byte*>(words.data());
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < count; ++i) {
      RecordParts parts{};
      parts.header.kind = static_cast<std::uint8_t>(RecordKind::message);
      parts.header.sequence = i + 1;
      parts.header.payload_size = 8;
      parts.payload = std::string_view(reinterpret_cast<const char*>(&i), 8);
      write_record(bytes + i * size, parts, Position{i * size}, seed);
    }
  });
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < count;) {
    Record record;
    const auto found = read_record_beside_writer(bytes + i * size, (count - i) * size,
                                                 Position{i * size}, seed, record)
                           .found;
    if (found == Found::nothing) {
      std::this_thread::yield();
      continue;
    }
    if (found != Found::record || record.sequence != Sequence{i + 1}) ++wrong;
    ++i;
  }
  writer.join();
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace senne::ingest
