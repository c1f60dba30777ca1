// A small journal on a disk in memory, and a way to say what is in it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/clock.h"
#include "ingest/journal/format.h"
#include "ingest/journal/journal.h"
#include "tests/support/memory_storage.h"

namespace senne::ingest::testing {

using senne::testing::MemoryStorage;

inline constexpr std::uint64_t segment_bytes = 16 << 10;
inline constexpr std::uint64_t segment_records = segment_bytes - segment_overhead_bytes;

inline Instant start_time() { return instant_from_nanos(1'790'000'000'000'000'000); }

inline JournalSettings small_settings() {
  JournalSettings settings;
  settings.max_bytes = 8 * segment_records;
  settings.reserve_bytes = 2 * segment_records;
  settings.segment_bytes = segment_bytes;
  return settings;
}

inline Message message(std::string_view topic, std::string_view payload,
                       std::string_view properties = {}) {
  Message made;
  made.route = RouteIndex{7};
  made.topic = topic;
  made.payload = payload;
  made.payload_length = payload.size();
  made.user_properties = properties;
  return made;
}

// A record as text, so that a wrong one shows itself.
inline std::string to_text(const Record& record) {
  switch (record.kind) {
    case RecordKind::message:
      return std::to_string(record.sequence.value) + " " + std::string(record.message.topic) + " " +
             std::string(record.message.payload);
    case RecordKind::tick:
      return "tick";
    case RecordKind::connected:
      return "connected";
    case RecordKind::configuration:
      return "configuration " + to_hex(record.configuration);
  }
  return "?";
}

// Everything from `from` to the end.
inline Result<std::vector<std::string>> read_all(Journal& journal, Position from) {
  std::vector<std::string> texts;
  for (;;) {
    const auto records = journal.poll(from, 100);
    if (!records) return tl::unexpected(records.error());
    if (records->empty()) return texts;
    for (const Record& record : *records) texts.push_back(to_text(record));
    from = records->back().next;
  }
}

class JournalFixture : public ::testing::Test {
 protected:
  void reopen() {
    journal_.reset();
    auto opened = Journal::open(*storage_, settings_, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    journal_ = std::move(*opened);
  }
  // What a start says; the journal is closed after it.
  Error refusal() {
    journal_.reset();
    auto opened = Journal::open(*storage_, settings_, clock_);
    if (!opened) return opened.error();
    ADD_FAILURE() << "was opened";
    return {};
  }
  std::vector<std::string> all() {
    auto texts = read_all(*journal_, journal_->begin());
    EXPECT_TRUE(texts) << texts.error().message;
    return texts.value_or(std::vector<std::string>{});
  }
  void append(std::string_view payload) {
    ASSERT_EQ(journal_->append_message(message("t", payload)), Append::done);
  }

  std::unique_ptr<MemoryStorage> storage_ = std::make_unique<MemoryStorage>();
  JournalSettings settings_ = small_settings();
  ManualClock clock_{start_time()};
  std::unique_ptr<Journal> journal_;
};

}  // namespace senne::ingest::testing
