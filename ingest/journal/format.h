// The bytes of the journal's files, as docs/journal-format.md describes them: encoded, decoded,
// checked. Nothing here knows of threads but `read_record`, which acquires the length word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/ids.h"
#include "core/record.h"
#include "core/result.h"
#include "ingest/journal/identity.h"

namespace senne::ingest {

inline constexpr std::uint32_t journal_format_version = 1;

// Segments. The header has a disk block of its own, so that no write to records can tear it.
inline constexpr std::size_t segment_header_bytes = 4096;
// Behind the last record, too, a payload has its readable padding.
inline constexpr std::size_t segment_overhead_bytes = segment_header_bytes + payload_padding;
inline constexpr std::uint64_t segment_bytes_min = 16ull << 10;
inline constexpr std::uint64_t segment_bytes_max = 1ull << 30;

struct SegmentHeader {
  Id128 journal;
  std::uint64_t number = 0;
  Position first;                // of the first record
  std::uint64_t file_bytes = 0;  // of the whole file

  std::uint64_t record_bytes() const { return file_bytes - segment_overhead_bytes; }
  Position limit() const { return Position{first.value + record_bytes()}; }
};

// `00000007.segment`
std::string segment_name(std::uint64_t number);
// Nothing when `name` is not `<at least eight digits><suffix>` as such names are written.
std::optional<std::uint64_t> number_in_name(std::string_view name, std::string_view suffix);
inline constexpr std::string_view segment_suffix = ".segment";
inline constexpr std::string_view spare_suffix = ".spare";        // all zero, ready to be a segment
inline constexpr std::string_view released_suffix = ".released";  // to be zeroed
std::string numbered_name(std::uint64_t number, std::string_view suffix);

void write_segment_header(std::span<std::byte> file, const SegmentHeader& header);
// ErrorKind::damage or version; the message does not name the file.
Result<SegmentHeader> read_segment_header(std::span<const std::byte> file);
// The same of a file that may have been cut short or grown: what its header says of itself.
Result<SegmentHeader> read_segment_header_alone(std::span<const std::byte> file);

// Records.
struct RecordHeader {
  std::uint32_t length;  // header and body in bytes; 0: nothing here yet. Stored last
  std::uint32_t crc;     // of journal id, position, length, and everything after this field
  std::uint64_t sequence;
  std::int64_t receive_time;     // ns since 1970
  std::uint64_t payload_length;  // as the broker sent it
  std::uint32_t payload_size;    // as kept
  std::uint32_t properties_size;
  std::uint16_t topic_size;
  std::uint16_t route;
  std::uint8_t kind;   // RecordKind, or seal_kind
  std::uint8_t flags;  // bit 0 duplicate, bit 1 retained, bit 2 clocks apart
  std::uint16_t zero;
};
inline constexpr std::uint8_t clock_apart_flag = 4;
inline constexpr std::size_t record_header_bytes = 48;
static_assert(sizeof(RecordHeader) == record_header_bytes);
inline constexpr std::size_t record_alignment = 8;
// In the place of a kind: the log goes on in the next segment.
inline constexpr std::uint8_t seal_kind = 0xFF;

constexpr std::size_t aligned(std::size_t length) {
  return (length + record_alignment - 1) & ~(record_alignment - 1);
}

// What a record's checksum starts from: bytes of another journal never pass.
std::uint32_t journal_checksum_seed(Id128 journal);

// A record to be written. `body` is topic, user properties and payload, or the configuration hash.
struct RecordParts {
  RecordHeader header;  // without length and crc
  std::string_view topic;
  std::string_view properties;
  std::string_view payload;

  std::size_t length() const {
    return record_header_bytes + topic.size() + properties.size() + payload.size();
  }
};

// Writes the record at `at`, whose bytes are zero, and last its length with release order.
void write_record(std::byte* at, const RecordParts& parts, Position position, std::uint32_t seed);

enum class Found : std::uint8_t { record, seal, nothing, bad };

// Reads and verifies what stands at `at`, with `room` bytes up to the end of the segment's records.
// `record` is complete for Found::record; for Found::bad, `why` says what does not check.
struct ReadRecord {
  Found found = Found::nothing;
  const char* why = "";
};
ReadRecord read_record(const std::byte* at, std::size_t room, Position position, std::uint32_t seed,
                       Record& record);
// The same where a writer may be at work just there: with acquire order, who sees the length sees
// the record.
ReadRecord read_record_beside_writer(const std::byte* at, std::size_t room, Position position,
                                     std::uint32_t seed, Record& record);

// The synced position with what was known there, in two alternating slots.
struct SyncedMark {
  std::uint64_t generation = 0;  // the slot with the higher one counts
  Position position;
  Sequence sequence;              // of the last message before `position`
  std::int64_t receive_time = 0;  // of the last record before `position`, or a little later
};
inline constexpr std::string_view synced_file_name = "synced";
inline constexpr std::size_t synced_slot_stride = 4096;
inline constexpr std::size_t synced_file_bytes = 2 * synced_slot_stride;

void write_synced_mark(std::span<std::byte> file, const SyncedMark& mark, Id128 journal);
// The newer valid slot; damage when neither checks, mismatch, version.
Result<SyncedMark> read_synced_mark(std::span<const std::byte> file, Id128 journal);

inline constexpr std::string_view identity_file_name = "identity";

std::string encode_identity(const JournalIdentity& identity);
Result<JournalIdentity> decode_identity(std::string_view bytes);

}  // namespace senne::ingest
