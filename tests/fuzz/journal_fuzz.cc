// Mutates the files of a small journal and starts on them: it must refuse or work, never crash.
// Every third mutation repairs the checksum of the record it hit, so that what is behind it is
// reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/crc32c.h"
#include "ingest/journal/format.h"
#include "ingest/journal/inspect.h"
#include "ingest/journal/journal.h"
#include "tests/support/memory_storage.h"

namespace {

using namespace senne;
using namespace senne::ingest;
using senne::testing::MemoryStorage;

JournalSettings settings() {
  JournalSettings small;
  small.max_bytes = 64 << 10;
  small.reserve_bytes = 16 << 10;
  small.segment_bytes = 16 << 10;
  return small;
}

struct Original {
  MemoryStorage storage;
  ManualClock clock{instant_from_nanos(1'790'000'000'000'000'000)};
  std::vector<Position> records;
  Id128 id;
};

const Original& original() {
  static const Original* const made = [] {
    auto* const original = new Original;
    auto journal = Journal::open(original->storage, settings(), original->clock).value();
    original->id = journal->identity().id;
    for (std::size_t i = 0; i < 60; ++i) {
      Message message;
      message.topic = "city/1";
      const std::string payload(i * 13 % 900, 'x');
      message.payload = payload;
      if (i % 7 == 0) journal->append_connected();
      if (i % 11 == 0) journal->append_configuration(Id128{i, i});
      if (i == 30) journal->housekeep();
      journal->append_message(message);
    }
    for (Position at = journal->begin();;) {
      const auto polled = journal->poll(at, 1000).value();
      if (polled.empty()) break;
      for (const Record& record : polled) original->records.push_back(record.position);
      at = polled.back().next;
    }
    return original;
  }();
  return *made;
}

void repair(MemoryStorage& storage, Position position) {
  const std::uint64_t each = settings().segment_bytes - segment_overhead_bytes;
  const std::string name = segment_name(position.value / each);
  if (!storage.has(name)) return;
  const std::size_t at = segment_header_bytes + position.value % each;
  const auto bytes = storage.bytes(name);
  // Another file may have been given that name.
  if (bytes.size() < at + record_header_bytes + payload_padding) return;
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + at, 4);
  if (length < record_header_bytes || length > bytes.size() - payload_padding - at) return;
  char place[12];
  std::memcpy(place, &position.value, 8);
  std::memcpy(place + 8, &length, 4);
  std::uint32_t crc = crc32c(journal_checksum_seed(original().id), place, sizeof place);
  crc = crc32c(crc, bytes.data() + at + 8, length - 8);
  char fixed[4];
  std::memcpy(fixed, &crc, 4);
  storage.overwrite(name, at + 4, std::string_view(fixed, 4));
}

void mutate(MemoryStorage& storage, const std::uint8_t* bytes, std::size_t size) {
  for (; size >= 8; bytes += 8, size -= 8) {
    std::uint32_t where = 0;
    std::memcpy(&where, bytes, 4);
    const auto names = storage.names();
    if (names.empty()) return;
    const std::string name = names[bytes[4] % names.size()];
    const std::size_t file = storage.bytes(name).size();
    switch (bytes[5] % 6) {
      case 0:
        if (file > 0) storage.flip_bit(name, where % file, bytes[6] % 8);
        break;
      case 1:
        if (file >= 4) {
          const std::string_view text(reinterpret_cast<const char*>(bytes + 4), 4);
          storage.overwrite(name, where % (file - 3), text);
        }
        break;
      case 2:
        (void)storage.remove(name);
        break;
      case 3:
        (void)storage.rename(name, segment_name(bytes[6] % 8));
        break;
      default: {
        const Position at = original().records[bytes[4] % original().records.size()];
        const std::uint64_t each = settings().segment_bytes - segment_overhead_bytes;
        const std::string segment = segment_name(at.value / each);
        const std::size_t offset = segment_header_bytes + at.value % each + where % 64;
        if (storage.has(segment) && offset < storage.bytes(segment).size())
          storage.flip_bit(segment, offset, bytes[6] % 8);
        repair(storage, at);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto storage = original().storage.after_kill();
  mutate(*storage, bytes, size);
  (void)list_segments(*storage);
  (void)verify_journal(*storage);
  std::uint64_t exported = 0;
  (void)for_each_readable_record(*storage, [&exported](const Record& record) {
    exported += record.message.payload.size();
    return true;
  });
  ManualClock clock(original().clock.wall());
  auto journal = Journal::open(*storage, settings(), clock);
  if (!journal) return 0;
  for (Position at = (*journal)->begin();;) {
    const auto polled = (*journal)->poll(at, 10);
    // A start verified all of it.
    if (!polled) std::abort();
    if (polled->empty()) break;
    at = polled->back().next;
  }
  (void)(*journal)->append_connected();
  (*journal)->release((*journal)->end());
  (*journal)->housekeep();
  return 0;
}
