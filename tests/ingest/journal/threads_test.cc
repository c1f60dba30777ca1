// Two writers, a reader and a keeper at once, on real files, through many rounds of recycling.
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <thread>

#include "core/posix_storage.h"
#include "ingest/journal/journal.h"
#include "tests/support/temporary_folder.h"

namespace senne::ingest {
namespace {

constexpr std::uint64_t records_wanted = 2'000'000;

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
  constexpr std::uint64_t messages = records_wanted * 3 / 4;
  constexpr std::uint64_t events = records_wanted - messages;

  std::thread receiver([this] { write_messages(*journal_, messages); });
  std::thread timer([this] {
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
  while (failure.empty() && seen_messages + seen_events < records_wanted) {
    const auto records = journal_->poll(at, 1000);
    if (!records) failure = records.error().message;
    if (!records) break;
    if (records->empty()) std::this_thread::yield();
    for (const Record& record : *records) {
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
    if (!records->empty()) at = records->back().next;
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
  EXPECT_GT(at.value, 20u * (4 << 20)) << "went round often enough";

  journal_->housekeep();
  open();
  EXPECT_EQ(journal_->last_sequence(), Sequence{messages});
  EXPECT_EQ(journal_->end(), at);
}

}  // namespace
}  // namespace senne::ingest
